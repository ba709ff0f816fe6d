//! The CSV files of a report: one function to write and one to read each kind.
//!
//! Numbers are written in the shortest digits that read back to the same bits; infinite ones as
//! `inf` and `-inf`, not-a-number as `NaN`. Written with the `csv` crate rather than with the
//! table library, whose reader tells neither the line of a damaged row nor a row that is too short.

use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use harness_core::claims::{Measured, Measurement};
use harness_core::run::Outcome;

use crate::axes_text::{decode, decode_value, encode, encode_value};
use crate::error::ReportError;
use crate::report::{CellRow, FigureKind, FigureRow, TableRow, TableRows};
use crate::summary::Summary;

const CLAIMS: [&str; 8] = [
    "claim",
    "ablation",
    "test",
    "group",
    "replicate",
    "state",
    "value",
    "reason",
];
const CELLS: [&str; 7] = [
    "experiment",
    "axes",
    "replicate",
    "outcome",
    "step",
    "reason",
    "digest",
];
const FIGURE: [&str; 9] = [
    "panel", "series", "kind", "metric", "x", "median", "low", "high", "n",
];
/// What follows the axes; not called `n`, which is a common name of an axis.
const TABLE: [&str; 5] = ["metric", "replicates", "median", "low", "high"];

/// Shortest digits that read back to the same bits.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Collects rows as CSV bytes.
struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    fn new<T: AsRef<[u8]>>(header: impl IntoIterator<Item = T>) -> Self {
        let mut sheet = Self(csv::Writer::from_writer(Vec::new()));
        sheet.row(header);
        sheet
    }

    fn row<T: AsRef<[u8]>>(&mut self, fields: impl IntoIterator<Item = T>) {
        let written = self.0.write_record(fields);
        // A vector takes every byte, and every caller writes rows as long as its header.
        debug_assert!(written.is_ok(), "{written:?}");
    }

    fn bytes(self) -> Vec<u8> {
        // Flushing to a vector cannot fail.
        self.0.into_inner().unwrap_or_default()
    }
}

pub(crate) fn write_claims(measurements: &[Measurement]) -> Vec<u8> {
    let mut sheet = Sheet::new(CLAIMS);
    for row in measurements {
        let (state, value, reason) = match &row.value {
            Measured::Number(value) => ("number", number(*value), ""),
            Measured::Worst(reason) => ("worst", String::new(), reason.as_str()),
            Measured::Absent(reason) => ("absent", String::new(), reason.as_str()),
            Measured::Failed(reason) => ("failed", String::new(), reason.as_str()),
        };
        sheet.row([
            row.claim.as_str(),
            row.ablation.as_deref().unwrap_or_default(),
            &row.test,
            &encode(&row.group),
            &row.replicate.to_string(),
            state,
            &value,
            reason,
        ]);
    }
    sheet.bytes()
}

pub(crate) fn write_cells(cells: &[CellRow]) -> Vec<u8> {
    let mut sheet = Sheet::new(CELLS);
    for row in cells {
        let (step, reason) = match &row.outcome {
            Outcome::Done => (String::new(), ""),
            Outcome::Diverged { step } | Outcome::OutOfBudget { step } => (step.to_string(), ""),
            Outcome::Skipped { reason } => (String::new(), reason.as_str()),
            Outcome::Failed { message } => (String::new(), message.as_str()),
        };
        sheet.row([
            row.experiment.as_str(),
            &encode(&row.axes),
            &row.replicate.to_string(),
            row.outcome.name(),
            &step,
            reason,
            &row.digest,
        ]);
    }
    sheet.bytes()
}

pub(crate) fn write_figure(rows: &[FigureRow]) -> Vec<u8> {
    let mut sheet = Sheet::new(FIGURE);
    for row in rows {
        sheet.row([
            row.panel.as_str(),
            &row.series,
            row.kind.name(),
            &row.metric,
            &number(row.x),
            &number(row.y.median),
            &number(row.y.low),
            &number(row.y.high),
            &row.y.n.to_string(),
        ]);
    }
    sheet.bytes()
}

