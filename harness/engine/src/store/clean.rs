//! Removes records from the store without risking the others.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::record::SCHEMA;
use super::scan::{SEGMENT_HEADER, scan};
use super::writer::Writer;
use super::{Store, segments};
use crate::error::StoreError;
use crate::key::Key;

/// What cleaning did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Records kept.
    pub kept: usize,
    /// Records removed: dead ones, second copies and those of other versions.
    pub removed: usize,
    /// Snapshots removed.
    pub snapshots: usize,
    /// Bytes freed.
    pub bytes: u64,
    /// Segments left alone because another process is writing to them.
    pub in_use: usize,
}

impl Store {
    /// Removes every snapshot, and every record but those of processes that are writing now.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn clean(directory: &Path) -> Result<Cleaned, StoreError> {
        Self::clean_stale(directory, |_| false)
    }

    /// Keeps only the records and snapshots whose key is live.
    ///
    /// The live records are written to a new segment and brought to the disk before the old
    /// segments are removed; a crash in between leaves second copies, never a gap.
    ///
    /// # Errors
    /// A file that cannot be read, written or removed; everything is then still there.
    pub fn clean_stale(
        directory: &Path,
        is_live: impl Fn(&Key) -> bool,
    ) -> Result<Cleaned, StoreError> {
        let mut cleaned = Cleaned::default();
        let mut old = Vec::new();
        for path in segments(directory)? {
            match lock(&path)? {
                Lock::Held(file) => old.push((path, file)),
                Lock::InUse => cleaned.in_use += 1,
                Lock::NoRecords => {}
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut rewritten: Option<Writer> = None;
        let mut failure = None;
        for (path, file) in &old {
            let keep = |_, header: &super::record::Header, record: &[u8]| {
                let keep = header.schema == SCHEMA && is_live(&header.key);
                if failure.is_some() || !keep || !seen.insert(header.key) {
                    cleaned.removed += 1;
                    return;
                }
                cleaned.kept += 1;
                if let Err(error) = copy(directory, &mut rewritten, record) {
                    failure = Some(error);
                }
            };
            scan(path, file, keep).map_err(|error| StoreError::read(path, error))?;
        }
        let finished = match (failure, &rewritten) {
            (Some(error), _) => Err(error),
            (None, Some(writer)) => writer.sync().and_then(|()| sync_folder(directory)),
            (None, None) => Ok(()),
        };
        if let Err(error) = finished {
            if let Some(writer) = &rewritten {
                // The copy is of no use; the originals are all there.
                let _ = std::fs::remove_file(writer.path());
            }
            return Err(error);
        }
        let written = rewritten
            .as_ref()
            .map_or(Ok(0), |writer| size(writer.path()))?;
        for (path, _) in &old {
            cleaned.bytes += size(path)?;
            std::fs::remove_file(path).map_err(|error| StoreError::write(path, error))?;
        }
        cleaned.bytes = cleaned.bytes.saturating_sub(written);
        cleaned.snapshots = crate::snapshots::clean(directory, is_live)?;
        Ok(cleaned)
    }
}

fn copy(directory: &Path, writer: &mut Option<Writer>, record: &[u8]) -> Result<(), StoreError> {
    let mut claimed = match writer.take() {
        Some(claimed) => claimed,
        None => Writer::claim(directory)?,
    };
    let appended = claimed.append(record);
    *writer = Some(claimed);
    appended.map(|_| ())
}

enum Lock {
    Held(File),
    InUse,
    /// Left for the next process to take over.
    NoRecords,
}

/// Locks a segment so that nobody else appends to it or cleans it.
fn lock(path: &PathBuf) -> Result<Lock, StoreError> {
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .open(path)
        .map_err(|error| StoreError::write(path, error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Lock::InUse),
        Err(TryLockError::Error(error)) => return Err(StoreError::write(path, error)),
    }
    let length = file
        .metadata()
        .map_err(|error| StoreError::read(path, error))?
        .len();
    Ok(if length > SEGMENT_HEADER.len() as u64 {
        Lock::Held(file)
    } else {
        Lock::NoRecords
    })
}

fn size(path: &Path) -> Result<u64, StoreError> {
    let metadata = std::fs::metadata(path).map_err(|error| StoreError::read(path, error))?;
    Ok(metadata.len())
}

/// Brings the names of new segments to the disk.
fn sync_folder(directory: &Path) -> Result<(), StoreError> {
    let folder = directory.join("segments");
    File::open(&folder)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::write(&folder, error))
}
