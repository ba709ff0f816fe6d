//! Appends records to this process's own segment.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::scan::SEGMENT_HEADER;
use crate::error::StoreError;

/// How long a finished cell may be in the kernel's hands alone.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// The path of a segment of a number.
pub(crate) fn segment_path(directory: &Path, number: u32) -> PathBuf {
    directory.join("segments").join(format!("{number:06}.log"))
}

/// A segment that this process alone appends to, for as long as it holds the lock.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    file: Arc<File>,
    length: u64,
    /// After a failed write the end of the segment is unknown: nothing may follow.
    broken: bool,
    syncer: Syncer,
}

impl Writer {
    /// Takes the first segment number that nobody has used, so that every process has its own.
    ///
    /// A segment without records may be taken over; one that another process has locked may not.
    /// Cleaning removes only segments with records, so what is taken here stays in its folder.
    pub(crate) fn claim(directory: &Path) -> Result<Self, StoreError> {
        let segments = directory.join("segments");
        std::fs::create_dir_all(&segments).map_err(|error| StoreError::write(&segments, error))?;
        let mut number = 1;
        loop {
            let path = segment_path(directory, number);
            match take(&path) {
                Ok(Some(file)) => return Self::start(path, file),
                Ok(None) => number += 1,
                Err(error) => return Err(StoreError::write(&path, error)),
            }
        }
    }

    fn start(path: PathBuf, file: File) -> Result<Self, StoreError> {
        (&file)
            .write_all(&SEGMENT_HEADER)
            .map_err(|error| StoreError::write(&path, error))?;
        let file = Arc::new(file);
        Ok(Self {
            syncer: Syncer::start(Arc::clone(&file)),
            path,
            file,
            length: SEGMENT_HEADER.len() as u64,
            broken: false,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Hands a whole record to the kernel in one call; gives back where it begins.
    pub(crate) fn append(&mut self, record: &[u8]) -> Result<u64, StoreError> {
        if self.broken {
            let error = io::Error::other("an earlier write failed");
            return Err(StoreError::write(&self.path, error));
        }
        if let Err(error) = (&*self.file).write_all(record) {
            self.broken = true;
            // What was written of the record is cut off where the file allows it; a reader would
            // drop it anyway.
            let _ = self.file.set_len(self.length);
            return Err(StoreError::write(&self.path, error));
        }
        let offset = self.length;
        self.length += record.len() as u64;
        self.syncer.dirty.store(true, Ordering::Release);
        Ok(offset)
    }

    /// Waits until everything appended is on the disk.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        self.syncer
            .sync(&self.file)
            .map_err(|error| StoreError::write(&self.path, error))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.syncer.stop();
        // Whoever wants to hear of a failure calls `sync` before; here nobody listens.
        let _ = self.syncer.sync(&self.file);
    }
}

/// Opens and locks a segment that has no records yet; `None` if it has, or if it is in use.
fn take(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().append(true).create(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let length = file.metadata()?.len();
    if length > SEGMENT_HEADER.len() as u64 {
        return Ok(None);
    }
    if length > 0 {
        file.set_len(0)?;
    }
    Ok(Some(file))
}

/// A thread that brings appended records to the disk at a steady pace.
#[derive(Debug)]
struct Syncer {
    dirty: Arc<AtomicBool>,
    failure: Arc<Mutex<Option<io::Error>>>,
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Syncer {
    fn start(file: Arc<File>) -> Self {
        let dirty = Arc::new(AtomicBool::new(true));
        let failure = Arc::new(Mutex::new(None));
        let (sender, receiver) = mpsc::channel();
        let (theirs, slot) = (Arc::clone(&dirty), Arc::clone(&failure));
        let thread = std::thread::spawn(move || {
            while receiver.recv_timeout(SYNC_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                if theirs.swap(false, Ordering::AcqRel)
                    && let Err(error) = file.sync_data()
                {
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
            }
        });
        Self {
            dirty,
            failure,
            thread: Some((sender, thread)),
        }
    }

    /// Syncs now, and reports the first failure since the last call.
    fn sync(&self, file: &File) -> io::Result<()> {
        if self.dirty.swap(false, Ordering::AcqRel) {
            file.sync_data()?;
        }
        let failure = self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        failure.map_or(Ok(()), Err)
    }

    fn stop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            // The thread does not panic; were it to, there would be nothing left to wait for.
            let _ = thread.join();
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use harness_testkit::tempfile::tempdir;

    #[test]
    fn after_a_failed_write_nothing_follows() {
        let folder = tempdir().expect("a folder");
        let mut writer = Writer::claim(folder.path()).expect("it can be written");
        assert_eq!(writer.append(b"first").expect("there is space"), 16);
        let full = OpenOptions::new().append(true).open("/dev/full");
        let file = std::mem::replace(&mut writer.file, Arc::new(full.expect("it is there")));
        let error = writer.append(b"second").expect_err("there is no space");
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        writer.file = file;
        assert!(writer.append(b"third").is_err());
        let bytes = std::fs::read(writer.path()).expect("it can be read");
        assert_eq!(bytes[SEGMENT_HEADER.len()..], *b"first");
    }

    #[test]
    fn every_writer_has_a_segment_of_its_own_and_empty_ones_are_taken_over() {
        let folder = tempdir().expect("a folder");
        let first = Writer::claim(folder.path()).expect("it can be written");
        let mut second = Writer::claim(folder.path()).expect("it can be written");
        second.append(b"record").expect("there is space");
        let path = |number| segment_path(folder.path(), number);
        assert_eq!((first.path(), second.path()), (&*path(1), &*path(2)));
        drop((first, second));
        let third = Writer::claim(folder.path()).expect("it can be written");
        let fourth = Writer::claim(folder.path()).expect("it can be written");
        assert_eq!((third.path(), fourth.path()), (&*path(1), &*path(3)));
    }
}
