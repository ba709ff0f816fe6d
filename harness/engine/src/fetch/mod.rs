//! Puts optional data sets in place: fetched by a package client or over HTTPS, or imported from
//! a file, and in every case checked against their digests and read once before anything is
//! renamed into the data set's folder.
//!
//! Not part of [`datasets`](crate::datasets), whose sources are in the key of every cell: how
//! files came here is no part of a result.

mod client;
mod download;
mod error;
mod staging;
mod unpack;

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use harness_core::Dataset;
use sha2::{Digest as _, Sha256};

pub use client::Clients;
pub use error::FetchError;

use crate::datasets::digest::hexadecimal;
use crate::datasets::{Datasets, Meta, Origin, read_from};
use staging::Staging;

impl Datasets {
    /// Fetches an optional data set, checks it and puts it in place of what was there.
    ///
    /// # Errors
    /// Whatever [`FetchError`] says; the folder is then as it was before.
    pub fn fetch(&self, name: &str, clients: &Clients) -> Result<Dataset, FetchError> {
        let meta = self.optional(name)?;
        let Some(origin) = &meta.fetch else {
            let (name, remedy) = (meta.name.clone(), meta.remedy());
            return Err(FetchError::NoOrigin { name, remedy });
        };
        let staging = Staging::open(&self.directory().join(name), name)?;
        let download = staging.download();
        if let Some(package) = &origin.package {
            let packed = client::get(name, package, clients, &staging.scratch()?)?;
            let what = format!("the package `{} {}`", package.name, package.version);
            receive(&meta, origin, &what, open(&packed)?, &download, |source| {
                FetchError::Read {
                    path: packed.clone(),
                    source,
                }
            })?;
        } else if let Some(url) = &origin.url {
            let body = download::open(name, url)?;
            receive(&meta, origin, url, body, &download, |error| {
                FetchError::Download {
                    name: name.to_owned(),
                    url: url.clone(),
                    message: error.to_string(),
                }
            })?;
        }
        self.finish(&meta, staging)
    }

    /// Takes an optional data set from a file that the user has, which must be what would be
    /// fetched; checks it and puts it in place of what was there.
    ///
    /// # Errors
    /// Whatever [`FetchError`] says; the folder is then as it was before.
    pub fn import(&self, name: &str, file: &Path) -> Result<Dataset, FetchError> {
        let meta = self.optional(name)?;
        let content = open(file)?;
        let staging = Staging::open(&self.directory().join(name), name)?;
        let download = staging.download();
        let read_error = |source| FetchError::Read {
            path: file.to_owned(),
            source,
        };
        match (&meta.fetch, meta.files.as_slice()) {
            (Some(origin), _) => {
                let what = format!("`{}`", file.display());
                receive(&meta, origin, &what, content, &download, read_error)?;
            }
            // Known by its own digest, or else by its shape.
            (None, [_]) => copy(content, &download, u64::MAX, read_error).map(drop)?,
            (None, _) => {
                let (name, remedy) = (meta.name.clone(), meta.remedy());
                return Err(FetchError::NoOrigin { name, remedy });
            }
        }
        self.finish(&meta, staging)
    }

    fn optional(&self, name: &str) -> Result<Meta, FetchError> {
        let meta = self.meta(name)?;
        if meta.optional {
            Ok(meta)
        } else {
            let (name, remedy) = (meta.name.clone(), meta.remedy());
            Err(FetchError::NotOptional { name, remedy })
        }
    }

    /// Unpacks what was received, reads it as a cell would, and only then puts it in place.
    fn finish(&self, meta: &Meta, staging: Staging) -> Result<Dataset, FetchError> {
        unpack::unpack(meta, &staging.download(), &staging.unpacked()?)?;
        let dataset = read_from(meta, &staging.unpacked()?)?;
        staging.place(meta.files.iter().map(|file| file.path.as_str()))?;
        self.forget();
        Ok(dataset)
    }
}

fn open(path: &Path) -> Result<File, FetchError> {
    File::open(path).map_err(|source| FetchError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Writes what comes to `to`, and refuses it unless size and digest are the origin's.
fn receive(
    meta: &Meta,
    origin: &Origin,
    what: &str,
    content: impl Read,
    to: &Path,
    read_error: impl Fn(io::Error) -> FetchError,
) -> Result<(), FetchError> {
    let (name, bytes) = (&meta.name, origin.bytes);
    let (size, digest) = copy(content, to, bytes, read_error)?;
    if size > bytes {
        let got = format!("more than {bytes} bytes");
        return Err(FetchError::differs_in_size(name, what, &got, origin));
    }
    if size < bytes {
        let got = format!("{size} bytes");
        return Err(FetchError::differs_in_size(name, what, &got, origin));
    }
    if digest != origin.sha256 {
        return Err(FetchError::Differs {
            name: name.clone(),
            what: what.to_owned(),
            got: format!("SHA-256 {digest}"),
            expected: origin.sha256.clone(),
        });
    }
    Ok(())
}

/// Copies at most one byte more than `limit`; gives the number of bytes and their digest.
fn copy(
    content: impl Read,
    to: &Path,
    limit: u64,
    read_error: impl Fn(io::Error) -> FetchError,
) -> Result<(u64, String), FetchError> {
    let mut content = content.take(limit.saturating_add(1));
    let mut file = File::create_new(to).map_err(|error| FetchError::write(to, error))?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read_error(error)),
        };
        let part = &buffer[..count];
        hash.update(part);
        file.write_all(part)
            .map_err(|error| FetchError::write(to, error))?;
        size += count as u64;
    }
    Ok((size, hexadecimal(&hash.finalize())))
}
