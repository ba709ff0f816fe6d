//! One part, carried out in a process of its own.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use harness_core::claims;
use harness_core::manifest::Manifest;
use harness_core::seeds::ROOT_SEED;
use harness_core::size::PerSize;
use harness_core::{Cell, RunTable, Size, Value, grid};
use harness_demo::{PAPER, manifest};
use harness_engine::{BuildFacts, Engine, Options, Progress, Work};
use harness_report::{Origin, collect, render_with, write_parquet};
use serde::{Deserialize, Serialize};

use super::observe::FIRST_CELL;
use super::{Failure, process};

/// The word after which a part's name, its count and its folder follow.
pub(crate) const WORD: &str = "part";
/// Replicates of every point of `empty`.
const REPLICATES: usize = 10;

/// What a process is to do.
#[derive(Debug)]
pub(crate) struct Part {
    task: Task,
    folder: PathBuf,
}

#[derive(Clone, Copy, Debug)]
enum Task {
    /// Runs an experiment with so many replicates and writes its tables.
    Run(&'static str, u32),
    /// The same for `empty`, with so many cells, and without tables.
    Empty(usize),
    /// Plans so many cells of `empty`.
    Plan(usize),
    /// Runs `tiny`, stored or not, and makes its report.
    Report(u32),
}

/// What a process measured of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Cells planned, and of these run and not read from the store.
    pub(crate) cells: usize,
    pub(crate) ran: usize,
    /// From listing the cells to having a plan.
    pub(crate) plan_seconds: f64,
    /// From opening the store to the last cell on the disk.
    pub(crate) engine_seconds: f64,
    /// From runs to a report on the disk.
    pub(crate) report_seconds: f64,
    pub(crate) cpu_seconds: Option<f64>,
    pub(crate) peak_bytes: Option<u64>,
}

impl Part {
    /// The part that the arguments name; `None` if they are a user's.
    pub(crate) fn requested(arguments: &[String]) -> Option<Result<Self, Failure>> {
        let [word, name, count, folder] = arguments else {
            return None;
        };
        (word == WORD).then(|| {
            let count: u32 = count.parse()?;
            let task = match name.as_str() {
                "tiny" => Task::Run("tiny", count),
                "ols" => Task::Run("ols", count),
                "empty" => Task::Empty(count as usize),
                "plan" => Task::Plan(count as usize),
                "report" => Task::Report(count),
                other => return Err(format!("no part is called `{other}`").into()),
            };
            let folder = PathBuf::from(folder);
            Ok(Self { task, folder })
        })
    }

    /// Does it; gives what is printed.
    pub(crate) fn carry_out(&self) -> Result<String, Failure> {
        let manifest = manifest()?;
        let mut measured = match self.task {
            Task::Run(experiment, replicates) => {
                let manifest = only(&manifest, experiment, Some(replicates));
                let (table, measured) = run(&manifest, &self.folder)?;
                write_parquet(&self.folder.join("runs/tables"), &table)?;
                measured
            }
            Task::Empty(cells) => run(&many(&manifest, cells), &self.folder)?.1,
            Task::Plan(cells) => plan(&many(&manifest, cells), &self.folder)?,
            Task::Report(replicates) => {
                let manifest = only(&manifest, "tiny", Some(replicates));
                let (table, mut measured) = run(&manifest, &self.folder)?;
                let begin = now();
                report(&manifest, &table, &self.folder.join("report"))?;
                measured.report_seconds = begin.elapsed().as_secs_f64();
                measured
            }
        };
        measured.peak_bytes = process::peak_bytes();
        measured.cpu_seconds = process::cpu_seconds();
        Ok(serde_json::to_string(&measured)?)
    }
}

/// One experiment and the claims about it.
fn only(manifest: &Manifest, experiment: &str, replicates: Option<u32>) -> Manifest {
    let mut manifest = manifest.clone();
    manifest.experiments.retain(|spec| spec.name == experiment);
    let about = |claim: &claims::Claim| claim.tests.iter().all(|t| t.experiment == experiment);
    manifest.claims.retain(about);
    for spec in &mut manifest.experiments {
        if let Some(replicates) = replicates {
            spec.replicates = PerSize::same(replicates);
        }
    }
    manifest
}

/// `empty` with so many cells.
fn many(manifest: &Manifest, cells: usize) -> Manifest {
    let mut manifest = only(manifest, "empty", None);
    let points = (1..=cells.div_ceil(REPLICATES) as i64).map(Value::from);
    let points = PerSize::same(points.collect());
    for spec in &mut manifest.experiments {
        spec.replicates = PerSize::same(REPLICATES as u32);
        spec.axes = BTreeMap::from([("point".to_owned(), points.clone())]);
    }
    manifest
}

fn open(folder: &Path) -> Result<Engine, Failure> {
    let (runs, datasets) = (folder.join("runs"), folder.join("datasets"));
    Ok(Engine::open(runs, datasets, BuildFacts::UNSTATED)?)
}

/// Lists the cells, finds out which are stored, runs the others and reads the rest: one thread.
fn run(manifest: &Manifest, folder: &Path) -> Result<(RunTable, Measured), Failure> {
    let begin = now();
    let engine = open(folder)?;
    let plan_begin = now();
    let plan = engine.plan([Work::whole(&PAPER, manifest, Size::Quick, ROOT_SEED)])?;
    let plan_seconds = plan_begin.elapsed().as_secs_f64();
    let stop = AtomicBool::new(false);
    let options = Options {
        threads: NonZeroUsize::MIN,
        progress: &FirstCell,
        ..Options::new(&stop)
    };
    let mut execution = engine.execute(&plan, &options)?;
    let measured = Measured {
        cells: plan.jobs().len(),
        ran: execution.summary.ran,
        plan_seconds,
        engine_seconds: begin.elapsed().as_secs_f64(),
        ..Measured::default()
    };
    let table = execution.tables.remove(PAPER.slug).unwrap_or_default();
    Ok((table, measured))
}

fn plan(manifest: &Manifest, folder: &Path) -> Result<Measured, Failure> {
    let engine = open(folder)?;
    let begin = now();
    let cells = grid::cells(manifest, Size::Quick);
    let work = Work {
        paper: &PAPER,
        manifest,
        cells,
        root_seed: ROOT_SEED,
    };
    let plan = engine.plan([work])?;
    Ok(Measured {
        cells: plan.jobs().len(),
        plan_seconds: begin.elapsed().as_secs_f64(),
        ..Measured::default()
    })
}

fn report(manifest: &Manifest, table: &RunTable, folder: &Path) -> Result<(), Failure> {
    let measurements = claims::measure(manifest, PAPER.checks, Size::Quick, table);
    let findings = claims::judge(manifest, &measurements);
    let report = collect(manifest, Size::Quick, table, &measurements);
    let origin = Origin::committed(PAPER.slug, Size::Quick);
    let rendered = render_with(manifest, Size::Quick, &origin, &report, &findings)?;
    report.write_with(folder, &rendered)?;
    Ok(())
}

/// Prints a line when the first cell begins, for the process that waits for it.
struct FirstCell;

impl Progress for FirstCell {
    fn started(&self, _cell: &Cell) {
        static SAID: Once = Once::new();
        // If nobody listens, nothing is lost.
        SAID.call_once(|| drop(writeln!(io::stdout().lock(), "{FIRST_CELL}")));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "durations are what is measured here"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
