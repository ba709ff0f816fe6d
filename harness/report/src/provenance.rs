//! What differs between machines: kept out of every file that must be the same everywhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::ReportError;
use crate::files::write_atomically;

/// The name of the file, in the run store and beside reports of size `paper`.
pub const PROVENANCE_FILE: &str = "provenance.json";

/// Where a report came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The format's version: 1.
    pub schema: u32,
    /// The paper's slug.
    pub paper: String,
    /// The size.
    pub size: String,
    /// The command that ran.
    pub command: String,
    /// The commit checked out; empty outside a repository.
    pub revision: String,
    /// Whether files differed from that commit.
    pub dirty: bool,
    /// The digest of the sources that the results depend on.
    pub source_digest: String,
    /// The compiler, such as `rustc 1.95.0`.
    pub toolchain: String,
    /// The target, such as `x86_64-unknown-linux-gnu`.
    pub target: String,
    /// The processor's name.
    pub cpu: String,
    /// How many cells ran at once.
    pub jobs: usize,
    /// How many cells were run, and not read from the store.
    pub cells_run: usize,
    /// Wall-clock seconds of the whole run.
    pub seconds: f64,
    /// Processor seconds of the cells of each experiment.
    pub experiment_seconds: BTreeMap<String, f64>,
}

impl Provenance {
    /// Writes `provenance.json` into a folder.
    ///
    /// # Errors
    /// A file or folder that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), ReportError> {
        let path = folder.join(PROVENANCE_FILE);
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| ReportError::io("write", &path)(error.into()))?;
        text.push('\n');
        write_atomically(&path, text.as_bytes()).map(drop)
    }

    /// Reads `provenance.json` from a folder.
    ///
    /// # Errors
    /// A file that is missing or is not what this version writes.
    pub fn read(folder: &Path) -> Result<Self, ReportError> {
        let path = folder.join(PROVENANCE_FILE);
        let text = fs::read_to_string(&path).map_err(ReportError::io("read", &path))?;
        serde_json::from_str(&text).map_err(|error| ReportError::Damaged {
            line: error.line() as u64,
            message: error.to_string(),
            path,
        })
    }
}
