//! Reads a segment from end to end: finds every intact record and names every damaged stretch.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::record::{HEADER_LENGTH, Header, MAGIC, is_intact};

/// Starts every segment.
pub(crate) const SEGMENT_HEADER: [u8; 16] = *b"finished cells\x01\n";

/// Bytes read at a time; a longer record is read whole.
const CHUNK: usize = 1 << 18;

/// A stretch of a segment that holds no record. Its cells are run again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The segment.
    pub path: PathBuf,
    /// Where the stretch begins.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// Whether it looks like the last record of a process that was killed while writing it,
    /// which is no cause for alarm.
    pub torn_tail: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            offset,
            length,
            torn_tail,
        } = self;
        let path = path.display();
        if *torn_tail {
            write!(
                f,
                "`{path}` ends in an unfinished record ({length} bytes at {offset})"
            )
        } else {
            write!(
                f,
                "`{path}` is damaged: {length} bytes at {offset} hold no intact record; what they held is run again"
            )
        }
    }
}

/// Calls `visit` with the place and header of every intact record and its bytes, in order.
///
/// Bytes added while reading are not looked at.
pub(crate) fn scan(
    path: &Path,
    file: &File,
    mut visit: impl FnMut(u64, &Header, &[u8]),
) -> io::Result<Vec<Damage>> {
    let metadata = file.metadata()?;
    let length = if metadata.is_file() {
        metadata.len()
    } else {
        0
    };
    let mut window = Window::new(file.take(length));
    let mut damages = Vec::new();
    let mut bad: Option<(u64, bool)> = None;
    let mut end_stretch = |bad: &mut Option<(u64, bool)>, end: u64, at_end: bool| {
        if let Some((offset, unfinished)) = bad.take() {
            damages.push(Damage {
                path: path.to_owned(),
                offset,
                length: end - offset,
                torn_tail: unfinished && at_end,
            });
        }
    };

    let start = window.ahead(SEGMENT_HEADER.len())?;
    if start == SEGMENT_HEADER {
        window.advance(SEGMENT_HEADER.len());
    } else if !start.is_empty() {
        bad = Some((0, SEGMENT_HEADER.starts_with(start)));
    }
    loop {
        match look(&mut window, length)? {
            Look::End => break,
            Look::Record(header) => {
                end_stretch(&mut bad, window.offset, false);
                let offset = window.offset;
                visit(offset, &header, window.ahead(header.record_length())?);
                window.advance(header.record_length());
            }
            Look::Unfinished => {
                bad.get_or_insert((window.offset, true));
                window.skip_to_magic()?;
            }
            Look::Damaged => {
                bad.get_or_insert((window.offset, false));
                window.skip_to_magic()?;
            }
        }
    }
    end_stretch(&mut bad, window.offset, true);
    Ok(damages)
}

enum Look {
    End,
    Record(Header),
    /// The beginning of a record that runs past the end of the file.
    Unfinished,
    Damaged,
}

fn look(window: &mut Window<'_>, file_length: u64) -> io::Result<Look> {
    let left = file_length - window.offset;
    let ahead = window.ahead(HEADER_LENGTH)?;
    if ahead.is_empty() {
        return Ok(Look::End);
    }
    let known = ahead.len().min(MAGIC.len());
    if ahead[..known] != MAGIC[..known] {
        return Ok(Look::Damaged);
    }
    let Some(header) = Header::parse(ahead) else {
        return Ok(Look::Unfinished);
    };
    if header.record_length() as u64 > left {
        return Ok(Look::Unfinished);
    }
    let record = window.ahead(header.record_length())?;
    Ok(if is_intact(record) {
        Look::Record(header)
    } else {
        Look::Damaged
    })
}

/// A moving view of a file, so that a segment of any size is read in little memory.
struct Window<'a> {
    source: io::Take<&'a File>,
    buffer: Vec<u8>,
    start: usize,
    offset: u64,
}

impl<'a> Window<'a> {
    const fn new(source: io::Take<&'a File>) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
        }
    }

    /// The next `length` bytes; fewer at the end of the file only.
    fn ahead(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.start < length {
            self.buffer.drain(..self.start);
            self.start = 0;
            let wanted = length.max(CHUNK) - self.buffer.len();
            self.source
                .by_ref()
                .take(wanted as u64)
                .read_to_end(&mut self.buffer)?;
        }
        let end = self.buffer.len().min(self.start + length);
        Ok(&self.buffer[self.start..end])
    }

    const fn advance(&mut self, length: usize) {
        self.start += length;
        self.offset += length as u64;
    }

    /// Moves forward by at least one byte, to the next magic or to the end.
    fn skip_to_magic(&mut self) -> io::Result<()> {
        self.advance(1);
        loop {
            let ahead = self.ahead(CHUNK)?;
            if let Some(place) = ahead.windows(MAGIC.len()).position(|part| part == MAGIC) {
                self.advance(place);
                return Ok(());
            }
            if ahead.len() < CHUNK {
                let rest = ahead.len();
                self.advance(rest);
                return Ok(());
            }
            self.advance(CHUNK - (MAGIC.len() - 1));
        }
    }
}