pub(crate) fn write_table(table: &TableRows) -> Vec<u8> {
    let names = table.axes.iter().map(String::as_str);
    let mut sheet = Sheet::new(names.clone().chain(TABLE));
    for row in &table.rows {
        let mut fields: Vec<String> = names
            .clone()
            .map(|name| row.axes.get(name).map(encode_value).unwrap_or_default())
            .collect();
        fields.extend([
            row.metric.clone(),
            row.y.n.to_string(),
            number(row.y.median),
            number(row.y.low),
            number(row.y.high),
        ]);
        sheet.row(fields);
    }
    sheet.bytes()
}

pub(crate) fn read_claims(path: &Path, bytes: &[u8]) -> Result<Vec<Measurement>, ReportError> {
    rows(path, bytes, &CLAIMS)?
        .iter()
        .map(|row| {
            let value = match row.text("state")? {
                "number" => Measured::Number(row.value("value")?),
                "worst" => Measured::Worst(row.text("reason")?.to_owned()),
                "absent" => Measured::Absent(row.text("reason")?.to_owned()),
                "failed" => Measured::Failed(row.text("reason")?.to_owned()),
                other => {
                    let message =
                        format!("unknown state `{other}`; allowed: number, worst, absent, failed");
                    return Err(row.damaged(message));
                }
            };
            let ablation = row.text("ablation")?;
            Ok(Measurement {
                claim: row.text("claim")?.to_owned(),
                test: row.text("test")?.to_owned(),
                group: row.decoded("group", decode)?,
                ablation: (!ablation.is_empty()).then(|| ablation.to_owned()),
                replicate: row.value("replicate")?,
                value,
            })
        })
        .collect()
}

pub(crate) fn read_cells(path: &Path, bytes: &[u8]) -> Result<Vec<CellRow>, ReportError> {
    rows(path, bytes, &CELLS)?
        .iter()
        .map(|row| {
            let reason = || row.text("reason").map(str::to_owned);
            let outcome = match row.text("outcome")? {
                "done" => Outcome::Done,
                "diverged" => Outcome::Diverged {
                    step: row.value("step")?,
                },
                "out-of-budget" => Outcome::OutOfBudget {
                    step: row.value("step")?,
                },
                "skipped" => Outcome::Skipped { reason: reason()? },
                "failed" => Outcome::Failed { message: reason()? },
                other => {
                    let allowed = Outcome::NAMES.join(", ");
                    let message = format!("unknown outcome `{other}`; allowed: {allowed}");
                    return Err(row.damaged(message));
                }
            };
            Ok(CellRow {
                experiment: row.text("experiment")?.to_owned(),
                axes: row.decoded("axes", decode)?,
                replicate: row.value("replicate")?,
                outcome,
                digest: row.text("digest")?.to_owned(),
            })
        })
        .collect()
}

pub(crate) fn read_figure(path: &Path, bytes: &[u8]) -> Result<Vec<FigureRow>, ReportError> {
    rows(path, bytes, &FIGURE)?
        .iter()
        .map(|row| {
            let kind = match row.text("kind")? {
                "measured" => FigureKind::Measured,
                "overlay" => FigureKind::Overlay,
                other => {
                    let message = format!("unknown kind `{other}`; allowed: measured, overlay");
                    return Err(row.damaged(message));
                }
            };
            Ok(FigureRow {
                panel: row.text("panel")?.to_owned(),
                series: row.text("series")?.to_owned(),
                kind,
                metric: row.text("metric")?.to_owned(),
                x: row.value("x")?,
                y: row.summary("n")?,
            })
        })
        .collect()
}

