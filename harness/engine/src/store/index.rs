//! What is known of all stored cells without decoding their payloads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::digest_map::{DigestMap, Digested};
use super::record::{Header, WorkClass};
use crate::key::Key;

impl Digested for Key {
    fn bits(&self) -> u64 {
        let (first, _) = self.0.split_first_chunk().unwrap_or((&[0; 8], &[]));
        u64::from_le_bytes(*first)
    }
}

impl Digested for WorkClass {
    fn bits(&self) -> u64 {
        // An odd factor spreads small steps over all bits.
        self.family ^ self.last_step.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Position in [`Index::segments`].
    pub(crate) segment: u32,
    pub(crate) offset: u64,
    pub(crate) length: u32,
    /// How long the cell took, in nanoseconds.
    pub(crate) duration_ns: u64,
}

/// Keys with their places, and how long cells took.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) segments: Vec<PathBuf>,
    pub(crate) places: DigestMap<Key, Place>,
    times: Times,
}

impl Index {
    /// The position of a segment, which is added if it is new. The last one is looked at first.
    pub(crate) fn segment(&mut self, path: &Path) -> u32 {
        let known = self.segments.iter().rposition(|other| other == path);
        let place = known.unwrap_or_else(|| {
            self.segments.push(path.to_owned());
            self.segments.len() - 1
        });
        place as u32
    }

    /// Adds a record. Of two records of one key the first stays: both hold the same result.
    pub(crate) fn add(&mut self, segment: u32, offset: u64, header: &Header) {
        self.times.add(header.work, header.duration_ns);
        self.places.get_or_insert_with(header.key, || Place {
            segment,
            offset,
            length: header.record_length() as u32,
            duration_ns: header.duration_ns,
        });
    }

    /// How long a cell of this kind may take; `None` if nothing like it was ever run.
    pub(crate) fn estimate(&self, work: WorkClass) -> Option<Duration> {
        self.times.estimate(work)
    }
}

/// Durations of cells of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    cells: u64,
    nanoseconds: u128,
    steps: u128,
}

impl Sum {
    fn add(&mut self, nanoseconds: u64, steps: u64) {
        self.cells += 1;
        self.nanoseconds += u128::from(nanoseconds);
        self.steps += u128::from(steps);
    }

    /// Time for `steps` steps at the average pace; without steps the average time of a cell.
    fn scaled_to(&self, steps: u64) -> Duration {
        let (amount, whole) = if steps > 0 && self.steps > 0 {
            (u128::from(steps), self.steps)
        } else {
            (1, u128::from(self.cells.max(1)))
        };
        let nanoseconds = self.nanoseconds.saturating_mul(amount) / whole;
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

/// Durations by kind of cell, from the most to the least alike.
#[derive(Debug, Default)]
struct Times {
    alike: DigestMap<WorkClass, Sum>,
    families: DigestMap<u64, Sum>,
    experiments: DigestMap<u64, Sum>,
}

impl Times {
    fn add(&mut self, work: WorkClass, nanoseconds: u64) {
        let alike = self.alike.get_or_insert_with(work, Sum::default);
        let family = self.families.get_or_insert_with(work.family, Sum::default);
        let experiment = self
            .experiments
            .get_or_insert_with(work.experiment, Sum::default);
        for sum in [alike, family, experiment] {
            sum.add(nanoseconds, work.last_step);
        }
    }

    /// Other replicates of the same point; else the same point with another last step, scaled; else
    /// the whole experiment, scaled.
    fn estimate(&self, work: WorkClass) -> Option<Duration> {
        self.alike
            .get(&work)
            .or_else(|| self.families.get(&work.family))
            .or_else(|| self.experiments.get(&work.experiment))
            .map(|sum| sum.scaled_to(work.last_step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_come_from_the_most_alike_cells() {
        let work = |family, last_step| WorkClass {
            experiment: 1,
            family,
            last_step,
        };
        let mut times = Times::default();
        assert_eq!(times.estimate(work(1, 100)), None);
        times.add(work(1, 100), 1_000);
        times.add(work(1, 100), 3_000);
        times.add(work(2, 100), 60_000);
        let of = |family, last| times.estimate(work(family, last));
        assert_eq!(of(1, 100), Some(Duration::from_micros(2)));
        assert_eq!(of(1, 1_000), Some(Duration::from_micros(20)));
        assert_eq!(of(3, 300), Some(Duration::from_micros(64)));
        let other = WorkClass {
            experiment: 2,
            ..work(1, 0)
        };
        assert_eq!(
            times.estimate(WorkClass { family: 9, ..other }),
            None,
            "another experiment says nothing"
        );
    }
}
