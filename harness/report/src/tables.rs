//! Every recorded number as Parquet, for any tool that reads it.
//!
//! `cells.parquet`, one row per cell: `cell` (64 hexadecimal digits), `paper`, `experiment`,
//! `replicate` (u32), `outcome`, `step` (u64, where it diverged or ran out of budget), `reason`
//! (of a skipped or failed cell), `digest`, and `axis.NAME` for every axis of any experiment:
//! whole numbers as i64, other numbers as f64, truth values as booleans, anything else as text;
//! null where the experiment has no such axis.
//!
//! `values.parquet`, one row per number: `cell`, `experiment`, `metric`, `step` (u64, null for
//! metrics recorded once), `value` (f64). Ordered by cell as in `cells.parquet`, then metrics
//! recorded once, then curves, each by name, then step.

use std::path::{Path, PathBuf};

use harness_core::run::{Outcome, RunTable};
use harness_core::value::Value;
use polars_core::prelude::{
    BooleanChunked, Column, DataFrame, IntoColumn, NamedFrom, PolarsError, Series,
};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

use crate::error::ReportError;
use crate::files::write_atomically;

/// The name of the table with one row per cell.
pub const CELLS_FILE: &str = "cells.parquet";
/// The name of the table with one row per number.
pub const VALUES_FILE: &str = "values.parquet";

/// Writes both tables into a folder. The same runs give the same bytes.
///
/// # Errors
/// A file or folder that cannot be written.
pub fn write_parquet(folder: &Path, table: &RunTable) -> Result<(), ReportError> {
    let cells = cells(table);
    write(&folder.join(CELLS_FILE), cells)?;
    write(&folder.join(VALUES_FILE), values(table))
}

fn write(path: &Path, frame: Result<DataFrame, PolarsError>) -> Result<(), ReportError> {
    let failed = |error: PolarsError| ReportError::Table {
        path: PathBuf::from(path),
        message: error.to_string(),
    };
    let mut bytes = Vec::new();
    let mut frame = frame.map_err(failed)?;
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Snappy)
        .set_parallel(false)
        .finish(&mut frame)
        .map_err(failed)?;
    write_atomically(path, &bytes).map(drop)
}

fn column<T, Phantom: ?Sized>(name: &str, values: T) -> Column
where
    Series: NamedFrom<T, Phantom>,
{
    Series::new(name.into(), values).into_column()
}

fn cells(table: &RunTable) -> Result<DataFrame, PolarsError> {
    let runs = table.runs();
    let of = |text: fn(&harness_core::run::Run) -> String| -> Vec<String> {
        runs.iter().map(text).collect()
    };
    let steps: Vec<Option<u64>> = runs
        .iter()
        .map(|run| match run.outcome {
            Outcome::Diverged { step } | Outcome::OutOfBudget { step } => Some(step),
            _ => None,
        })
        .collect();
    let reasons: Vec<Option<&str>> = runs
        .iter()
        .map(|run| match &run.outcome {
            Outcome::Skipped { reason } => Some(reason.as_str()),
            Outcome::Failed { message } => Some(message.as_str()),
            _ => None,
        })
        .collect();
    let replicates: Vec<u32> = runs.iter().map(|run| run.cell.replicate).collect();
    let mut columns = vec![
        column("cell", of(|run| run.cell.id().to_string())),
        column("paper", of(|run| run.cell.paper.clone())),
        column("experiment", of(|run| run.cell.experiment.clone())),
        column("replicate", replicates),
        column("outcome", of(|run| run.outcome.name().to_owned())),
        column("step", steps),
        column("reason", reasons),
        column("digest", of(|run| run.records.digest(&run.outcome))),
    ];
    let mut names: Vec<&str> = runs.iter().flat_map(|run| run.cell.axes.names()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let values: Vec<Option<&Value>> = runs.iter().map(|run| run.cell.axes.get(name)).collect();
        columns.push(axis_column(&format!("axis.{name}"), &values));
    }
    DataFrame::new(runs.len(), columns)
}

/// The narrowest type that holds all values of an axis.
fn axis_column(name: &str, values: &[Option<&Value>]) -> Column {
    let all = |fits: fn(&Value) -> bool| values.iter().flatten().all(|value| fits(value));
    if all(|value| matches!(value, Value::Int(_))) {
        let whole = |value: &&Value| match value {
            Value::Int(whole) => Some(*whole),
            _ => None,
        };
        let wholes = values.iter().map(|value| value.as_ref().and_then(whole));
        column(name, wholes.collect::<Vec<_>>())
    } else if all(|value| matches!(value, Value::Int(_) | Value::Float(_))) {
        let numbers = values.iter().map(|value| value.and_then(Value::as_f64));
        column(name, numbers.collect::<Vec<_>>())
    } else if all(|value| matches!(value, Value::Bool(_))) {
        let truth = |value: &Value| matches!(value, Value::Bool(true));
        let truths = values.iter().map(|value| value.map(truth));
        let mut chunked: BooleanChunked = truths.collect();
        chunked.rename(name.into());
        chunked.into_column()
    } else {
        let words = values.iter().map(|value| value.map(ToString::to_string));
        column(name, words.collect::<Vec<_>>())
    }
}

fn values(table: &RunTable) -> Result<DataFrame, PolarsError> {
    let mut cells: Vec<String> = Vec::new();
    let mut experiments: Vec<&str> = Vec::new();
    let mut metrics: Vec<&str> = Vec::new();
    let mut steps: Vec<Option<u64>> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    for run in table.runs() {
        let scalars = run.records.scalars.iter();
        let scalars = scalars.map(|(metric, value)| (metric, None, *value));
        let curves = run.records.curves.iter().flat_map(|(metric, curve)| {
            let points = curve.points();
            points.map(move |(step, value)| (metric, Some(step), value))
        });
        let id = run.cell.id().to_string();
        for (metric, step, value) in scalars.chain(curves) {
            cells.push(id.clone());
            experiments.push(&run.cell.experiment);
            metrics.push(metric);
            steps.push(step);
            numbers.push(value);
        }
    }
    DataFrame::new(
        numbers.len(),
        vec![
            column("cell", cells),
            column("experiment", experiments),
            column("metric", metrics),
            column("step", steps),
            column("value", numbers),
        ],
    )
}
