//! `reproduce run`: cells, verdicts, reports.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::Result;
use harness_core::claims::{self, Finding};
use harness_core::manifest::Manifest;
use harness_core::{Cell, Outcome, RunTable, Size};
use harness_engine::{Engine, Estimate, Execution, Finished, Options, Plan, Progress, Work};
use harness_report::{Origin, collect, render_with, write_parquet};
use serde_json::json;

use crate::args::{Common, RunArguments};
use crate::commands::overview::overview;
use crate::facts::FACTS;
use crate::output;
use crate::progress::{Display, Mode};
use crate::project::Project;
use crate::provenance::{Measured, provenance};
use crate::selection::{Selected, Selection, select};
use crate::{Status, interrupt};

/// Runs what is selected, judges it and writes its reports.
pub(crate) fn run(common: &Common, arguments: &RunArguments) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let selection = select(project.load(&arguments.papers)?, arguments)?;
    let engine = Engine::open(project.root.join(&common.store), project.datasets(), FACTS)?;
    let display = Display::new(Mode::choose(common.quiet || common.json));
    for damage in engine.store().damages() {
        display.say(&format!("{damage}; what it held is run again"));
    }
    let plan = engine.plan(work(&selection))?;
    let jobs = arguments
        .jobs
        .map_or_else(default_jobs, |jobs| jobs as usize)
        .max(1);
    if arguments.plan {
        return print_plan(common, &plan, jobs);
    }
    let listener = Listener::new(display);
    announce(&listener.display, &plan, jobs);
    let begin = now();
    let execution = execute(&engine, &plan, jobs, interrupt::flag(), &listener)?;
    let seconds = begin.elapsed().as_secs_f64();
    if execution.summary.interrupted > 0 {
        let left = execution.summary.interrupted;
        eprint_line(&format!(
            "interrupted with {left} cells left; the same command continues where it was"
        ));
        return Ok(Status::Difference);
    }
    if let Some(cell) = &arguments.cell {
        return print_cells(common, cell, &execution);
    }
    let measured = Measured {
        jobs,
        cells_run: execution.summary.ran,
        seconds,
        experiment_seconds: BTreeMap::new(),
    };
    conclude(
        &project, common, arguments, &selection, &execution, &listener, &measured,
    )
}

/// Carries out a plan with a listener.
pub(crate) fn execute(
    engine: &Engine,
    plan: &Plan<'_>,
    jobs: usize,
    stop: &AtomicBool,
    listener: &Listener,
) -> Result<Execution> {
    let threads = NonZeroUsize::new(jobs).unwrap_or(NonZeroUsize::MIN);
    Ok(engine.execute(
        plan,
        &Options {
            threads,
            progress: listener,
            ..Options::new(stop)
        },
    )?)
}

/// The work that a selection asks for.
pub(crate) fn work(selection: &Selection) -> impl Iterator<Item = Work<'_>> {
    selection.papers.iter().map(|selected| Work {
        paper: &selected.paper,
        manifest: &selected.manifest,
        cells: selected.cells.clone(),
        root_seed: selection.root_seed,
    })
}

/// One for each core.
pub(crate) fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn conclude(
    project: &Project,
    common: &Common,
    arguments: &RunArguments,
    selection: &Selection,
    execution: &Execution,
    listener: &Listener,
    measured: &Measured,
) -> Result<Status> {
    let size = arguments.size;
    let committed = selection.is_whole && matches!(size, Size::Quick | Size::Paper);
    let folder = match &arguments.out {
        Some(out) => out.clone(),
        None if committed => project.reports(size),
        None => project.root.join("scratch").join(size.name()),
    };
    let mut status = Status::Fine;
    let mut all = Vec::new();
    let mut papers = Vec::new();
    for selected in &selection.papers {
        let slug = selected.paper.slug;
        let empty = RunTable::default();
        let table = execution.tables.get(slug).unwrap_or(&empty);
        let origin = origin(selected, selection, arguments);
        let findings = judge_and_write(selected, size, &origin, table, &folder.join(slug))?;
        let store = project
            .root
            .join(&common.store)
            .join("tables")
            .join(size.name())
            .join(slug);
        write_parquet(&store, table)?;
        let experiment_seconds = listener.seconds(slug);
        let measured = Measured {
            experiment_seconds,
            ..measured.clone()
        };
        let provenance = provenance(&project.root, slug, size.name(), measured);
        provenance.write(&store)?;
        if committed && arguments.out.is_none() && size == Size::Paper && execution.summary.ran > 0
        {
            provenance.write(&folder.join(slug))?;
        }
        for problem in claims::problems(&selected.manifest, &findings, size) {
            eprint_line(&format!("{slug}: {problem}"));
            status = Status::Difference;
        }
        papers.push(output::verdict_json(&selected.manifest, &findings));
        all.push((&selected.manifest, findings));
    }
    if committed && arguments.out.is_none() {
        overview(project, false)?;
    }
    if execution.summary.failed > 0 {
        status = Status::Difference;
    }
    print_verdicts(common, size, &folder, execution, &all, papers)?;
    Ok(status)
}

