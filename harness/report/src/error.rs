//! What can go wrong with a report on disk.

use std::io;
use std::path::{Path, PathBuf};

/// Why a report cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file of the report is not what this version writes.
    #[error("{}:{line}: {message}; run the paper again to rewrite it", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Counts from 1; the header is line 1.
        line: u64,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// The table library refused.
    #[error("cannot write {}: {message}", path.display())]
    Table {
        /// Which file.
        path: PathBuf,
        /// What the library answered.
        message: String,
    },
    /// A template and the code that fills it do not fit: a bug.
    #[error("page template: {0}")]
    Template(String),
}

impl ReportError {
    pub(crate) fn io<'a>(
        action: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
