//! `reproduce explain`: what would run again, and which part of its key is new.

use anyhow::Result;
use harness_core::Size;
use harness_core::seeds::ROOT_SEED;
use harness_engine::{Engine, Options, Work};
use serde_json::json;

use crate::args::Common;
use crate::facts::FACTS;
use crate::output;
use crate::project::{Project, unknown, wrong};
use crate::{Status, interrupt};

/// Explains every miss of `PAPER[/EXPERIMENT]`; on request runs some hits again.
pub(crate) fn explain(
    common: &Common,
    what: Option<&str>,
    size: Size,
    verify_cache: Option<usize>,
) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let (slug, experiment) = match what.map(|what| what.split_once('/').unwrap_or((what, ""))) {
        Some((slug, experiment)) => (Some(slug.to_owned()), experiment),
        None => (None, ""),
    };
    let papers = project.load(slug.as_slice())?;
    if let [only] = papers.as_slice()
        && !experiment.is_empty()
        && only.manifest.experiment(experiment).is_none()
    {
        let known: Vec<&str> = only
            .manifest
            .experiments
            .iter()
            .map(|e| e.name.as_str())
            .collect();
        return wrong(unknown("experiment", experiment, &known));
    }
    let engine = Engine::open(project.root.join(&common.store), project.datasets(), FACTS)?;
    let work = papers.iter().map(|loaded| {
        let mut work = Work::whole(&loaded.paper, &loaded.manifest, size, ROOT_SEED);
        work.cells
            .retain(|cell| experiment.is_empty() || cell.experiment == experiment);
        work
    });
    let plan = engine.plan(work)?;
    let explanations = engine.explain(&plan);
    let (all, hits) = (plan.jobs().len(), plan.hits().count());
    if common.json {
        let misses: Vec<_> = explanations
            .iter()
            .map(|explanation| {
                json!({
                    "identity": explanation.cell.id().to_string(),
                    "explanation": explanation.to_string(),
                })
            })
            .collect();
        let value = json!({ "schema": 1, "cells": all, "stored": hits, "misses": misses });
        output::line(&serde_json::to_string_pretty(&value)?)?;
    } else if !common.quiet {
        for explanation in &explanations {
            output::line(&explanation.to_string())?;
        }
        output::line(&format!(
            "{all} cells: {hits} stored, {} to run",
            all - hits
        ))?;
    }
    let Some(count) = verify_cache else {
        return Ok(Status::Fine);
    };
    let verification = engine.verify_cache(&plan, count, "", &Options::new(interrupt::flag()));
    for difference in &verification.differences {
        output::error_line(&difference.to_string());
    }
    if !common.quiet && !common.json {
        let different = verification.differences.len();
        output::line(&format!(
            "{} stored cells run again: {different} differ",
            verification.checked
        ))?;
    }
    Ok(if verification.differences.is_empty() {
        Status::Fine
    } else {
        Status::Difference
    })
}
