//! Exact selection of the K entries of largest magnitude.

use harness_numerics::kernels::{Code, vectorised};

/// The bits of a number without its sign: ordered as magnitudes are, infinity and not-a-number
/// last.
const MAGNITUDE: u64 = u64::MAX >> 1;
/// Below this length a sample would be too coarse.
const SHORT: usize = 4096;
const SAMPLE: usize = 1024;
const BLOCK: usize = 16;

/// Finds the K entries of largest magnitude; of equal ones those with the lowest index.
///
/// The order is total (magnitudes by `f64::total_cmp`, then indices), so the answer is unique. The
/// threshold kept from the last call makes the next one faster and cannot change its answer.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    threshold: u64,
    candidates: Vec<(u64, u32)>,
    /// How many of `candidates` there are; the rest is left from earlier calls.
    count: usize,
    ranked: Vec<u64>,
    sample: Vec<u64>,
}

impl Selector {
    /// A selector without a threshold to start from.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the indices of the `kept` largest entries into `chosen`, ascending. O(n) on average.
    pub fn select(&mut self, values: &[f64], kept: usize, chosen: &mut Vec<u32>) {
        chosen.clear();
        if kept >= values.len() {
            chosen.extend(0..values.len() as u32);
            return;
        }
        if kept == 0 {
            return;
        }
        self.collect_candidates(values, kept);
        let candidates = &self.candidates[..self.count];
        self.ranked.clear();
        self.ranked.extend(candidates.iter().map(|(key, _)| *key));
        let place = self.count - kept;
        let (_, smallest, above) = self.ranked.select_nth_unstable(place);
        let smallest = *smallest;
        let larger = above.iter().filter(|key| **key > smallest).count();
        // Candidates are in the order of their indices: so is the answer, and so are its ties.
        let mut ties = kept - larger;
        for (key, index) in candidates {
            if *key > smallest || *key == smallest && ties > 0 {
                ties -= usize::from(*key == smallest);
                chosen.push(*index);
            }
        }
        self.threshold = magnitude(0.9 * f64::from_bits(smallest));
    }

    /// At least `kept` entries, the `kept` largest among them, in the order of their indices.
    fn collect_candidates(&mut self, values: &[f64], kept: usize) {
        let most = (4 * kept + 64).max(values.len() / 4);
        if self.threshold > 0 {
            self.count = filter(values, self.threshold, &mut self.candidates);
            if (kept..=most).contains(&self.count) {
                return;
            }
        }
        if values.len() >= SHORT
            && let Some(threshold) = self.sampled_threshold(values, kept)
        {
            self.count = filter(values, threshold, &mut self.candidates);
            if self.count >= kept {
                return;
            }
        }
        self.count = filter(values, 0, &mut self.candidates);
    }

    /// A magnitude that probably somewhat more than `kept` entries reach.
    fn sampled_threshold(&mut self, values: &[f64], kept: usize) -> Option<u64> {
        let stride = values.len() / SAMPLE;
        self.sample.clear();
        let sampled = values.iter().step_by(stride);
        self.sample.extend(sampled.map(|value| magnitude(*value)));
        let count = self.sample.len();
        let expected = kept * count / values.len();
        let place = expected + expected / 4 + 8;
        if place >= count {
            return None;
        }
        let (.., key, _) = self.sample.select_nth_unstable(count - 1 - place);
        Some(*key)
    }
}

fn magnitude(value: f64) -> u64 {
    value.to_bits() & MAGNITUDE
}

/// Writes the entries whose magnitude is at least `threshold` in the order of their indices, and
/// says how many there are.
fn filter(values: &[f64], threshold: u64, found: &mut Vec<(u64, u32)>) -> usize {
    struct Filter<'a>(&'a [f64], i64, &'a mut [(u64, u32)]);
    impl Code for Filter<'_> {
        type Output = usize;
        #[expect(
            clippy::inline_always,
            reason = "must be inlined into code that is compiled for wider vectors"
        )]
        #[inline(always)]
        fn call(self) -> usize {
            let Self(values, threshold, found) = self;
            let (blocks, rest) = values.as_chunks::<BLOCK>();
            let mut count = 0;
            for (place, block) in blocks.iter().enumerate() {
                // Without the sign bit, keys are ordered alike as signed integers, which vectors
                // can compare.
                let mut any = false;
                for value in block {
                    any |= magnitude(*value) as i64 >= threshold;
                }
                if any {
                    count = push(block, place * BLOCK, threshold, found, count);
                }
            }
            push(rest, blocks.len() * BLOCK, threshold, found, count)
        }
    }
    // One more than can be found, since every entry is written before it is counted.
    if found.len() <= values.len() {
        found.resize(values.len() + 1, (0, 0));
    }
    vectorised(Filter(values, threshold as i64, found))
}

/// Without a branch that depends on the entry: in a block of hits, no guess would be right.
fn push(
    values: &[f64],
    offset: usize,
    threshold: i64,
    found: &mut [(u64, u32)],
    mut count: usize,
) -> usize {
    for (place, value) in values.iter().enumerate() {
        let key = magnitude(*value);
        found[count] = (key, (offset + place) as u32);
        count += usize::from(key as i64 >= threshold);
    }
    count
}
