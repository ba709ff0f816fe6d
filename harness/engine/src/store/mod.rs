//! The run store: every finished cell, in append-only segments, one for each process.
//!
//! A folder with `segments/NNNNNN.log` and `snapshots/`. Readers merge all segments when the store
//! is opened; nothing is created until something is to be written.

mod clean;
mod digest_map;
mod index;
mod payload;
mod record;
mod scan;
mod writer;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

pub use clean::Cleaned;
pub(crate) use index::{Index, Place};
pub use payload::{Identity, Stored};
pub(crate) use record::WorkClass;
pub use scan::Damage;

use crate::error::StoreError;
use crate::key::Key;
use record::Header;
use writer::Writer;

/// All finished cells of one folder.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    index: RwLock<Index>,
    damages: Vec<Damage>,
    writer: Mutex<Option<Writer>>,
}

impl Store {
    /// Reads all segments of a folder; the folder need not exist.
    ///
    /// # Errors
    /// A folder or segment that cannot be read. Damaged content is no error: see
    /// [`Store::damages`].
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let directory = directory.into();
        let mut index = Index::default();
        let mut damages = Vec::new();
        for path in segments(&directory)? {
            let file = File::open(&path).map_err(|error| StoreError::read(&path, error))?;
            let segment = index.segments.len() as u32;
            let visit = |offset, header: &Header, _: &[u8]| {
                // Records of another schema belong to another version and are left alone.
                if header.schema == record::SCHEMA {
                    index.add(segment, offset, header);
                }
            };
            let found = scan::scan(&path, &file, visit);
            damages.extend(found.map_err(|error| StoreError::read(&path, error))?);
            index.segments.push(path);
        }
        Ok(Self {
            directory,
            index: RwLock::new(index),
            damages,
            writer: Mutex::new(None),
        })
    }

    /// The store's folder.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What was found damaged when the store was opened.
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// How many different cells are stored.
    pub fn len(&self) -> usize {
        self.index().places.len()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes sure that records can be written, so that a full disk or a read-only folder is found
    /// before anything is computed.
    ///
    /// # Errors
    /// A store that cannot be written.
    pub fn prepare_to_write(&self) -> Result<(), StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.claimed(&mut writer).map(|_| ())
    }

    fn claimed<'w>(&self, writer: &'w mut Option<Writer>) -> Result<&'w mut Writer, StoreError> {
        let claimed = match writer.take() {
            Some(claimed) => claimed,
            None => Writer::claim(&self.directory)?,
        };
        Ok(writer.insert(claimed))
    }

    /// Keeps a finished cell: it survives the end of the process from now on, and the end of the
    /// machine within about a second.
    pub(crate) fn append(
        &self,
        key: &Key,
        work: WorkClass,
        duration: Duration,
        stored: &Stored,
    ) -> Result<(), StoreError> {
        let invalid =
            |message: String| StoreError::write(&self.directory, io::Error::other(message));
        let payload = stored
            .encode()
            .map_err(|error| invalid(error.to_string()))?;
        let duration_ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let record = record::encode(key, work, duration_ns, &payload)
            .ok_or_else(|| invalid(format!("{} recorded more than 4 GB", stored.identity)))?;
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = self.claimed(&mut writer)?;
        let offset = writer.append(&record)?;
        let Some(header) = Header::parse(&record) else {
            return Ok(());
        };
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let segment = index.segment(writer.path());
        index.add(segment, offset, &header);
        Ok(())
    }

    /// Waits until everything that was kept is on the disk.
    ///
    /// # Errors
    /// A failure to write, now or since the last call.
    pub fn sync(&self) -> Result<(), StoreError> {
        match &*self.writer.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(writer) => writer.sync(),
            None => Ok(()),
        }
    }

    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader for one thread.
    pub(crate) const fn reader(&self) -> Reader<'_> {
        Reader {
            store: self,
            open: None,
            buffer: Vec::new(),
        }
    }
}

/// Reads records; keeps one segment open.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    store: &'a Store,
    open: Option<(u32, PathBuf, File)>,
    buffer: Vec<u8>,
}

impl Reader<'_> {
    /// The record of a key, checked again.
    ///
    /// # Errors
    /// Where and why there is none any more; the cell has to be run again.
    pub(crate) fn read(&mut self, key: &Key, place: Place) -> Result<Stored, String> {
        if self
            .open
            .as_ref()
            .is_none_or(|open| open.0 != place.segment)
        {
            let path = self.store.index().segments[place.segment as usize].clone();
            let file =
                File::open(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
            self.open = Some((place.segment, path, file));
        }
        let Some((_, path, file)) = &mut self.open else {
            return Err("no segment is open".to_owned());
        };
        let at = |problem: &str| {
            let offset = place.offset;
            format!("`{}`: the record at {offset} {problem}", path.display())
        };
        self.buffer.resize(place.length as usize, 0);
        file.seek(SeekFrom::Start(place.offset))
            .and_then(|_| file.read_exact(&mut self.buffer))
            .map_err(|error| at(&format!("cannot be read: {error}")))?;
        let right_key = Header::parse(&self.buffer).is_some_and(|header| header.key == *key);
        if !right_key || !record::is_intact(&self.buffer) {
            return Err(at("has been damaged since the store was opened"));
        }
        Stored::decode(&self.buffer[record::HEADER_LENGTH..])
            .ok_or_else(|| at("is not laid out as this version expects"))
    }
}

/// The segments of a folder, in the order of their numbers.
fn segments(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let folder = directory.join("segments");
    let fail = |error| StoreError::read(&folder, error);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(fail)?.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
