//! The files of one report: written whole or not at all.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::ReportError;

/// Contents by path relative to the report's folder, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The folders of a report that hold generated files, relative to it.
const FOLDERS: [&str; 3] = ["", "figures", "tables"];

/// What [`sync`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Files that are new or have other bytes than before, relative.
    pub written: Vec<String>,
    /// Files of an earlier version that the report no longer has, relative.
    pub removed: Vec<String>,
}

/// Makes the folder hold these files and no others of the given extensions.
///
/// Each file appears by a rename, so that a kill leaves the old or the new one whole. Files that
/// already have the right bytes are not touched. Files with other extensions are never removed,
/// nor is `provenance.json`.
///
/// # Errors
/// The file or folder that cannot be read, written or removed.
pub fn sync(folder: &Path, files: &Files, extensions: &[&str]) -> Result<Synced, ReportError> {
    let mut synced = Synced::default();
    for (name, bytes) in files {
        if write_atomically(&folder.join(name), bytes)? {
            synced.written.push(name.clone());
        }
    }
    for place in FOLDERS {
        for name in file_names(&folder.join(place))? {
            let relative = if place.is_empty() {
                name.clone()
            } else {
                format!("{place}/{name}")
            };
            let path = folder.join(place).join(&name);
            let owned = path
                .extension()
                .and_then(OsStr::to_str)
                .is_some_and(|extension| extensions.contains(&extension));
            let obsolete = owned && name != "provenance.json" && !files.contains_key(&relative);
            if obsolete || is_leftover(&name) {
                fs::remove_file(&path).map_err(ReportError::io("remove", &path))?;
                synced.removed.push(relative);
            }
        }
    }
    Ok(synced)
}

/// Puts a file in place by a rename, unless it already has these bytes. Returns whether it did.
///
/// # Errors
/// The file or folder that cannot be written.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<bool, ReportError> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(ReportError::io("create", folder))?;
    let temporary = temporary(path);
    let written = fs::write(&temporary, bytes)
        .map_err(ReportError::io("write", &temporary))
        .and_then(|()| fs::rename(&temporary, path).map_err(ReportError::io("write", path)));
    if written.is_err() {
        // The first error is the one to show; what is left is removed by the next `sync`.
        drop(fs::remove_file(&temporary));
    }
    written.map(|()| true)
}

/// Beside the file, since a rename does not cross file systems; named by process, so that two
/// processes do not write into each other's.
fn temporary(path: &Path) -> PathBuf {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// Whether a killed process left this behind.
fn is_leftover(name: &str) -> bool {
    name.starts_with('.')
        && Path::new(name)
            .extension()
            .is_some_and(|extension| extension == "tmp")
}

/// The names of the files directly in a folder, sorted; none if there is no such folder.
pub(crate) fn file_names(folder: &Path) -> Result<Vec<String>, ReportError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ReportError::io("read", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(ReportError::io("read", folder))?;
        if entry.path().is_file()
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}