/// How the report says that it came about.
fn origin(selected: &Selected, selection: &Selection, arguments: &RunArguments) -> Origin {
    let committed = Origin::committed(selected.paper.slug, arguments.size);
    let mut command = committed.command;
    let flags = [
        arguments
            .experiment
            .as_ref()
            .map(|name| format!("--experiment {name}")),
        arguments.claim.as_ref().map(|id| format!("--claim {id}")),
        arguments
            .replicates
            .map(|count| format!("--replicates {count}")),
        arguments.seed.map(|seed| format!("--seed {seed}")),
    ];
    let substitutions = arguments.set.iter().map(|text| format!("--set {text}"));
    for flag in flags.into_iter().flatten().chain(substitutions) {
        command.push(' ');
        command.push_str(&flag);
    }
    Origin {
        command,
        root_seed: selection.root_seed,
    }
}

/// Measures and judges one paper's claims and writes its report.
pub(crate) fn judge_and_write(
    selected: &Selected,
    size: Size,
    origin: &Origin,
    table: &RunTable,
    folder: &Path,
) -> Result<Vec<Finding>> {
    let Selected {
        paper, manifest, ..
    } = selected;
    let measurements = claims::measure(manifest, paper.checks, size, table);
    let findings = claims::judge(manifest, &measurements);
    let report = collect(manifest, size, table, &measurements);
    let rendered = render_with(manifest, size, origin, &report, &findings)?;
    report.write_with(folder, &rendered)?;
    Ok(findings)
}

fn print_verdicts(
    common: &Common,
    size: Size,
    folder: &Path,
    execution: &Execution,
    all: &[(&Manifest, Vec<Finding>)],
    papers: Vec<serde_json::Value>,
) -> Result<()> {
    let summary = &execution.summary;
    if common.json {
        let cells = json!({
            "cached": summary.cached, "ran": summary.ran,
            "failed": summary.failed, "skipped": summary.skipped,
        });
        let value = json!({
            "schema": 1, "size": size.name(), "reports": folder, "cells": cells, "papers": papers,
        });
        return output::line(&serde_json::to_string_pretty(&value)?);
    }
    if common.quiet {
        return Ok(());
    }
    for (manifest, findings) in all {
        output::line(&output::verdict_table(manifest, findings))?;
    }
    let totals = output::totals(all.iter().flat_map(|(_, findings)| findings));
    output::line(&format!("{totals}; reports in {}", folder.display()))
}

fn print_cells(common: &Common, digits: &str, execution: &Execution) -> Result<Status> {
    let mut status = Status::Fine;
    for run in execution.tables.values().flat_map(RunTable::runs) {
        if matches!(run.outcome, Outcome::Failed { .. }) {
            status = Status::Difference;
        }
        let digest = run.records.digest(&run.outcome);
        if common.json {
            let curves: BTreeMap<&str, Vec<(u64, f64)>> = run
                .records
                .curves
                .iter()
                .map(|(k, c)| (k.as_str(), c.points().collect()))
                .collect();
            let value = json!({
                "cell": run.cell.to_string(), "identity": run.cell.id().to_string(),
                "outcome": run.outcome.name(), "digest": digest,
                "scalars": run.records.scalars, "curves": curves,
            });
            output::line(&serde_json::to_string_pretty(&value)?)?;
            continue;
        }
        output::line(&format!(
            "{}\n  {:?}, digest {digest}",
            run.cell, run.outcome
        ))?;
        for (metric, value) in &run.records.scalars {
            output::line(&format!("  {metric} = {value}"))?;
        }
        for (metric, curve) in &run.records.curves {
            for (step, value) in curve.points() {
                output::line(&format!("  {metric} @ {step} = {value}"))?;
            }
        }
    }
    if execution
        .tables
        .values()
        .all(|table| table.runs().is_empty())
    {
        return crate::project::wrong(format!("no cell starts with `{digits}`"));
    }
    Ok(status)
}

