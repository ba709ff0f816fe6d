//! Takes the declared files out of an archive, and nothing else.
//!
//! Every entry is looked at, wanted or not: an archive with a path that leaves its folder or with
//! a link is refused as a whole.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

use bzip2::read::MultiBzDecoder;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use rawzip::{CompressionMethod, ZipArchive};
use tar::EntryType;

use super::staging::synchronise;
use super::{FetchError, open};
use crate::datasets::{Archive, DataFile, Format, Meta};

/// Puts the files that `meta.toml` declares into the folder `into`, which is empty.
pub(super) fn unpack(meta: &Meta, download: &Path, into: &Path) -> Result<(), FetchError> {
    let origin = meta.fetch.as_ref();
    let archive = origin.and_then(|origin| origin.archive);
    let limit = origin.and_then(|origin| origin.unpacked_bytes);
    let budget = Budget::new(limit.unwrap_or(u64::MAX));
    let mut unpacking = Unpacking {
        meta,
        into,
        budget: &budget,
        found: vec![false; meta.files.len()],
        written: Vec::new(),
    };
    let packed = BufReader::new(open(download)?);
    let done = match archive {
        Some(Archive::TarGz) => unpacking.tar(budget.limited(MultiGzDecoder::new(packed))),
        Some(Archive::Zip) => unpacking.zip(download),
        Some(Archive::Gz) => unpacking.single(budget.limited(MultiGzDecoder::new(packed))),
        Some(Archive::Bz2) => unpacking.single(budget.limited(MultiBzDecoder::new(packed))),
        None => unpacking.single(packed),
    };
    if budget.exceeded.get() {
        let limit = limit.unwrap_or_default();
        let problem = format!("unpacks to more than {limit} bytes");
        return Err(FetchError::archive(&meta.name, problem));
    }
    done?;
    let mut files = meta.files.iter().zip(&unpacking.found);
    if let Some((missing, _)) = files.find(|(_, found)| !**found) {
        let problem = format!("holds no `{}`", missing.member());
        return Err(FetchError::archive(&meta.name, problem));
    }
    synchronise(&unpacking.written)
}

/// What an archive says that an entry is.
enum Kind {
    File,
    Folder,
    Link,
    Special,
}

struct Unpacking<'a> {
    meta: &'a Meta,
    into: &'a Path,
    budget: &'a Budget,
    found: Vec<bool>,
    written: Vec<PathBuf>,
}

