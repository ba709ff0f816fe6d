//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

/// A file that cannot be read or written, or that does not say what it should.
#[derive(Debug, thiserror::Error)]
pub enum PerformanceError {
    /// The system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Contents that make no sense.
    #[error("{}: {message}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with the line if there is one.
        message: String,
    },
    /// There are no estimates to read.
    #[error("no benchmark estimates under {}; `just bench` makes them", .0.display())]
    NoEstimates(PathBuf),
    /// A report file could not be written.
    #[error(transparent)]
    Report(#[from] harness_report::ReportError),
}

impl PerformanceError {
    /// Whether the cause is what the user gave, not the system.
    pub fn is_wrong_input(&self) -> bool {
        matches!(self, Self::Wrong { .. } | Self::NoEstimates(_))
    }

    /// For `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// A file with wrong contents.
    #[expect(clippy::needless_pass_by_value, reason = "used in `map_err`")]
    pub(crate) fn wrong(path: &Path, message: impl ToString) -> Self {
        Self::Wrong {
            path: path.to_owned(),
            message: message.to_string(),
        }
    }
}
