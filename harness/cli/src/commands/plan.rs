//! What a run will do, before it does it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use harness_engine::{Estimate, Plan};
use serde_json::json;

use crate::Status;
use crate::args::Common;
use crate::output;
use crate::progress::Display;

/// Prints the plan of `run --plan`.
pub(crate) fn print_plan(common: &Common, plan: &Plan<'_>, jobs: usize) -> Result<Status> {
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

/// Says on standard error what is about to run.
pub(crate) fn announce(display: &Display, plan: &Plan<'_>, jobs: usize) {
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
