//! The data sets under `datasets/`: found by name, checked against their digests, loaded once.

mod meta;
mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use harness_core::Dataset;
use harness_core::dataset::DatasetError;
use sha2::{Digest as _, Sha256};

pub use meta::{DataFile, Format, Meta};

use crate::key::{Digest, digest};

/// A folder of data sets, and those already loaded.
#[derive(Debug)]
pub struct Datasets {
    directory: PathBuf,
    loaded: Mutex<Loaded>,
}

/// Data sets by name, as a cell's context takes them.
pub(crate) type Group = BTreeMap<String, Dataset>;

#[derive(Debug, Default)]
struct Loaded {
    single: BTreeMap<String, Result<Arc<Dataset>, DatasetError>>,
    groups: BTreeMap<Vec<&'static str>, Result<Arc<Group>, DatasetError>>,
}

impl Datasets {
    /// The data sets of a folder; nothing is read yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            loaded: Mutex::default(),
        }
    }

    /// The folder.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The names of all data sets of the folder, sorted; none if the folder cannot be read.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.directory).into_iter().flatten();
        let mut names: Vec<String> = entries
            .flatten()
            .filter(|entry| entry.path().join("meta.toml").is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// What a data set says of itself.
    ///
    /// # Errors
    /// No such data set, or a `meta.toml` that is not well-formed.
    pub fn meta(&self, name: &str) -> Result<Meta, DatasetError> {
        let path = self.directory.join(name).join("meta.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let path = path.display();
            let known = self.names().join(", ");
            damaged(name, format!("`{path}`: {error}; there are: {known}"))
        })?;
        Meta::parse(name, &text)
            .map_err(|problem| damaged(name, format!("`{}`: {problem}", path.display())))
    }

    /// A data set, checked; read from disk once in the life of this value.
    ///
    /// # Errors
    /// [`DatasetError::Absent`] for optional data that is not here; [`DatasetError::Damaged`] for
    /// a file that is missing, has another digest or is not laid out as `meta.toml` says.
    pub fn load(&self, name: &str) -> Result<Arc<Dataset>, DatasetError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        self.load_once(&mut loaded, name)
    }

    fn load_once(&self, loaded: &mut Loaded, name: &str) -> Result<Arc<Dataset>, DatasetError> {
        if let Some(known) = loaded.single.get(name) {
            return known.clone();
        }
        let fresh = self.read(name).map(Arc::new);
        loaded.single.insert(name.to_owned(), fresh.clone());
        fresh
    }

    /// Several data sets together; each combination is made once.
    pub(crate) fn group(&self, names: &[&'static str]) -> Result<Arc<Group>, DatasetError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = loaded.groups.get(names) {
            return known.clone();
        }
        let group = names
            .iter()
            .map(|name| {
                Ok((
                    (*name).to_owned(),
                    (*self.load_once(&mut loaded, name)?).clone(),
                ))
            })
            .collect::<Result<Group, DatasetError>>()
            .map(Arc::new);
        loaded.groups.insert(names.to_vec(), group.clone());
        group
    }

    /// What the keys of cells that read these data sets depend on: digests and shapes as declared,
    /// so that nothing is loaded for cells that are stored already.
    pub(crate) fn key_digest(&self, names: &[&'static str]) -> Digest {
        let mut texts = Vec::new();
        for name in names {
            texts.push((*name).to_owned());
            match self.meta(name) {
                Ok(meta) => {
                    texts.extend(meta.files.iter().map(|file| self.file_facts(&meta, file)));
                }
                // Loading will say what is wrong; no cell that reads this is ever stored.
                Err(_) => texts.push("unreadable".to_owned()),
            }
        }
        digest(texts.iter().map(String::as_str))
    }

    fn file_facts(&self, meta: &Meta, file: &DataFile) -> String {
        let DataFile {
            path,
            sha256,
            format,
            rows,
            columns,
        } = file;
        let content = sha256.clone().unwrap_or_else(|| {
            std::fs::read(self.directory.join(&meta.name).join(path))
                .map_or_else(|_| "absent".to_owned(), |bytes| sha256_of(&bytes))
        });
        format!("{content} {format:?} {rows}x{columns}")
    }

    fn read(&self, name: &str) -> Result<Dataset, DatasetError> {
        let meta = self.meta(name)?;
        let mut values = Vec::new();
        for file in &meta.files {
            let path = self.directory.join(name).join(&file.path);
            let bytes = read_file(&meta, file, &path)?;
            let rows = table::parse(&bytes, file)
                .map_err(|problem| damaged(name, format!("`{}`: {problem}", path.display())))?;
            values.extend(rows);
        }
        Ok(Dataset {
            name: name.to_owned(),
            rows: meta.rows(),
            columns: meta.columns(),
            values,
        })
    }
}

fn read_file(meta: &Meta, file: &DataFile, path: &Path) -> Result<Vec<u8>, DatasetError> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| {
        if meta.optional && error.kind() == std::io::ErrorKind::NotFound {
            DatasetError::Absent {
                name: meta.name.clone(),
                remedy: meta.remedy(),
            }
        } else {
            damaged(&meta.name, format!("`{shown}`: {error}; {}", meta.remedy()))
        }
    })?;
    if let Some(expected) = &file.sha256 {
        let got = sha256_of(&bytes);
        if got != *expected {
            let remedy = meta.remedy();
            let message = format!("`{shown}` has SHA-256 {got}, expected {expected}; {remedy}");
            return Err(damaged(&meta.name, message));
        }
    }
    Ok(bytes)
}

fn damaged(name: &str, message: String) -> DatasetError {
    DatasetError::Damaged {
        name: name.to_owned(),
        message,
    }
}

fn sha256_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
