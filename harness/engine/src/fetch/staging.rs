//! The folder in which files become whole before they are put in place.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::FetchError;

/// A folder inside the data set's own, so that renaming stays within one file system; gone when
/// this value is dropped. What a killed process left there is cleared by the next.
#[derive(Debug)]
pub(super) struct Staging {
    target: PathBuf,
    folder: PathBuf,
    /// Held until the end; the system lets go of it when the process dies.
    _lock: File,
}

impl Staging {
    /// The staging folder of the data set in `target`, empty and for this process alone.
    pub(super) fn open(target: &Path, name: &str) -> Result<Self, FetchError> {
        let folder = target.join(".incoming");
        let failed = |error| FetchError::write(&folder, error);
        fs::create_dir_all(&folder).map_err(failed)?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(|error| FetchError::write(&path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let name = name.to_owned();
                return Err(FetchError::Busy { name });
            }
            Err(TryLockError::Error(error)) => return Err(FetchError::write(&path, error)),
        }
        let staging = Self {
            target: target.to_owned(),
            folder,
            _lock: lock,
        };
        for left in ["download", "scratch", "unpacked", "replaced"] {
            remove(&staging.folder.join(left))?;
        }
        Ok(staging)
    }

    /// Where the fetched file goes.
    pub(super) fn download(&self) -> PathBuf {
        self.folder.join("download")
    }

    /// A folder for a package client to work in.
    pub(super) fn scratch(&self) -> Result<PathBuf, FetchError> {
        self.subfolder("scratch")
    }

    /// The folder of the files that are to be put in place.
    pub(super) fn unpacked(&self) -> Result<PathBuf, FetchError> {
        self.subfolder("unpacked")
    }

    fn subfolder(&self, name: &str) -> Result<PathBuf, FetchError> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).map_err(|error| FetchError::write(&folder, error))?;
        Ok(folder)
    }

    /// Renames whole, synchronised files or folders into the data set's folder, one after another;
    /// if that is interrupted, those not yet there are absent and none is half there.
    pub(super) fn place<'a>(self, paths: impl Iterator<Item = &'a str>) -> Result<(), FetchError> {
        let (unpacked, replaced) = (self.unpacked()?, self.subfolder("replaced")?);
        for path in paths {
            let (from, to) = (unpacked.join(path), self.target.join(path));
            // A file is replaced by renaming; a folder has to make room first.
            if fs::symlink_metadata(&to).is_ok_and(|there| there.is_dir()) {
                fs::rename(&to, replaced.join(path))
                    .map_err(|error| FetchError::write(&to, error))?;
            }
            fs::rename(&from, &to).map_err(|error| FetchError::write(&to, error))?;
        }
        synchronise_folder(&self.target);
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is cleared by the next fetch.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Brings files to the disk itself, with the folders that they lie in. Many at a time, since each
/// waits for the disk.
pub(super) fn synchronise(files: &[PathBuf]) -> Result<(), FetchError> {
    const AT_A_TIME: usize = 16;
    let part = files.len().div_ceil(AT_A_TIME).max(1);
    let synchronise_all = |files: &[PathBuf]| {
        files.iter().try_for_each(|path| {
            let synchronised = File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.sync_all());
            synchronised.map_err(|error| FetchError::write(path, error))
        })
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> = files
            .chunks(part)
            .map(|part| scope.spawn(move || synchronise_all(part)))
            .collect();
        parts.into_iter().try_for_each(|part| {
            part.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    let folders: BTreeSet<&Path> = files.iter().filter_map(|path| path.parent()).collect();
    for folder in folders {
        synchronise_folder(folder);
    }
    Ok(())
}

/// Asks the system to keep a folder's list of names; some file systems cannot, and then the
/// digests still tell at the next load.
fn synchronise_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn remove(path: &Path) -> Result<(), FetchError> {
    let removed = match fs::symlink_metadata(path) {
        Err(_) => return Ok(()),
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    };
    removed.map_err(|error| FetchError::write(path, error))
}
