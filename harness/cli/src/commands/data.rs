//! `reproduce data`: the data sets, and how optional ones get here.

use std::path::Path;

use anyhow::Result;
use harness_core::Dataset;
use harness_core::dataset::DatasetError;
use harness_engine::{Clients, Datasets, FetchError, Meta};
use serde_json::{Value, json};

use crate::Status;
use crate::args::{Common, DataCommand};
use crate::output;
use crate::project::{Project, unknown, wrong};

/// Lists data sets, says where they are, or puts optional ones in place.
pub(crate) fn data(common: &Common, command: &DataCommand) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let datasets = Datasets::new(project.datasets());
    match command {
        DataCommand::List => list(common, &datasets),
        DataCommand::Path { name } => {
            known(&datasets, name)?;
            let folder = datasets.directory().join(name).display().to_string();
            if common.json {
                in_json(common, &[json!({ "name": name, "path": folder })])?;
            } else {
                output::line(&folder)?;
            }
            Ok(Status::Fine)
        }
        DataCommand::Import { name, file } => import(common, &datasets, name, file),
        DataCommand::Fetch { names } => fetch(common, &datasets, names),
    }
}

fn list(common: &Common, datasets: &Datasets) -> Result<Status> {
    let mut status = Status::Fine;
    let mut rows = vec![
        ["data set", "state", "rows", "columns", "title"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let (mut listed, mut remarks) = (Vec::new(), Vec::new());
    for name in datasets.names() {
        let meta = datasets.meta(&name)?;
        let (state, remark) = match datasets.load(&name) {
            Ok(_) => ("here", None),
            Err(absent @ DatasetError::Absent { .. }) => ("absent", Some(absent.to_string())),
            Err(damaged) => {
                status = Status::Difference;
                ("damaged", Some(damaged.to_string()))
            }
        };
        listed.push(json!({
            "name": name, "state": state, "optional": meta.optional, "rows": meta.rows(),
            "columns": meta.columns(), "title": meta.title, "licence": meta.licence,
            "remark": remark,
        }));
        let (count, columns) = (meta.rows().to_string(), meta.columns().to_string());
        rows.push(vec![name, state.to_owned(), count, columns, meta.title]);
        remarks.extend(remark);
    }
    if common.json {
        in_json(common, &listed)?;
    } else {
        output::line(output::columns(&rows).trim_end())?;
        for remark in remarks {
            output::line(&remark)?;
        }
    }
    Ok(status)
}

fn import(common: &Common, datasets: &Datasets, name: &str, file: &Path) -> Result<Status> {
    known(datasets, name)?;
    match datasets.import(name, file) {
        Ok(dataset) => {
            let done = said(common, &dataset, "imported")?;
            in_json(common, &[done])?;
            Ok(Status::Fine)
        }
        // What the system refuses is nobody's input.
        Err(error @ (FetchError::Busy { .. } | FetchError::Write { .. })) => Err(error.into()),
        Err(error) => wrong(error.to_string()),
    }
}

/// Fetches each named data set that is not whole already; all optional ones if none is named. One
/// failure does not keep the others from being fetched.
fn fetch(common: &Common, datasets: &Datasets, names: &[String]) -> Result<Status> {
    let mut metas: Vec<Meta> = Vec::new();
    if names.is_empty() {
        for name in datasets.names() {
            metas.push(datasets.meta(&name)?);
        }
        metas.retain(|meta| meta.fetch.is_some());
    }
    for name in names {
        metas.push(known(datasets, name)?);
    }
    let (mut status, mut done) = (Status::Fine, Vec::new());
    for meta in &metas {
        let name = &meta.name;
        if meta.optional
            && let Ok(dataset) = datasets.load(name)
        {
            done.push(said(common, &dataset, "already here")?);
            continue;
        }
        if let (Some(origin), false) = (&meta.fetch, common.quiet) {
            let (megabytes, source) = (origin.bytes as f64 / 1e6, &meta.source);
            output::error_line(&format!("fetching {name} ({megabytes:.1} MB): {source}"));
        }
        match datasets.fetch(name, &Clients::default()) {
            Ok(dataset) => done.push(said(common, &dataset, "fetched")?),
            Err(error @ (FetchError::NotOptional { .. } | FetchError::NoOrigin { .. })) => {
                return wrong(error.to_string());
            }
            Err(error) => {
                output::error_line(&format!("error: {error}"));
                done.push(json!({ "name": name, "state": "failed", "remark": error.to_string() }));
                status = Status::Difference;
            }
        }
    }
    in_json(common, &done)?;
    Ok(status)
}

/// Says what was done with a data set, to people at once; what is given is for machines.
fn said(common: &Common, dataset: &Dataset, state: &str) -> Result<Value> {
    let (name, rows, columns) = (&dataset.name, dataset.rows, dataset.columns);
    if !common.quiet && !common.json {
        output::line(&format!(
            "{name}: {state}, {rows} rows of {columns} numbers"
        ))?;
    }
    Ok(json!({ "name": name, "state": state, "rows": rows, "columns": columns }))
}

fn in_json(common: &Common, datasets: &[Value]) -> Result<()> {
    if common.json {
        let value = json!({ "schema": 1, "datasets": datasets });
        output::line(&serde_json::to_string_pretty(&value)?)?;
    }
    Ok(())
}

/// What a data set says of itself, if there is one of this name.
fn known(datasets: &Datasets, name: &str) -> Result<Meta> {
    let names = datasets.names();
    if names.iter().all(|known| known != name) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        return wrong(unknown("data set", name, &names));
    }
    datasets
        .meta(name)
        .or_else(|error| wrong(error.to_string()))
}
