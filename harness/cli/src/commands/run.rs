//! `reproduce run`: cells, verdicts, reports.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use anyhow::Result;
use harness_core::claims::{self, Finding};
use harness_core::manifest::Manifest;
use harness_core::{Cell, RunTable, Size};
use harness_engine::{Engine, Execution, Options, Plan, Work, each};
use harness_report::{Origin, collect, render_with, write_parquet};
use serde_json::json;

use crate::args::{Common, RunArguments};
use crate::commands::cell::print_cells;
use crate::commands::overview::overview;
use crate::commands::plan::{announce, print_plan};
use crate::facts::FACTS;
use crate::listener::Listener;
use crate::output;
use crate::progress::{Display, Mode};
use crate::project::Project;
use crate::provenance::{Measured, provenance, revision};
use crate::selection::{Selected, Selection, select};
use crate::{Status, interrupt};

/// Runs what is selected, judges it and writes its reports.
pub(crate) fn run(common: &Common, arguments: &RunArguments) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let (selection, engine) = std::thread::scope(|scope| {
        let store = project.root.join(&common.store);
        let engine = scope.spawn(|| Engine::open(store, project.datasets(), FACTS));
        let papers = project.load(&arguments.papers);
        let selection = papers.and_then(|papers| select(papers, arguments));
        (selection, engine.join())
    });
    let mut selection = selection?;
    let cells = selection.take_cells();
    let engine = engine.unwrap_or_else(|panic| resume_unwind(panic))?;
    let display = Display::new(Mode::choose(common.quiet || common.json));
    for damage in engine.store().damages() {
        display.say(&format!("{damage}; what it held is run again"));
    }
    let plan = engine.plan(work(&selection, cells))?;
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
        output::error_line(&format!(
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
    let status = conclude(
        &project, common, arguments, &selection, &execution, &listener, &measured,
    );
    // The process ends: the system takes their memory back faster than piece by piece.
    std::mem::forget((plan, execution));
    std::mem::forget(selection);
    status
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

/// The work that a selection asks for; `cells` are those of each paper.
fn work(selection: &Selection, cells: Vec<Vec<Cell>>) -> impl Iterator<Item = Work<'_>> {
    let papers = selection.papers.iter().zip(cells);
    papers.map(|(selected, cells)| Work {
        paper: &selected.paper,
        manifest: &selected.manifest,
        cells,
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
    let written = write_all(project, common, arguments, selection, execution, &folder)?;
    let mut status = Status::Fine;
    let mut all = Vec::new();
    let mut papers = Vec::new();
    for (selected, findings) in selection.papers.iter().zip(written.findings) {
        let slug = selected.paper.slug;
        let measured = Measured {
            experiment_seconds: listener.seconds(slug),
            ..measured.clone()
        };
        let provenance = provenance(written.revision.clone(), slug, size.name(), measured);
        provenance.write(&tables_folder(project, common, size, slug))?;
        if committed && arguments.out.is_none() && size == Size::Paper && execution.summary.ran > 0
        {
            provenance.write(&folder.join(slug))?;
        }
        for problem in claims::problems(&selected.manifest, &findings, size) {
            output::error_line(&format!("{slug}: {problem}"));
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
    print_verdicts(common, size, &folder, execution, &all, &papers)?;
    Ok(status)
}

/// What [`write_all`] gives.
struct Written {
    /// As [`revision`] gives it.
    revision: (String, bool),
    /// Of each paper, in the order of the selection.
    findings: Vec<Vec<Finding>>,
}

/// Writes the reports and the tables of all papers, on all cores, while git looks at the tree.
fn write_all(
    project: &Project,
    common: &Common,
    arguments: &RunArguments,
    selection: &Selection,
    execution: &Execution,
    folder: &Path,
) -> Result<Written> {
    let size = arguments.size;
    let empty = RunTable::default();
    let table = |selected: &Selected| execution.tables.get(selected.paper.slug).unwrap_or(&empty);
    let mut tasks: Vec<Task<'_>> = selection.papers.iter().map(Task::Tables).collect();
    // The longest first, so that no core is left alone with one at the end.
    tasks.sort_by_key(|task| std::cmp::Reverse(table(task.paper()).runs().len()));
    tasks.extend(selection.papers.iter().map(Task::Report));
    let carry_out = |task: Task<'_>| -> Result<Option<Vec<Finding>>> {
        let selected = task.paper();
        let (slug, table) = (selected.paper.slug, table(selected));
        match task {
            Task::Tables(_) => {
                write_parquet(&tables_folder(project, common, size, slug), table)?;
                Ok(None)
            }
            Task::Report(_) => {
                let origin = origin(selected, selection, arguments);
                judge_and_write(selected, size, &origin, table, &folder.join(slug)).map(Some)
            }
        }
    };
    let (revision, done) = std::thread::scope(|scope| {
        let revision = scope.spawn(|| revision(&project.root));
        let done = each(tasks, carry_out);
        (
            revision.join().unwrap_or_else(|panic| resume_unwind(panic)),
            done,
        )
    });
    let findings: Result<Vec<_>> = done.into_iter().collect();
    Ok(Written {
        revision,
        findings: findings?.into_iter().flatten().collect(),
    })
}

/// A piece of work that is independent of all others.
enum Task<'a> {
    Tables(&'a Selected),
    Report(&'a Selected),
}

impl<'a> Task<'a> {
    const fn paper(&self) -> &'a Selected {
        match self {
            Self::Tables(paper) | Self::Report(paper) => paper,
        }
    }
}

/// Where the tables of all recorded numbers are kept.
fn tables_folder(project: &Project, common: &Common, size: Size, slug: &str) -> PathBuf {
    let store = project.root.join(&common.store);
    store.join("tables").join(size.name()).join(slug)
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
    papers: &[serde_json::Value],
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
