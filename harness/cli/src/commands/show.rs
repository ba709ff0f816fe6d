//! `reproduce show`: a paper, an experiment or a cell, exactly as it will be run.

use anyhow::Result;
use harness_core::manifest::{ExperimentSpec, Manifest};
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{Cell, Size, grid};
use serde_json::json;

use crate::Status;
use crate::args::Common;
use crate::output;
use crate::project::{Project, unknown, wrong};

/// Shows what `PAPER[/EXPERIMENT[/CELL]]` names.
pub(crate) fn show(common: &Common, what: &str, size: Size) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let mut parts = what.splitn(3, '/');
    let loaded = project.load_one(parts.next().unwrap_or_default())?;
    let manifest = &loaded.manifest;
    let all = grid::cells(manifest, size);
    let Some(name) = parts.next() else {
        return show_cells(common, &all.iter().collect::<Vec<_>>(), size);
    };
    let Some(experiment) = manifest.experiment(name) else {
        let known: Vec<&str> = manifest
            .experiments
            .iter()
            .map(|e| e.name.as_str())
            .collect();
        return wrong(unknown("experiment", name, &known));
    };
    let own = all.iter().filter(|cell| cell.experiment == name);
    let Some(digits) = parts.next() else {
        return show_cells(common, &own.collect::<Vec<_>>(), size);
    };
    let found: Vec<&Cell> = own
        .filter(|cell| cell.id().to_string().starts_with(digits))
        .collect();
    match found.as_slice() {
        [] => wrong(format!(
            "no cell of {}/{name} at size {size} starts with `{digits}`; `reproduce show {}/{name} --size {size}` lists them",
            manifest.paper.slug, manifest.paper.slug
        )),
        [cell] => show_cell(common, manifest, experiment, cell, size),
        many => show_cells(common, many, size),
    }
}

fn show_cells(common: &Common, cells: &[&Cell], size: Size) -> Result<Status> {
    if common.json {
        let cells: Vec<_> = cells.iter().map(|cell| identity(cell)).collect();
        let value = json!({ "schema": 1, "size": size.name(), "cells": cells });
        output::line(&serde_json::to_string_pretty(&value)?)?;
        return Ok(Status::Fine);
    }
    let rows: Vec<Vec<String>> = cells
        .iter()
        .map(|cell| {
            vec![
                cell.id().short(),
                cell.experiment.clone(),
                format!("#{}", cell.replicate),
                cell.axes.to_string(),
            ]
        })
        .collect();
    output::line(output::columns(&rows).trim_end())?;
    output::line(&format!("{} cells at size {size}", cells.len()))?;
    Ok(Status::Fine)
}

fn identity(cell: &Cell) -> serde_json::Value {
    json!({
        "identity": cell.id().to_string(), "experiment": cell.experiment,
        "axes": cell.axes.to_string(), "replicate": cell.replicate,
    })
}

fn show_cell(
    common: &Common,
    manifest: &Manifest,
    experiment: &ExperimentSpec,
    cell: &Cell,
    size: Size,
) -> Result<Status> {
    let streams = Streams {
        root: ROOT_SEED,
        cell,
        scopes: &experiment.streams,
    };
    let slug = &manifest.paper.slug;
    let command = format!(
        "cargo reproduce run {slug} --size {size} --cell {}",
        cell.id().short()
    );
    let paths: Vec<(&str, String)> = experiment
        .streams
        .keys()
        .filter_map(|label| Some((label.as_str(), streams.path(label)?)))
        .collect();
    if common.json {
        let mut value = identity(cell);
        value["streams"] = paths
            .iter()
            .map(|(label, path)| json!([label, path]))
            .collect();
        value["root_seed"] = json!(ROOT_SEED);
        value["command"] = json!(command);
        output::line(&serde_json::to_string_pretty(&value)?)?;
        return Ok(Status::Fine);
    }
    output::line(&format!("{cell}\nidentity  {}\n\nparameters", cell.id()))?;
    let rows: Vec<Vec<String>> = cell
        .axes
        .iter()
        .map(|(name, value)| vec![format!("  {name}"), value.to_string()])
        .collect();
    output::line(&output::columns(&rows))?;
    output::line(&format!("random streams of root seed {ROOT_SEED}"))?;
    let rows: Vec<Vec<String>> = paths
        .into_iter()
        .map(|(label, path)| vec![format!("  {label}"), path])
        .collect();
    output::line(&output::columns(&rows))?;
    output::line(&format!("run it alone\n  {command}"))?;
    Ok(Status::Fine)
}
