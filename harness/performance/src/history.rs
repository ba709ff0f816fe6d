//! The history: one row per benchmark and point in time, in a CSV file.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::PerformanceError;
use crate::estimates::{Estimate, Interval};

/// The file, inside the folder of the performance report.
pub const HISTORY_FILE: &str = "history.csv";

/// When, where and of what a point was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Unique in the history.
    pub name: String,
    /// Whether somebody gave the name, so that later points are compared with this one.
    pub saved: bool,
    /// Day of the revision, `2026-01-31`.
    pub date: String,
    /// The commit, with `+` if files differed from it.
    pub revision: String,
    /// The compiler.
    pub toolchain: String,
    /// The processor's name.
    pub cpu: String,
}

/// One benchmark at one point. Times in nanoseconds an iteration, as they stand in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The point's name.
    pub point: String,
    /// See [`Point::saved`].
    pub saved: bool,
    /// See [`Point::date`].
    pub date: String,
    /// See [`Point::revision`].
    pub revision: String,
    /// See [`Point::toolchain`].
    pub toolchain: String,
    /// See [`Point::cpu`].
    pub cpu: String,
    /// See [`Estimate::bench`].
    pub bench: String,
    /// See [`Estimate::elements`].
    pub elements: u64,
    /// See [`Estimate::work`].
    pub work: String,
    /// Mean.
    pub mean_ns: f64,
    /// Lower end of its 95 % interval.
    pub mean_low_ns: f64,
    /// Upper end of its 95 % interval.
    pub mean_high_ns: f64,
    /// Median.
    pub median_ns: f64,
    /// Lower end of its 95 % interval.
    pub median_low_ns: f64,
    /// Upper end of its 95 % interval.
    pub median_high_ns: f64,
}

impl Row {
    /// The median with its interval, in seconds.
    pub fn median(&self) -> Interval {
        Interval {
            value: self.median_ns * 1e-9,
            low: self.median_low_ns * 1e-9,
            high: self.median_high_ns * 1e-9,
        }
    }
}

/// All rows, oldest point first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    rows: Vec<Row>,
}

impl History {
    /// Reads the file of a folder; a missing one is an empty history.
    ///
    /// # Errors
    /// A file that cannot be read, or a row that is not one: with its line.
    pub fn read(folder: &Path) -> Result<Self, PerformanceError> {
        let path = folder.join(HISTORY_FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path).map_err(PerformanceError::io("read", &path))?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Result<Vec<Row>, csv::Error> = reader.deserialize().collect();
        let rows = rows.map_err(|error| PerformanceError::wrong(&path, error))?;
        let positive = |row: &Row| {
            let times = [row.median_ns, row.median_low_ns, row.median_high_ns];
            times.iter().all(|time| time.is_finite() && *time > 0.0)
        };
        match rows.iter().position(|row| !positive(row)) {
            Some(index) => Err(PerformanceError::wrong(
                &path,
                format!("line {}: times must be positive numbers", index + 2),
            )),
            None => Ok(Self { rows }),
        }
    }

    /// The contents of the file.
    ///
    /// # Errors
    /// None in practice: rows are plain text and numbers.
    pub fn to_csv(&self, folder: &Path) -> Result<Vec<u8>, PerformanceError> {
        let path = folder.join(HISTORY_FILE);
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            writer
                .serialize(row)
                .map_err(|error| PerformanceError::wrong(&path, error))?;
        }
        writer
            .into_inner()
            .map_err(|error| PerformanceError::wrong(&path, error))
    }

    /// Adds a point at the end. A point of the same name on the same processor is replaced, bench
    /// by bench, so that part of a suite can be measured again.
    pub fn add(&mut self, point: &Point, estimates: &[Estimate]) {
        let measured = |bench: &str| estimates.iter().any(|estimate| estimate.bench == bench);
        let same = |row: &Row| row.point == point.name && row.cpu == point.cpu;
        let (mut kept, rest): (Vec<Row>, Vec<Row>) =
            self.rows.drain(..).partition(|row| !same(row));
        let rest = rest.into_iter().filter(|row| !measured(&row.bench));
        let mut rows: Vec<Row> = rest
            .chain(estimates.iter().map(|estimate| row(point, estimate)))
            .collect();
        rows.sort_by(|a, b| a.bench.cmp(&b.bench));
        kept.append(&mut rows);
        self.rows = kept;
    }

    /// All rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of one point on one processor.
    pub fn point<'a>(&'a self, name: &'a str, cpu: &'a str) -> impl Iterator<Item = &'a Row> {
        let mine = move |row: &&Row| row.point == name && row.cpu == cpu;
        self.rows.iter().filter(mine)
    }

    /// Names of the points on a processor, oldest first.
    pub fn points(&self, cpu: &str) -> Vec<&str> {
        let mut names = Vec::new();
        for row in self.rows.iter().filter(|row| row.cpu == cpu) {
            if !names.contains(&row.point.as_str()) {
                names.push(&row.point);
            }
        }
        names
    }

    /// The last saved point on a processor before `name`; the last of all if there is no such point.
    pub fn last_saved(&self, cpu: &str, before: &str) -> Option<&str> {
        let on_cpu = self.rows.iter().filter(|row| row.cpu == cpu);
        on_cpu
            .take_while(|row| row.point != before)
            .filter(|row| row.saved)
            .last()
            .map(|row| row.point.as_str())
    }

    /// Median times of one benchmark over the points on a processor, with their names.
    pub fn series(&self, bench: &str, cpu: &str) -> Vec<(&str, f64)> {
        let mine = |row: &&Row| row.bench == bench && row.cpu == cpu;
        let rows = self.rows.iter().filter(mine);
        rows.map(|row| (row.point.as_str(), row.median().value))
            .collect()
    }
}

fn row(point: &Point, estimate: &Estimate) -> Row {
    let nanoseconds = |seconds: f64| {
        // Hundredths: more digits would only make the file longer.
        libm::round(seconds * 1e11) / 100.0
    };
    let Interval { value, low, high } = estimate.mean;
    let median = estimate.median;
    Row {
        point: point.name.clone(),
        saved: point.saved,
        date: point.date.clone(),
        revision: point.revision.clone(),
        toolchain: point.toolchain.clone(),
        cpu: point.cpu.clone(),
        bench: estimate.bench.clone(),
        elements: estimate.elements,
        work: estimate.work.clone(),
        mean_ns: nanoseconds(value),
        mean_low_ns: nanoseconds(low),
        mean_high_ns: nanoseconds(high),
        median_ns: nanoseconds(median.value),
        median_low_ns: nanoseconds(median.low),
        median_high_ns: nanoseconds(median.high),
    }
}