fn print_plan(common: &Common, plan: &Plan<'_>, jobs: usize) -> Result<Status> {
    if common.json {
        let cells: Vec<_> = plan
            .jobs()
            .iter()
            .map(|job| {
                json!({
                    "cell": job.cell.to_string(),
                    "identity": job.cell.id().to_string(),
                    "stored": job.is_hit(),
                })
            })
            .collect();
        output::line(&serde_json::to_string_pretty(
            &json!({ "schema": 1, "cells": cells }),
        )?)?;
        return Ok(Status::Fine);
    }
    let mut rows = vec![
        ["experiment", "cells", "stored", "to run"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let mut counts: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for job in plan.jobs() {
        let count = counts
            .entry((&job.cell.paper, &job.cell.experiment))
            .or_default();
        count.0 += 1;
        count.1 += usize::from(job.is_hit());
    }
    for ((paper, experiment), (all, hits)) in counts {
        let numbers = [all, hits, all - hits].map(|count| count.to_string());
        rows.push([vec![format!("{paper}/{experiment}")], numbers.to_vec()].concat());
    }
    output::line(output::columns(&rows).trim_end())?;
    output::line(&plan_text(plan, jobs))?;
    Ok(Status::Fine)
}

fn announce(display: &Display, plan: &Plan<'_>, jobs: usize) {
    let mut papers: BTreeMap<&str, (usize, Duration)> = BTreeMap::new();
    for job in plan.misses() {
        let paper = papers.entry(&job.cell.paper).or_default();
        paper.0 += 1;
        paper.1 += job.estimate.unwrap_or_default();
    }
    display.say(&plan_text(plan, jobs));
    for (slug, (cells, expected)) in papers {
        display.start(slug, cells, expected);
    }
}

fn plan_text(plan: &Plan<'_>, jobs: usize) -> String {
    let Estimate { wall, unknown, .. } = plan.estimate(jobs);
    let all = plan.jobs().len();
    let misses = plan.misses().count();
    let time = match (misses, unknown) {
        (0, _) => String::new(),
        (_, 0) => format!(", about {:.1} s on {jobs} threads", wall.as_secs_f64()),
        (_, n) if n == misses => ", never timed here before".to_owned(),
        (_, n) => {
            format!(
                ", at least {:.1} s on {jobs} threads ({n} never timed)",
                wall.as_secs_f64()
            )
        }
    };
    format!(
        "{all} cells: {} stored, {misses} to run{time}",
        all - misses
    )
}

/// Shows progress and adds up durations by experiment.
pub(crate) struct Listener {
    pub(crate) display: Display,
    seconds: Mutex<BTreeMap<(String, String), f64>>,
    said: Mutex<BTreeSet<String>>,
}

impl Listener {
    pub(crate) fn new(display: Display) -> Self {
        Self {
            display,
            seconds: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// Says why cells of an experiment are skipped, the first time.
    fn say_once(&self, cell: &Cell, reason: &str) {
        let text = format!("skipped: {}/{}: {reason}", cell.paper, cell.experiment);
        if self
            .said
            .lock()
            .is_ok_and(|mut said| said.insert(text.clone()))
        {
            self.display.say(&text);
        }
    }

    /// Processor seconds of the cells of each experiment of a paper.
    fn seconds(&self, slug: &str) -> BTreeMap<String, f64> {
        let Ok(seconds) = self.seconds.lock() else {
            return BTreeMap::new();
        };
        let own = seconds.iter().filter(|((paper, _), _)| paper == slug);
        own.map(|((_, experiment), time)| (experiment.clone(), *time))
            .collect()
    }
}

impl Progress for Listener {
    fn finished(&self, finished: &Finished<'_>) {
        if let Ok(mut seconds) = self.seconds.lock() {
            let key = (
                finished.cell.paper.clone(),
                finished.cell.experiment.clone(),
            );
            *seconds.entry(key).or_default() += finished.duration.as_secs_f64();
        }
        if finished.cached {
            return;
        }
        self.display
            .finish_cell(&finished.cell.paper, finished.duration);
        match finished.outcome {
            Outcome::Failed { message } => {
                eprint_line(&format!("failed: {}: {message}", finished.cell));
            }
            Outcome::Skipped { reason } => self.say_once(finished.cell, reason),
            _ => {}
        }
    }

    fn notice(&self, message: &str) {
        self.display.say(message);
    }
}

/// Prints a line on standard error, whatever the mode.
pub(crate) fn eprint_line(text: &str) {
    use std::io::Write as _;
    // There is nowhere left to say that standard error is gone.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a run took goes into its provenance only"
)]
fn now() -> Instant {
    Instant::now()
}

/// The folder of a paper's committed report.
pub(crate) fn committed_folder(project: &Project, size: Size, slug: &str) -> PathBuf {
    project.reports(size).join(slug)
}
