//! SHA-256 of files and of folders.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of some bytes as 64 hexadecimal digits.
pub(crate) fn sha256_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The digest of several files: that of the lines which `sha256sum` prints for them.
pub(super) fn sha256_of_files<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut lines = String::new();
    for (path, bytes) in files {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{}  {path}", sha256_of(bytes));
    }
    sha256_of(lines.as_bytes())
}

/// A digest as text.
pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