pub(crate) fn read_table(path: &Path, bytes: &[u8]) -> Result<TableRows, ReportError> {
    // The header says which axes there are; what follows them is fixed.
    let header = header(path, bytes)?;
    let count = header.len().saturating_sub(TABLE.len());
    let expected: Vec<&str> = header
        .iter()
        .take(count)
        .map(String::as_str)
        .chain(TABLE)
        .collect();
    let read = |row: &Row<'_>| {
        let mut axes = harness_core::axes::Axes::new();
        for (place, name) in header.iter().take(count).enumerate() {
            let text = row.record.get(place).unwrap_or_default();
            if !text.is_empty() {
                let value = decode_value(text).map_err(|message| row.damaged(message))?;
                axes.set(name.clone(), value);
            }
        }
        Ok(TableRow {
            axes,
            metric: row.text("metric")?.to_owned(),
            y: row.summary("replicates")?,
        })
    };
    let rows = rows(path, bytes, &expected)?
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    Ok(TableRows {
        axes: header.into_iter().take(count).collect(),
        rows,
    })
}

/// One row of a file, for messages that name the place.
struct Row<'a> {
    path: &'a Path,
    columns: &'a [&'a str],
    line: u64,
    record: csv::StringRecord,
}

impl Row<'_> {
    fn damaged(&self, message: impl Into<String>) -> ReportError {
        damaged(self.path, self.line, message)
    }

    /// The field of a column, looked up from the right: names of axes may repeat ours.
    fn text(&self, column: &str) -> Result<&str, ReportError> {
        self.columns
            .iter()
            .rposition(|name| *name == column)
            .and_then(|place| self.record.get(place))
            .ok_or_else(|| self.damaged(format!("there is no column `{column}`")))
    }

    fn value<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, ReportError> {
        let text = self.text(column)?;
        text.parse()
            .map_err(|error| self.damaged(format!("column `{column}`: `{text}`: {error}")))
    }

    fn decoded<T>(
        &self,
        column: &str,
        decode: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ReportError> {
        decode(self.text(column)?)
            .map_err(|error| self.damaged(format!("column `{column}`: {error}")))
    }

    fn summary(&self, count: &str) -> Result<Summary, ReportError> {
        Ok(Summary {
            n: self.value(count)?,
            median: self.value("median")?,
            low: self.value("low")?,
            high: self.value("high")?,
        })
    }
}

fn damaged(path: &Path, line: u64, message: impl Into<String>) -> ReportError {
    ReportError::Damaged {
        path: path.to_owned(),
        line,
        message: message.into(),
    }
}

fn header(path: &Path, bytes: &[u8]) -> Result<Vec<String>, ReportError> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader
        .headers()
        .map_err(|error| csv_error(path, bytes, &error))?;
    Ok(header.iter().map(str::to_owned).collect())
}

/// All rows under a header that must be as given.
fn rows<'a>(
    path: &'a Path,
    bytes: &[u8],
    columns: &'a [&'a str],
) -> Result<Vec<Row<'a>>, ReportError> {
    if bytes.is_empty() {
        return Err(damaged(path, 1, "the file is empty"));
    }
    let found = header(path, bytes)?;
    if found != columns {
        let message = format!(
            "the columns are `{}`, not `{}`",
            found.join(","),
            columns.join(",")
        );
        return Err(damaged(path, 1, message));
    }
    // A torn file ends inside a row; what is left of it might still read as a shorter number.
    if bytes.last() != Some(&b'\n') {
        let line = line_of(bytes, bytes.len());
        return Err(damaged(path, line, "the file ends inside this line"));
    }
    csv::Reader::from_reader(bytes)
        .into_records()
        .map(|record| {
            let record = record.map_err(|error| csv_error(path, bytes, &error))?;
            let line = record.position().map_or(0, csv::Position::line);
            Ok(Row {
                path,
                columns,
                line,
                record,
            })
        })
        .collect()
}

/// The line, counted from 1, on which the byte at a place stands.
fn line_of(bytes: &[u8], place: usize) -> u64 {
    bytes[..place].split(|byte| *byte == b'\n').count() as u64
}

fn csv_error(path: &Path, bytes: &[u8], error: &csv::Error) -> ReportError {
    let position = error.position();
    let line = position.map_or(1, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("the line has {len} of the header's {expected_len} columns"),
        csv::ErrorKind::Utf8 { .. } => {
            // The reader's position may be that of the row before; count up to the first bad byte.
            let valid = std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len);
            return damaged(path, line_of(bytes, valid), "not UTF-8 text");
        }
        _ => error.to_string(),
    };
    damaged(path, line, message)
}
