//! Keeps the state of a long cell between processes.
//!
//! `snapshots/<key>` in the store's folder: magic, key and BLAKE3 of the state, then the state. It
//! is written beside its place and renamed into it, so that there is always a whole one.

use std::cell::Cell as MutableCell;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use harness_core::context::Snapshots;

use crate::clock;
use crate::error::StoreError;
use crate::key::Key;

const MAGIC: [u8; 8] = *b"snapshot";
const HEADER_LENGTH: usize = 8 + 32 + 32;

/// The snapshots of one cell.
#[derive(Debug)]
pub(crate) struct CellSnapshots<'a> {
    directory: &'a Path,
    key: Key,
    interval: Duration,
    last: MutableCell<Instant>,
    /// Whether the cell has asked for a snapshot or kept one.
    used: MutableCell<bool>,
    failure: RefCell<Option<StoreError>>,
}

impl<'a> CellSnapshots<'a> {
    pub(crate) fn new(directory: &'a Path, key: Key, interval: Duration) -> Self {
        Self {
            directory,
            key,
            interval,
            last: MutableCell::new(clock::now()),
            used: MutableCell::new(false),
            failure: RefCell::new(None),
        }
    }

    /// Forgets the state of a cell that has ended.
    pub(crate) fn remove(&self) {
        if self.used.get() {
            // There may be none; one that cannot be removed is only a file too many.
            let _ = std::fs::remove_file(self.path());
        }
    }

    /// Why the last snapshot could not be kept, if so.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.failure.take()
    }

    fn path(&self) -> PathBuf {
        self.directory.join("snapshots").join(self.key.to_string())
    }

    fn write(&self, state: &[u8]) -> Result<(), StoreError> {
        let path = self.path();
        let folder = self.directory.join("snapshots");
        std::fs::create_dir_all(&folder).map_err(|error| StoreError::write(&folder, error))?;
        // Two processes may run the same cell: each has a file of its own until it is renamed.
        let beside = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = write_synced(&beside, &encode(&self.key, state))
            .and_then(|()| std::fs::rename(&beside, &path));
        written.map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            StoreError::write(&beside, error)
        })
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

fn encode(key: &Key, state: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_LENGTH + state.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(&checksum(key, state));
    bytes.extend_from_slice(state);
    bytes
}

/// The state, if the file is whole and belongs to this key.
fn decode(mut bytes: Vec<u8>, key: &Key) -> Option<Vec<u8>> {
    let header = bytes.get(..HEADER_LENGTH)?;
    let fits = header[..8] == MAGIC
        && header[8..40] == key.0
        && header[40..] == checksum(key, &bytes[HEADER_LENGTH..]);
    fits.then(|| bytes.split_off(HEADER_LENGTH))
}

fn checksum(key: &Key, state: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&key.0);
    hasher.update(state);
    *hasher.finalize().as_bytes()
}

impl Snapshots for CellSnapshots<'_> {
    fn load(&self) -> Option<Vec<u8>> {
        self.used.set(true);
        decode(std::fs::read(self.path()).ok()?, &self.key)
    }

    fn due(&self) -> bool {
        // After a failure no further snapshot is tried: the cell itself can still finish.
        self.failure.borrow().is_none() && self.last.get().elapsed() >= self.interval
    }

    fn save(&self, bytes: &[u8]) {
        self.used.set(true);
        if let Err(error) = self.write(bytes) {
            *self.failure.borrow_mut() = Some(error);
        }
        self.last.set(clock::now());
    }
}

/// Removes the snapshots whose key is not live; gives back how many.
pub(crate) fn clean(directory: &Path, is_live: impl Fn(&Key) -> bool) -> Result<usize, StoreError> {
    let folder = directory.join("snapshots");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(StoreError::read(&folder, error)),
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry
            .map_err(|error| StoreError::read(&folder, error))?
            .path();
        if !read_key(&path).is_some_and(|key| is_live(&key)) {
            std::fs::remove_file(&path).map_err(|error| StoreError::write(&path, error))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The key that a snapshot says it belongs to.
fn read_key(path: &Path) -> Option<Key> {
    let bytes = std::fs::read(path).ok()?;
    let key = Key(bytes.get(8..40)?.try_into().ok()?);
    decode(bytes, &key).map(|_| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_reads_back_and_a_damaged_or_foreign_one_does_not() {
        let key = Key([1; 32]);
        let bytes = encode(&key, b"state");
        assert_eq!(decode(bytes.clone(), &key).as_deref(), Some(&b"state"[..]));
        assert_eq!(decode(bytes.clone(), &Key([2; 32])), None);
        assert_eq!(decode(bytes[..bytes.len() - 1].to_vec(), &key), None);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x80;
            assert_eq!(decode(damaged, &key), None, "byte {place}");
        }
    }
}
