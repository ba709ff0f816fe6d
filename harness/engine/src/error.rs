//! What can go wrong outside a cell.

use std::io;
use std::path::{Path, PathBuf};

use harness_core::{AxisError, Cell};

/// Why a plan could not be made or carried out.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The run store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The cells asked for do not fit the paper's code or manifest.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// Why cells cannot be planned: wrong input, found before anything runs.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The manifest has no such experiment.
    #[error("paper `{paper}` has no experiment `{experiment}`; it has {}", .known.join(", "))]
    UnknownExperiment {
        /// The paper's slug.
        paper: String,
        /// The name asked for.
        experiment: String,
        /// The experiments of its manifest.
        known: Vec<String>,
    },
    /// The code has no such experiment.
    #[error(
        "paper `{paper}`: experiment `{experiment}` stands in paper.toml but not in the code; the code has {}",
        .known.join(", ")
    )]
    NoRunner {
        /// The paper's slug.
        paper: String,
        /// The name asked for.
        experiment: String,
        /// The experiments of its code.
        known: Vec<String>,
    },
    /// A grid point that the code refuses.
    #[error("{}/{} {}: {problem}", cell.paper, cell.experiment, cell.axes)]
    Axes {
        /// The first cell of that point.
        cell: Box<Cell>,
        /// What the code refuses.
        problem: AxisError,
    },
    /// The axis that gives the last step has no whole value of at least 1.
    #[error(
        "{}/{} {}: `until = \"{until}\"` needs a whole number of at least 1 on that axis",
        cell.paper, cell.experiment, cell.axes
    )]
    LastStep {
        /// The first cell of that point.
        cell: Box<Cell>,
        /// The axis named by the recording schedule.
        until: String,
    },
    /// The code reads a data set that the manifest does not declare.
    #[error(
        "{}/{} {}: data set `{dataset}` is not declared under `datasets` ({})",
        cell.paper, cell.experiment, cell.axes, .declared.join(", ")
    )]
    UndeclaredDataset {
        /// The first cell of that point.
        cell: Box<Cell>,
        /// The data set that the code reads.
        dataset: String,
        /// The data sets that the manifest declares.
        declared: Vec<String>,
    },
}

/// Why the run store cannot be used. Whatever was stored before is still there.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left.
    #[error(
        "the disk is full: cannot write `{}`; every cell finished before is kept, so free some space and run again",
        .path.display()
    )]
    Full {
        /// The file that was being written.
        path: PathBuf,
    },
    /// The folder or the file system does not allow writing.
    #[error(
        "the run store cannot be written: `{}`: {source}; make it writable or choose another folder",
        .path.display()
    )]
    ReadOnly {
        /// The file or folder that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Any other failure to write.
    #[error("cannot write `{}`: {source}", .path.display())]
    Write {
        /// The file that was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A failure to read.
    #[error("cannot read `{}`: {source}", .path.display())]
    Read {
        /// The file or folder that was being read.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// Sorts a failure to write by what the user can do about it.
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path, source }
            }
            _ => Self::Write { path, source },
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::Read { path, source }
    }
}
