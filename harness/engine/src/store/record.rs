//! One record of a segment: a header of fixed length, then the payload.
//!
//! | bytes | content |
//! |---|---|
//! | 0..8 | magic |
//! | 8..12 | schema |
//! | 12..16 | length of the payload |
//! | 16..48 | key |
//! | 48..56 | short digest of the experiment |
//! | 56..64 | short digest of the experiment and of all axes but the last step's |
//! | 64..72 | last step, 0 where nothing is recorded over steps |
//! | 72..80 | duration in nanoseconds |
//! | 80..112 | BLAKE3 of bytes 0..80 and of the payload |
//!
//! Numbers are little-endian. The middle fields let a reader estimate durations without decoding
//! payloads.

use crate::key::Key;

/// Starts every record; found again when the bytes before it are damaged.
pub(crate) const MAGIC: [u8; 8] = *b"\xF5cell\r\n\x1A";
/// The layout described above and in the payload's module.
pub(crate) const SCHEMA: u32 = 1;
/// Bytes before the payload.
pub(crate) const HEADER_LENGTH: usize = 112;
const CHECKED: usize = 80;

/// The fields of a record that are not in its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) schema: u32,
    pub(crate) payload_length: u32,
    pub(crate) key: Key,
    pub(crate) work: WorkClass,
    pub(crate) duration_ns: u64,
}

/// What a cell's duration depends on, as far as estimates go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WorkClass {
    /// Short digest of paper and experiment.
    pub(crate) experiment: u64,
    /// Short digest of paper, experiment and all axes but the one that gives the last step.
    pub(crate) family: u64,
    /// The last step; 0 where nothing is recorded over steps.
    pub(crate) last_step: u64,
}

impl Header {
    /// Reads a header; `None` without the magic. The checksum is not looked at.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEADER_LENGTH] = bytes.get(..HEADER_LENGTH)?.try_into().ok()?;
        if bytes[..8] != MAGIC {
            return None;
        }
        let word = |at: usize| u64::from_le_bytes(array(bytes, at));
        Some(Self {
            schema: u32::from_le_bytes(array(bytes, 8)),
            payload_length: u32::from_le_bytes(array(bytes, 12)),
            key: Key(array(bytes, 16)),
            work: WorkClass {
                experiment: word(48),
                family: word(56),
                last_step: word(64),
            },
            duration_ns: word(72),
        })
    }

    /// Length of the whole record.
    pub(crate) const fn record_length(&self) -> usize {
        HEADER_LENGTH + self.payload_length as usize
    }
}

/// `N` bytes of a header; the callers' positions all lie inside it.
fn array<const N: usize>(bytes: &[u8; HEADER_LENGTH], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

/// The bytes of one record, or `None` if the payload is longer than a record can be.
pub(crate) fn encode(
    key: &Key,
    work: WorkClass,
    duration_ns: u64,
    payload: &[u8],
) -> Option<Vec<u8>> {
    let length = u32::try_from(payload.len()).ok()?;
    let mut bytes = Vec::with_capacity(HEADER_LENGTH + payload.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&SCHEMA.to_le_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&key.0);
    for word in [work.experiment, work.family, work.last_step, duration_ns] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let checksum = checksum(&bytes, payload);
    bytes.extend_from_slice(&checksum);
    bytes.extend_from_slice(payload);
    Some(bytes)
}

/// Whether a whole record is what was written. `record` is as long as its header says.
pub(crate) fn is_intact(record: &[u8]) -> bool {
    record.len() >= HEADER_LENGTH
        && checksum(&record[..CHECKED], &record[HEADER_LENGTH..]) == record[CHECKED..HEADER_LENGTH]
}

fn checksum(header: &[u8], payload: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(header);
    hasher.update(payload);
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_any_flipped_byte_is_noticed() {
        let key = Key([7; 32]);
        let work = WorkClass {
            experiment: 1,
            family: 2,
            last_step: 3,
        };
        let bytes = encode(&key, work, 4, b"payload").expect("it is short");
        let header = Header::parse(&bytes).expect("it has the magic");
        assert_eq!(
            (header.key, header.work, header.duration_ns),
            (key, work, 4)
        );
        assert_eq!(header.record_length(), bytes.len());
        assert!(is_intact(&bytes));
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert!(!is_intact(&damaged), "byte {place}");
        }
    }
}
