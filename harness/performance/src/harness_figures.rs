//! What the harness itself costs, as the demonstration program measured it.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::PerformanceError;

/// The file, inside the folder of the performance report.
pub const HARNESS_FILE: &str = "harness.json";

/// Everything that the program measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarnessFigures {
    /// Version of this form: 1.
    pub schema: u32,
    /// One number each.
    pub figures: Vec<Figure>,
    /// Cost of a cell that does nothing, by the number of cells.
    pub overhead_curve: Vec<OverheadPoint>,
}

/// One measured number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// `cold-cell-overhead`.
    pub id: String,
    /// In `unit`.
    pub value: f64,
    /// `s`, `B` or a counted thing.
    pub unit: String,
    /// What it should be at most.
    #[serde(default)]
    pub asked: Option<f64>,
    /// What another program needs for the same.
    #[serde(default)]
    pub peer: Option<Peer>,
}

/// Another program's figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Name and version.
    pub name: String,
    /// In the figure's unit.
    pub value: f64,
}

/// One point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverheadPoint {
    /// How many cells were run.
    pub cells: u64,
    /// Wall time of one.
    pub seconds_per_cell: f64,
    /// Most memory that the process had, in bytes.
    pub peak_bytes: Option<u64>,
}

/// Reads a file; `None` if there is none.
///
/// # Errors
/// A file that cannot be read or has another form, with the line.
pub fn read(path: &Path) -> Result<Option<HarnessFigures>, PerformanceError> {
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(path).map_err(PerformanceError::io("read", path))?;
    let figures = serde_json::from_str(&text).map_err(|e| PerformanceError::wrong(path, e))?;
    Ok(Some(figures))
}
