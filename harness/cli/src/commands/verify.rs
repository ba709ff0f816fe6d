//! `reproduce verify`: from scratch, against what is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use harness_core::seeds::ROOT_SEED;
use harness_core::{Cell, Outcome, RunTable, Size, grid};
use harness_engine::{Engine, Execution, Work};
use harness_report::{Origin, PROVENANCE_FILE, Provenance, Report};
use serde_json::json;

use crate::args::{Common, VerifyArguments};
use crate::commands::run::{committed_folder, default_jobs, execute, judge_and_write};
use crate::facts::FACTS;
use crate::listener::Listener;
use crate::output;
use crate::progress::{Display, Mode};
use crate::project::{LoadedPaper, Project, wrong};
use crate::selection::Selected;
use crate::{Status, interrupt};

/// Runs again what is committed, wholly or in a sample, and reports every difference.
pub(crate) fn verify(common: &Common, arguments: &VerifyArguments) -> Result<Status> {
    let size = arguments.size;
    if !matches!(size, Size::Quick | Size::Paper) {
        return wrong(format!(
            "--size {size}: only quick and paper reports are committed"
        ));
    }
    let project = Project::find(common.root.as_deref())?;
    let mut papers = project.load(&arguments.papers)?;
    papers.retain(|loaded| committed_folder(&project, size, loaded.paper.slug).is_dir());
    if papers.is_empty() {
        return wrong(format!("none of these papers has a report of size {size}"));
    }
    let sample = arguments.minutes.map(|minutes| Sample {
        seconds: 60.0 * minutes,
        pick: &arguments.pick,
    });
    let work: Vec<Work<'_>> = match &sample {
        None => papers
            .iter()
            .map(|p| Work::whole(&p.paper, &p.manifest, size, ROOT_SEED))
            .collect(),
        Some(sample) => sample.choose(&project, &papers, size)?,
    };
    let scratch = Scratch::new(&project, common)?;
    let engine = Engine::open(scratch.path().join("store"), project.datasets(), FACTS)?;
    let plan = engine.plan(work)?;
    let display = Display::new(Mode::choose(common.quiet || common.json));
    display.say(&format!(
        "{} cells to compare at size {size}",
        plan.jobs().len()
    ));
    for loaded in &papers {
        let slug = loaded.paper.slug;
        display.start(slug, plan.of_paper(slug).len(), std::time::Duration::ZERO);
    }
    let jobs = arguments
        .jobs
        .map_or_else(default_jobs, |jobs| jobs as usize);
    let execution = execute(
        &engine,
        &plan,
        jobs,
        interrupt::flag(),
        &Listener::new(display),
    )?;
    if execution.summary.interrupted > 0 {
        output::error_line("interrupted; nothing was compared");
        return Ok(Status::Difference);
    }
    let mut comparison = Comparison::default();
    for loaded in &papers {
        comparison.cells(&project, loaded, size, &execution)?;
        if sample.is_none() {
            comparison.files(&project, loaded, size, &execution, scratch.path())?;
        }
    }
    comparison.print(common, size)
}

/// A folder that is gone when the command ends.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(project: &Project, common: &Common) -> Result<Self> {
        let name = format!("verify-{}", std::process::id());
        let path = project.root.join(&common.store).join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that cannot be removed is in the git-ignored store and harms nothing.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Which cells are run again when there is no time for all.
struct Sample<'a> {
    seconds: f64,
    pick: &'a str,
}

impl Sample<'_> {
    /// Cells in the order of a hash of their identity and of `pick`, until the time is used up.
    /// Times are the experiments' means in the committed provenance.
    fn choose<'p>(
        &self,
        project: &Project,
        papers: &'p [LoadedPaper],
        size: Size,
    ) -> Result<Vec<Work<'p>>> {
        let mut cells = Vec::new();
        for (place, loaded) in papers.iter().enumerate() {
            let folder = committed_folder(project, size, loaded.paper.slug);
            let provenance = Provenance::read(&folder)?;
            let own = grid::cells(&loaded.manifest, size);
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for cell in &own {
                *counts.entry(&cell.experiment).or_default() += 1;
            }
            let seconds = |cell: &Cell| {
                let all = provenance.experiment_seconds.get(&cell.experiment).copied();
                all.unwrap_or(1.0) / counts[cell.experiment.as_str()] as f64
            };
            cells.extend(own.iter().map(|cell| {
                let mut hasher = blake3::Hasher::new();
                hasher.update(&cell.id().0);
                hasher.update(self.pick.as_bytes());
                (
                    *hasher.finalize().as_bytes(),
                    seconds(cell),
                    place,
                    cell.clone(),
                )
            }));
        }
        cells.sort_by_key(|(hash, ..)| *hash);
        let mut left = self.seconds;
        let mut chosen: Vec<Vec<Cell>> = vec![Vec::new(); papers.len()];
        for (_, seconds, place, cell) in cells {
            if seconds <= left {
                left -= seconds;
                chosen[place].push(cell);
            }
        }
        let work = papers.iter().zip(chosen).map(|(loaded, cells)| Work {
            paper: &loaded.paper,
            manifest: &loaded.manifest,
            cells,
            root_seed: ROOT_SEED,
        });
        Ok(work.collect())
    }
}