impl Unpacking<'_> {
    fn problem(&self, problem: impl Into<String>) -> FetchError {
        FetchError::archive(&self.meta.name, problem)
    }

    fn unreadable(&self, error: &dyn std::error::Error) -> FetchError {
        self.problem(format!("cannot be read: {error}"))
    }

    /// The one file, which has no name of its own.
    fn single(&mut self, content: impl Read) -> Result<(), FetchError> {
        let [file] = self.meta.files.as_slice() else {
            return Err(self.problem("is one file, but several are declared"));
        };
        self.found[0] = true;
        self.write(content, &self.into.join(&file.path))
    }

    fn tar(&mut self, content: impl Read) -> Result<(), FetchError> {
        let mut archive = tar::Archive::new(content);
        let entries = archive.entries().map_err(|error| self.unreadable(&error))?;
        for entry in entries {
            let mut entry = entry.map_err(|error| self.unreadable(&error))?;
            let kind = match entry.header().entry_type() {
                EntryType::Regular | EntryType::Continuous => Kind::File,
                EntryType::Directory => Kind::Folder,
                EntryType::Symlink | EntryType::Link => Kind::Link,
                // Attributes of the archive, not an entry.
                EntryType::XGlobalHeader => continue,
                _ => Kind::Special,
            };
            let path = entry.path_bytes().into_owned();
            self.entry(&path, &kind, &mut entry)?;
        }
        // Behind the last entry stands the check sum of gzip.
        io::copy(&mut archive.into_inner(), &mut io::sink())
            .map_err(|error| self.unreadable(&error))?;
        Ok(())
    }

    fn zip(&mut self, download: &Path) -> Result<(), FetchError> {
        // Its size is that of `meta.toml`, so it fits into memory.
        let bytes = fs::read(download).map_err(|source| FetchError::Read {
            path: download.to_owned(),
            source,
        })?;
        let archive = ZipArchive::from_slice(&bytes).map_err(|error| self.unreadable(&error))?;
        for header in archive.entries() {
            let header = header.map_err(|error| self.unreadable(&error))?;
            let kind = match header.mode().value() & 0o170_000 {
                _ if header.mode().is_symlink() => Kind::Link,
                _ if header.is_dir() => Kind::Folder,
                0 | 0o100_000 => Kind::File,
                _ => Kind::Special,
            };
            let entry = archive.get_entry(header.wayfinder());
            let entry = entry.map_err(|error| self.unreadable(&error))?;
            let path = header.file_path();
            let path = path.as_bytes();
            let data = entry.data();
            match header.compression_method() {
                CompressionMethod::STORE => {
                    let content = entry.verifying_reader(self.budget.limited(data));
                    self.entry(path, &kind, content)?;
                }
                CompressionMethod::DEFLATE => {
                    let content = self.budget.limited(DeflateDecoder::new(data));
                    self.entry(path, &kind, entry.verifying_reader(content))?;
                }
                other => {
                    let path = String::from_utf8_lossy(path);
                    return Err(self.problem(format!("packs `{path}` by {other:?}")));
                }
            }
        }
        Ok(())
    }

    /// Checks one entry, and writes it if it belongs to a declared file.
    fn entry(&mut self, path: &[u8], kind: &Kind, content: impl Read) -> Result<(), FetchError> {
        let shown = String::from_utf8_lossy(path).into_owned();
        let Some(path) = inside(path) else {
            return Err(self.problem(format!("has the path `{shown}`, which leaves its folder")));
        };
        match kind {
            Kind::Folder => return Ok(()),
            Kind::Link => return Err(self.problem(format!("has the link `{shown}`"))),
            Kind::Special => return Err(self.problem(format!("has the special file `{shown}`"))),
            Kind::File => {}
        }
        let mut files = self.meta.files.iter().enumerate();
        let place = files.find_map(|(index, file)| Some((index, place_of(file, &path)?)));
        let Some((index, place)) = place else {
            return Ok(());
        };
        self.found[index] = true;
        self.write(content, &self.into.join(place))
    }

    /// Writes a new file.
    fn write(&mut self, content: impl Read, to: &Path) -> Result<(), FetchError> {
        let failed = |error| FetchError::write(to, error);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = match File::create_new(to) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let name = to.strip_prefix(self.into).unwrap_or(to);
                return Err(self.problem(format!("holds `{}` twice", name.display())));
            }
            other => other.map_err(failed)?,
        };
        let mut content = Watched {
            inner: content,
            failed: false,
        };
        let mut file = BufWriter::new(file);
        if let Err(error) = io::copy(&mut content, &mut file) {
            return Err(if content.failed {
                self.unreadable(&error)
            } else {
                failed(error)
            });
        }
        file.into_inner()
            .map_err(|error| failed(error.into_error()))?;
        self.written.push(to.to_owned());
        Ok(())
    }
}

/// A path made of plain names only, joined by slashes; nothing if it is absolute, goes upwards, or
/// could be read as such by some system.
fn inside(path: &[u8]) -> Option<String> {
    let path = std::str::from_utf8(path).ok()?;
    if path.starts_with('/') || path.contains(['\\', ':', '\0']) {
        return None;
    }
    let names: Vec<&str> = path
        .split('/')
        .filter(|name| !matches!(*name, "" | "."))
        .collect();
    (!names.contains(&"..")).then(|| names.join("/"))
}

/// Where an entry goes, if it is or belongs to this file.
fn place_of(file: &DataFile, entry: &str) -> Option<String> {
    let rest = entry.strip_prefix(file.member())?;
    match file.format {
        Format::Documents => rest
            .starts_with('/')
            .then(|| format!("{}{rest}", file.path)),
        _ => rest.is_empty().then(|| file.path.clone()),
    }
}

/// How many bytes may still come out of an archive.
struct Budget {
    left: Cell<u64>,
    exceeded: Cell<bool>,
}

impl Budget {
    fn new(bytes: u64) -> Self {
        Self {
            left: Cell::new(bytes),
            exceeded: Cell::new(false),
        }
    }

    fn limited<R>(&self, inner: R) -> Limited<'_, R> {
        Limited {
            inner,
            budget: self,
        }
    }
}

/// A reader that draws on a budget and fails when it is spent.
struct Limited<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.left.get();
        // One byte more than is left tells the end from a surplus.
        let most = usize::try_from(left.saturating_add(1)).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let count = self.inner.read(&mut buffer[..most])?;
        if count as u64 > left {
            self.budget.exceeded.set(true);
            return Err(io::Error::other("too many bytes"));
        }
        self.budget.left.set(left - count as u64);
        Ok(count)
    }
}

/// A reader that remembers whether it was the one that failed.
struct Watched<R> {
    inner: R,
    failed: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(buffer);
        self.failed |= result
            .as_ref()
            .is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        result
    }
}
