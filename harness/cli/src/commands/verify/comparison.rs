//! What `verify` compares and what it finds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use harness_core::run::Run;
use harness_core::{Cell, Outcome, RunTable, Size};
use harness_engine::Execution;
use harness_report::{Origin, PROVENANCE_FILE, Report};
use serde_json::json;

use crate::Status;
use crate::args::Common;
use crate::commands::run::{committed_folder, judge_and_write};
use crate::output;
use crate::project::{LoadedPaper, Project};
use crate::selection::Selected;

/// What was compared and what differs.
#[derive(Default)]
pub(super) struct Comparison {
    cells: usize,
    files: usize,
    /// Cells that could not be run here though they were when the report was made: how many, by
    /// paper, experiment and reason.
    skipped: BTreeMap<(String, String, String), usize>,
    /// Files that hold results of such cells.
    files_with_skipped: Vec<String>,
    differences: Vec<String>,
}

impl Comparison {
    /// Compares every run's digest with the committed one.
    pub(super) fn cells(
        &mut self,
        project: &Project,
        loaded: &LoadedPaper,
        size: Size,
        execution: &Execution,
    ) -> Result<()> {
        let slug = loaded.paper.slug;
        let committed = Report::read(&committed_folder(project, size, slug))?;
        let rows = committed.cells.iter();
        let digests = rows.map(|row| (row.cell(slug), row.digest.as_str()));
        let runs = execution.tables.get(slug).map_or(&[][..], RunTable::runs);
        self.runs(&digests.collect(), runs);
        Ok(())
    }

    /// Compares runs with the committed digests. A cell that is skipped in both is the same; one
    /// that is skipped here alone cannot be compared.
    fn runs(&mut self, digests: &BTreeMap<Cell, &str>, runs: &[Run]) {
        for run in runs {
            let known = digests.get(&run.cell);
            let digest = run.records.digest(&run.outcome);
            let same = known.is_some_and(|known| **known == digest);
            if let (Outcome::Skipped { reason }, false) = (&run.outcome, same) {
                let Cell {
                    paper, experiment, ..
                } = &run.cell;
                let key = (paper.clone(), experiment.clone(), reason.clone());
                *self.skipped.entry(key).or_default() += 1;
                continue;
            }
            self.cells += 1;
            if known.is_none() {
                let message = format!("{}: not in the committed report", run.cell);
                self.differences.push(message);
            } else if !same {
                self.differences.push(format!("{}: other bits", run.cell));
            }
        }
    }

    /// Whether a file of a report holds results of cells that could not be run: a page or table of
    /// the whole paper, or a figure or table of such an experiment.
    fn holds_skipped(&self, slug: &str, file: &str) -> bool {
        let mut skipped = self.skipped.keys().filter(|(paper, ..)| paper == slug);
        match file.rsplit_once('/') {
            None => skipped.next().is_some(),
            Some((_, name)) => skipped.any(|(_, experiment, _)| {
                let rest = name.strip_prefix(experiment.as_str());
                rest.is_some_and(|rest| rest.starts_with('-'))
            }),
        }
    }

    /// Compares every file of the committed report with a fresh one, except the provenance.
    pub(super) fn files(
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
            let place = format!("reports/{size}/{slug}/{name}");
            if self.holds_skipped(slug, name) {
                self.files_with_skipped.push(place);
                continue;
            }
            self.files += 1;
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

    fn not_compared(&self) -> Vec<String> {
        let cells = self.skipped.iter();
        let cells = cells.map(|((slug, experiment, reason), count)| {
            format!("{count} cells of {slug}/{experiment}: {reason}")
        });
        let files = self.files_with_skipped.iter();
        let files = files.map(|place| format!("{place}: it holds results of such cells"));
        cells.chain(files).collect()
    }

    pub(super) fn print(&self, common: &Common, size: Size) -> Result<Status> {
        if common.json {
            let value = json!({
                "schema": 1, "size": size.name(), "cells": self.cells, "files": self.files,
                "not_compared": self.not_compared(), "differences": self.differences,
            });
            output::line(&serde_json::to_string_pretty(&value)?)?;
        } else {
            for line in self.not_compared() {
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

#[cfg(test)]
mod tests {
    use harness_core::Axes;
    use harness_core::run::Records;

    use super::*;

    fn run(experiment: &str, replicate: u32, outcome: Outcome) -> Run {
        Run {
            cell: Cell {
                paper: "paper".to_owned(),
                experiment: experiment.to_owned(),
                axes: Axes::new().with("k", 1_i64),
                replicate,
            },
            outcome,
            records: Records::default(),
        }
    }

    fn absent() -> Outcome {
        Outcome::Skipped {
            reason: "not here".to_owned(),
        }
    }

    #[test]
    fn what_cannot_be_run_here_is_no_difference() {
        let here = [
            run("a", 0, absent()),
            run("a", 1, absent()),
            run("b", 0, absent()),
            run("c", 0, Outcome::Done),
            run("c", 1, Outcome::Done),
            run("c", 2, Outcome::Done),
        ];
        let there = [
            run("a", 0, Outcome::Done),
            run("a", 1, Outcome::Done),
            run("b", 0, absent()),
            run("c", 0, Outcome::Done),
            run("c", 1, absent()),
        ];
        let rows = there.map(|run| (run.cell, run.records.digest(&run.outcome)));
        let digests = rows
            .iter()
            .map(|(cell, text)| (cell.clone(), text.as_str()));
        let mut comparison = Comparison::default();
        comparison.runs(&digests.collect(), &here);
        assert_eq!(comparison.not_compared(), ["2 cells of paper/a: not here"]);
        assert_eq!(comparison.cells, 4);
        assert_eq!(
            comparison.differences,
            [
                "paper/c k=1 replicate=1: other bits",
                "paper/c k=1 replicate=2: not in the committed report"
            ]
        );
        let holds = |file| comparison.holds_skipped("paper", file);
        assert!(holds("cells.csv") && holds("figures/a-loss.svg"));
        assert!(!holds("figures/b-loss.svg") && !holds("tables/ab-loss.csv"));
        assert!(!comparison.holds_skipped("other", "cells.csv"));
    }
}