/// What was compared and what differs.
#[derive(Default)]
struct Comparison {
    cells: usize,
    files: usize,
    not_compared: Vec<String>,
    differences: Vec<String>,
}

impl Comparison {
    /// Compares every run's digest with the committed one.
    fn cells(
        &mut self,
        project: &Project,
        loaded: &LoadedPaper,
        size: Size,
        execution: &Execution,
    ) -> Result<()> {
        let slug = loaded.paper.slug;
        let committed = Report::read(&committed_folder(project, size, slug))?;
        let digests: BTreeMap<Cell, &str> = committed
            .cells
            .iter()
            .map(|row| (row.cell(slug), row.digest.as_str()))
            .collect();
        for run in execution.tables.get(slug).map_or(&[][..], RunTable::runs) {
            if let Outcome::Skipped { reason } = &run.outcome {
                self.not_compared.push(format!("{}: {reason}", run.cell));
                continue;
            }
            self.cells += 1;
            let digest = run.records.digest(&run.outcome);
            match digests.get(&run.cell) {
                Some(known) if **known == digest => {}
                Some(_) => self.differences.push(format!("{}: other bits", run.cell)),
                None => self
                    .differences
                    .push(format!("{}: not in the committed report", run.cell)),
            }
        }
        Ok(())
    }

    /// Compares every file of the committed report with a fresh one, except the provenance.
    fn files(
        &mut self,
        project: &Project,
        loaded: &LoadedPaper,
        size: Size,
        execution: &Execution,
        scratch: &Path,
    ) -> Result<()> {
        let slug = loaded.paper.slug;
        let fresh = scratch.join("reports").join(slug);
        let empty = RunTable::default();
        let selected = Selected {
            paper: loaded.paper,
            manifest: loaded.manifest.clone(),
            cells: Vec::new(),
        };
        let table = execution.tables.get(slug).unwrap_or(&empty);
        judge_and_write(
            &selected,
            size,
            &Origin::committed(slug, size),
            table,
            &fresh,
        )?;
        let committed = committed_folder(project, size, slug);
        let (fresh, committed) = (files_in(&fresh)?, files_in(&committed)?);
        for name in fresh
            .keys()
            .chain(committed.keys().filter(|name| !fresh.contains_key(*name)))
        {
            self.files += 1;
            let place = format!("reports/{size}/{slug}/{name}");
            match (fresh.get(name), committed.get(name)) {
                (Some(a), Some(b)) if a == b => {}
                (Some(_), Some(_)) => self.differences.push(format!("{place}: other bytes")),
                (Some(_), None) => self.differences.push(format!("{place}: not committed")),
                (None, _) => self
                    .differences
                    .push(format!("{place}: nothing makes it any more")),
            }
        }
        Ok(())
    }

    fn print(&self, common: &Common, size: Size) -> Result<Status> {
        if common.json {
            let value = json!({
                "schema": 1, "size": size.name(), "cells": self.cells, "files": self.files,
                "not_compared": self.not_compared, "differences": self.differences,
            });
            output::line(&serde_json::to_string_pretty(&value)?)?;
        } else {
            for line in &self.not_compared {
                output::line(&format!("not compared: {line}"))?;
            }
            for line in &self.differences {
                output::error_line(&format!("differs: {line}"));
            }
            let count = self.differences.len();
            if !common.quiet {
                output::line(&format!(
                    "{} cells and {} files compared: {count} differences",
                    self.cells, self.files
                ))?;
            }
        }
        Ok(if self.differences.is_empty() {
            Status::Fine
        } else {
            Status::Difference
        })
    }
}

/// All files below a folder by relative name, except the provenance; empty if there is none.
fn files_in(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else {
            continue;
        };
        for entry in entries {
            let path = entry.with_context(|| next.display().to_string())?.path();
            let name = path
                .strip_prefix(folder)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name != PROVENANCE_FILE {
                let content = fs::read(&path).with_context(|| path.display().to_string())?;
                files.insert(name, content);
            }
        }
    }
    Ok(files)
}
