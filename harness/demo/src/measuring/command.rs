//! The command itself: its start, a run of everything into an empty store, and the same again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::Failure;
use super::folder::Folder;
use super::observe::median;
use super::part::now;

/// What was measured of the command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfCommand {
    /// `reproduce list`.
    pub(crate) start_seconds: f64,
    /// Every paper at size `quick`, into an empty store.
    pub(crate) cold_seconds: f64,
    /// The share of the cores' time in which no cell was running.
    pub(crate) idle_share: f64,
    /// The same again: everything is stored, every report is made and compared.
    pub(crate) warm_seconds: f64,
}

/// The command beside this program, if it has been built.
pub(crate) fn beside() -> Option<PathBuf> {
    let name = format!("reproduce{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::current_exe().ok()?.with_file_name(name);
    path.is_file().then_some(path)
}

/// Runs the command in the current folder's repository; its reports go to a temporary folder.
pub(crate) fn measure_command(program: &Path) -> Result<OfCommand, Failure> {
    let mut starts = Vec::new();
    for _ in 0..9 {
        let mut list = Command::new(program);
        starts.push(timed(list.arg("list"))?);
    }
    let folder = Folder::new()?;
    let store = folder.path().join("store");
    let run = || {
        let mut command = Command::new(program);
        command.args(["run", "--quiet", "--store"]).arg(&store);
        command.arg("--out").arg(folder.path().join("reports"));
        timed(&mut command)
    };
    let cold_seconds = run()?;
    let (cores, busy_seconds) = busy(&store.join("tables/quick"))?;
    let warm: Vec<f64> = (0..5).map(|_| run()).collect::<Result<_, _>>()?;
    Ok(OfCommand {
        start_seconds: median(starts),
        cold_seconds,
        idle_share: 1.0 - busy_seconds / (cores * cold_seconds),
        warm_seconds: median(warm),
    })
}

fn timed(command: &mut Command) -> Result<f64, Failure> {
    let begin = now();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    let seconds = begin.elapsed().as_secs_f64();
    if status.success() {
        Ok(seconds)
    } else {
        Err(format!("{command:?} ended with {status}").into())
    }
}

/// What the command keeps of a run beside each paper's tables.
#[derive(Deserialize)]
struct Provenance {
    jobs: usize,
    experiment_seconds: std::collections::BTreeMap<String, f64>,
}

/// How many cells ran at once, and the time of all cells together.
fn busy(tables: &Path) -> Result<(f64, f64), Failure> {
    let (mut cores, mut seconds) = (1, 0.0);
    for paper in fs::read_dir(tables)? {
        let text = fs::read_to_string(paper?.path().join("provenance.json"))?;
        let provenance: Provenance = serde_json::from_str(&text)?;
        cores = provenance.jobs;
        seconds += provenance.experiment_seconds.values().sum::<f64>();
    }
    Ok((cores as f64, seconds))
}
