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

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use harness_core::run::{Outcome, Run, RunTable};
use harness_core::value::Value;
use polars_core::prelude::{
    BooleanChunked, Column, DataFrame, IdxSize, IntoColumn, NamedFrom, PolarsError, Series,
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
    let ids: Vec<String> = table
        .runs()
        .iter()
        .map(|run| run.cell.id().to_string())
        .collect();
    write(&folder.join(CELLS_FILE), cells(table, &ids))?;
    write(&folder.join(VALUES_FILE), values(table, &ids))
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

/// `ids` are the texts of the cells' identities, in the order of the table.
fn cells(table: &RunTable, ids: &[String]) -> Result<DataFrame, PolarsError> {
    let runs = table.runs();
    let of = |text: fn(&Run) -> &str| -> Vec<&str> { runs.iter().map(text).collect() };
    let digests: Vec<String> = runs
        .iter()
        .map(|run| run.records.digest(&run.outcome))
        .collect();
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
        column("cell", ids),
        column("paper", of(|run| &run.cell.paper)),
        column("experiment", of(|run| &run.cell.experiment)),
        column("replicate", replicates),
        column("outcome", of(|run| run.outcome.name())),
        column("step", steps),
        column("reason", reasons),
        column("digest", digests),
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

/// `ids` as for [`cells`].
fn values(table: &RunTable, ids: &[String]) -> Result<DataFrame, PolarsError> {
    let runs = table.runs();
    let mut metrics: BTreeSet<&str> = BTreeSet::new();
    for run in runs {
        let scalars = run.records.scalars.keys();
        let names = scalars.chain(run.records.curves.keys());
        metrics.extend(names.map(String::as_str));
    }
    let metrics: Vec<&str> = metrics.into_iter().collect();
    let place = |metric: &str| metrics.partition_point(|other| *other < metric) as IdxSize;
    let mut run_places: Vec<IdxSize> = Vec::new();
    let mut metric_places: Vec<IdxSize> = Vec::new();
    let mut steps: Vec<Option<u64>> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    for (run_place, run) in runs.iter().enumerate() {
        for (metric, value) in &run.records.scalars {
            metric_places.push(place(metric));
            steps.push(None);
            numbers.push(*value);
        }
        for (metric, curve) in &run.records.curves {
            let place = place(metric);
            metric_places.extend(curve.values.iter().map(|_| place));
            steps.extend(curve.steps.iter().copied().map(Some));
            numbers.extend(&curve.values);
        }
        run_places.resize(numbers.len(), run_place as IdxSize);
    }
    // Texts that repeat are gathered from a short column, not copied row by row.
    let experiments: Vec<&str> = runs.iter().map(|run| &*run.cell.experiment).collect();
    let gathered = |short: Column, places: &[IdxSize]| short.take_slice(places);
    DataFrame::new(
        numbers.len(),
        vec![
            gathered(column("cell", ids), &run_places)?,
            gathered(column("experiment", experiments), &run_places)?,
            gathered(column("metric", metrics.as_slice()), &metric_places)?,
            column("step", steps),
            column("value", numbers),
        ],
    )
}
