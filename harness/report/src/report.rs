//! A report as numbers: everything that a page or figure shows besides the manifest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use harness_core::axes::Axes;
use harness_core::cell::Cell;
use harness_core::claims::Measurement;
use harness_core::run::{Outcome, Run};

use crate::csv_files;
use crate::error::ReportError;
use crate::files::{Files, Synced, file_names, sync};
use crate::summary::Summary;

/// What runs were reduced to. Pages and figures are made from this and the manifest alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// `claims.csv`: one number for each claim, ablation, test, group and replicate.
    pub measurements: Vec<Measurement>,
    /// `cells.csv`: one row for each cell.
    pub cells: Vec<CellRow>,
    /// `figures/<experiment>-<figure>.csv`, by that name without folder and extension.
    pub figures: BTreeMap<String, Vec<FigureRow>>,
    /// `tables/<experiment>-<table>.csv`, by that name without folder and extension.
    pub tables: BTreeMap<String, TableRows>,
}

/// The file name, without folder and extension, of a figure or table.
pub fn file_stem(experiment: &str, id: &str) -> String {
    format!("{experiment}-{id}")
}

/// How one cell ended.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRow {
    /// The experiment's name.
    pub experiment: String,
    /// The grid point.
    pub axes: Axes,
    /// Counts from 0.
    pub replicate: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// The digest of everything that it recorded.
    pub digest: String,
}

impl CellRow {
    /// The row of a finished cell.
    pub fn of(run: &Run) -> Self {
        Self {
            experiment: run.cell.experiment.clone(),
            axes: run.cell.axes.clone(),
            replicate: run.cell.replicate,
            outcome: run.outcome.clone(),
            digest: run.records.digest(&run.outcome),
        }
    }

    /// The cell that the row is about, in the paper of this slug.
    pub fn cell(&self, slug: &str) -> Cell {
        Cell {
            paper: slug.to_owned(),
            experiment: self.experiment.clone(),
            axes: self.axes.clone(),
            replicate: self.replicate,
        }
    }
}

/// One point of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureRow {
    /// The value of the panel axis; empty if there is one panel.
    pub panel: String,
    /// The values of the series axes, as `sampler=wr`; empty if there is one series.
    pub series: String,
    /// Whether it was measured or is a prediction or bound.
    pub kind: FigureKind,
    /// The recorded metric.
    pub metric: String,
    /// Where it stands on the horizontal axis.
    pub x: f64,
    /// Over the replicates.
    pub y: Summary,
}

/// The two kinds of line in a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureKind {
    /// What the figure is about.
    Measured,
    /// A prediction or bound.
    Overlay,
}

impl FigureKind {
    /// The word in CSV files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Overlay => "overlay",
        }
    }
}

/// The rows of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRows {
    /// The names of the experiment's axes, sorted.
    pub axes: Vec<String>,
    /// One for each grid point and metric.
    pub rows: Vec<TableRow>,
}

/// One metric at one grid point: its last value, over the replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// The grid point.
    pub axes: Axes,
    /// The metric.
    pub metric: String,
    /// Median and range.
    pub y: Summary,
}

impl Report {
    /// The CSV files of the report, with every number in full precision.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        files.insert(
            "claims.csv".into(),
            csv_files::write_claims(&self.measurements),
        );
        files.insert("cells.csv".into(), csv_files::write_cells(&self.cells));
        for (stem, rows) in &self.figures {
            files.insert(format!("figures/{stem}.csv"), csv_files::write_figure(rows));
        }
        for (stem, table) in &self.tables {
            files.insert(format!("tables/{stem}.csv"), csv_files::write_table(table));
        }
        files
    }

    /// Writes the CSV files, each whole or not at all, and removes those of an earlier version
    /// that are no longer part of the report. Pages and figures are left alone.
    ///
    /// # Errors
    /// The file or folder that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<Synced, ReportError> {
        sync(folder, &self.files(), &["csv"])
    }

    /// Writes the CSV files and what was rendered from them in one go, and removes whatever else
    /// an earlier version left; `provenance.json` stays.
    ///
    /// # Errors
    /// The file or folder that cannot be written.
    pub fn write_with(&self, folder: &Path, rendered: &Files) -> Result<Synced, ReportError> {
        let mut files = self.files();
        files.extend(
            rendered
                .iter()
                .map(|(name, bytes)| (name.clone(), bytes.clone())),
        );
        sync(folder, &files, &["csv", "json", "md", "svg"])
    }

    /// Reads back `claims.csv` alone: what verdicts are computed from.
    ///
    /// # Errors
    /// A file that is missing or damaged, with the line at fault.
    pub fn read_measurements(folder: &Path) -> Result<Vec<Measurement>, ReportError> {
        let path = folder.join("claims.csv");
        let bytes = fs::read(&path).map_err(ReportError::io("read", &path))?;
        csv_files::read_claims(&path, &bytes)
    }

    /// Reads the CSV files of a report back, to the bit.
    ///
    /// # Errors
    /// A file that is missing or damaged, with the line at fault.
    pub fn read(folder: &Path) -> Result<Self, ReportError> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path)
                .map_err(ReportError::io("read", &path))
                .map(|bytes| (path, bytes))
        };
        let measurements = Self::read_measurements(folder)?;
        let (path, bytes) = read("cells.csv")?;
        let cells = csv_files::read_cells(&path, &bytes)?;
        let mut figures = BTreeMap::new();
        for stem in csv_stems(&folder.join("figures"))? {
            let (path, bytes) = read(&format!("figures/{stem}.csv"))?;
            figures.insert(stem, csv_files::read_figure(&path, &bytes)?);
        }
        let mut tables = BTreeMap::new();
        for stem in csv_stems(&folder.join("tables"))? {
            let (path, bytes) = read(&format!("tables/{stem}.csv"))?;
            tables.insert(stem, csv_files::read_table(&path, &bytes)?);
        }
        Ok(Self {
            measurements,
            cells,
            figures,
            tables,
        })
    }
}

fn csv_stems(folder: &Path) -> Result<Vec<String>, ReportError> {
    let names = file_names(folder)?;
    let stems = names.iter().filter_map(|name| name.strip_suffix(".csv"));
    Ok(stems.map(str::to_owned).collect())
}
