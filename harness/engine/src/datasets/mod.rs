//! The data sets under `datasets/`: found by name, checked against their digests, loaded once.

pub(crate) mod digest;
mod documents;
mod meta;
pub(crate) mod origin;
mod table;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use harness_core::Dataset;
use harness_core::dataset::DatasetError;

pub use meta::{DataFile, Format, Meta};
pub use origin::{Archive, Manager, Origin, Package};

use crate::key::{Digest, digest};
use digest::{sha256_of, sha256_of_files};
use documents::Documents;

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

    /// Forgets what was loaded, because the files have changed.
    pub(crate) fn forget(&self) {
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Loaded::default();
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
        let content = file.sha256.clone().unwrap_or_else(|| {
            std::fs::read(self.directory.join(&meta.name).join(&file.path))
                .map_or_else(|_| "absent".to_owned(), |bytes| sha256_of(&bytes))
        });
        let DataFile {
            format,
            rows,
            columns,
            ..
        } = file;
        let label = file
            .label
            .map_or_else(String::new, |label| format!(" label {label}"));
        format!("{content} {format:?} {rows}x{columns}{label}")
    }

    fn read(&self, name: &str) -> Result<Dataset, DatasetError> {
        read_from(&self.meta(name)?, &self.directory.join(name))
    }
}

/// Reads and checks the files of a data set that lie in `folder`.
pub(crate) fn read_from(meta: &Meta, folder: &Path) -> Result<Dataset, DatasetError> {
    let mut values = Vec::new();
    for file in &meta.files {
        let path = folder.join(&file.path);
        let rows = if file.format == Format::Documents {
            let documents = documents_in(&path).map_err(|error| unread(meta, &path, &error))?;
            let files = documents.iter();
            let files = files.map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
            check_digest(meta, file, &path, || sha256_of_files(files))?;
            documents::parse(&documents, file)
        } else {
            let bytes = std::fs::read(&path).map_err(|error| unread(meta, &path, &error))?;
            check_digest(meta, file, &path, || sha256_of(&bytes))?;
            table::parse(&bytes, file)
        };
        values.extend(
            rows.map_err(|problem| {
                damaged(&meta.name, format!("`{}`: {problem}", path.display()))
            })?,
        );
    }
    Ok(Dataset {
        name: meta.name.clone(),
        rows: meta.rows(),
        columns: meta.columns(),
        values,
    })
}

/// All files below a folder by path, written with slashes.
fn documents_in(folder: &Path) -> io::Result<Documents> {
    let mut documents = Documents::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, above)) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{above}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else {
                documents.insert(path, std::fs::read(entry.path())?);
            }
        }
    }
    Ok(documents)
}

fn unread(meta: &Meta, path: &Path, error: &io::Error) -> DatasetError {
    if meta.optional && error.kind() == io::ErrorKind::NotFound {
        DatasetError::Absent {
            name: meta.name.clone(),
            remedy: meta.remedy(),
        }
    } else {
        let (path, remedy) = (path.display(), meta.remedy());
        damaged(&meta.name, format!("`{path}`: {error}; {remedy}"))
    }
}

fn check_digest(
    meta: &Meta,
    file: &DataFile,
    path: &Path,
    digest: impl FnOnce() -> String,
) -> Result<(), DatasetError> {
    let Some(expected) = &file.sha256 else {
        return Ok(());
    };
    let got = digest();
    if got == *expected {
        return Ok(());
    }
    let (path, remedy) = (path.display(), meta.remedy());
    let message = format!("`{path}` has SHA-256 {got}, expected {expected}; {remedy}");
    Err(damaged(&meta.name, message))
}

fn damaged(name: &str, message: String) -> DatasetError {
    DatasetError::Damaged {
        name: name.to_owned(),
        message,
    }
}
