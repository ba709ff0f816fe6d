//! Exact selection of the K entries of largest magnitude.

use harness_numerics::kernels::{Code, vectorised};

/// The bits of a number without its sign: ordered as magnitudes are, infinity and not-a-number
/// last.
const MAGNITUDE: u64 = u64::MAX >> 1;
/// Below this length a sample would be too coarse.
const SHORT: usize = 4096;
const SAMPLE: usize = 1024;
/// Entries whose comparisons fill one word.
const WORD: usize = 64;

/// Finds the K entries of largest magnitude; of equal ones those with the lowest index.
///
/// The order is total (magnitudes by `f64::total_cmp`, then indices), so the answer is unique. The
/// threshold kept from the last call makes the next one faster and cannot change its answer.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    threshold: u64,
    /// A bit for every entry: whether its magnitude reaches the threshold in question.
    reached: Vec<u64>,
    /// The indices of the entries that reach it, ascending, and their magnitudes.
    candidates: Vec<u32>,
    keys: Vec<u64>,
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
        self.mark_candidates(values, kept);
        self.collect_candidates(values);
        self.ranked.clear();
        self.ranked.extend_from_slice(&self.keys);
        let place = self.ranked.len() - kept;
        let (_, smallest, above) = self.ranked.select_nth_unstable(place);
        let smallest = *smallest;
        let larger = above.iter().filter(|key| **key > smallest).count();
        // Candidates are in the order of their indices: so is the answer, and so are its ties.
        let mut ties = kept - larger;
        // One more than is kept, since every candidate is written before it is counted: a branch
        // for each would be guessed wrongly too often.
        chosen.resize(kept + 1, 0);
        let mut count = 0;
        for (key, index) in self.keys.iter().zip(&self.candidates) {
            let tied = *key == smallest && ties > 0;
            chosen[count] = *index;
            count += usize::from(*key > smallest || tied);
            ties -= usize::from(tied);
        }
        chosen.truncate(kept);
        self.threshold = magnitude(0.9 * f64::from_bits(smallest));
    }

    /// Marks at least `kept` entries, the `kept` largest among them.
    fn mark_candidates(&mut self, values: &[f64], kept: usize) {
        let most = (4 * kept + 64).max(values.len() / 4);
        if self.threshold > 0 {
            let count = mark(values, self.threshold, &mut self.reached);
            if (kept..=most).contains(&count) {
                return;
            }
        }
        if values.len() >= SHORT
            && let Some(threshold) = self.sampled_threshold(values, kept)
            && mark(values, threshold, &mut self.reached) >= kept
        {
            return;
        }
        mark(values, 0, &mut self.reached);
    }

    /// Lists what is marked.
    fn collect_candidates(&mut self, values: &[f64]) {
        self.candidates.clear();
        for (place, word) in self.reached.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                let index = place * WORD + word.trailing_zeros() as usize;
                self.candidates.push(index as u32);
                word &= word - 1;
            }
        }
        self.keys.clear();
        let keys = self.candidates.iter();
        self.keys
            .extend(keys.map(|index| magnitude(values[*index as usize])));
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

/// Marks the entries whose magnitude is at least `threshold`, and says how many there are.
fn mark(values: &[f64], threshold: u64, reached: &mut Vec<u64>) -> usize {
    struct Mark<'a>(&'a [f64], i64, &'a mut [u64]);
    impl Code for Mark<'_> {
        type Output = usize;
        #[expect(
            clippy::inline_always,
            reason = "must be inlined into code that is compiled for wider vectors"
        )]
        #[inline(always)]
        fn call(self) -> usize {
            let Self(values, threshold, reached) = self;
            let (blocks, rest) = values.as_chunks::<WORD>();
            let (words, last) = reached.split_at_mut(blocks.len());
            let mut count = 0;
            for (word, block) in words.iter_mut().zip(blocks) {
                let mut bits = 0;
                for (lane, value) in block.iter().enumerate() {
                    bits |= reaches(*value, threshold) << lane;
                }
                *word = bits;
                count += bits.count_ones() as usize;
            }
            if let Some(word) = last.first_mut() {
                *word = 0;
                for (lane, value) in rest.iter().enumerate() {
                    *word |= reaches(*value, threshold) << lane;
                }
                count += word.count_ones() as usize;
            }
            count
        }
    }
    reached.resize(values.len().div_ceil(WORD), 0);
    vectorised(Mark(values, threshold as i64, reached))
}

/// 1 or 0. Without the sign bit, keys are ordered alike as signed integers, which vectors can
/// compare.
#[expect(
    clippy::inline_always,
    reason = "must be inlined into code that is compiled for wider vectors"
)]
#[inline(always)]
fn reaches(value: f64, threshold: i64) -> u64 {
    u64::from(magnitude(value) as i64 >= threshold)
}
