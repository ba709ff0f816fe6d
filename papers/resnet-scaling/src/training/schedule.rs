//! Which depths are trained, in which order samples come, and when training stops.

use harness_numerics::random;
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::kernels::BATCH;

/// All distinct ⌊baseⁿ + 10⁻⁹⌋ from `least` to `most`, rising.
pub fn depths(base: f64, least: usize, most: usize) -> Vec<usize> {
    let mut depths = Vec::new();
    let mut power = 1.0_f64;
    while power < most as f64 + 1.0 {
        let depth = (power + 1e-9).floor() as usize;
        if depth >= least && depth <= most && depths.last() != Some(&depth) {
            depths.push(depth);
        }
        power *= base;
    }
    depths
}

/// How an epoch orders the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shuffle {
    /// All samples anew: batches differ from epoch to epoch.
    Samples,
    /// Fixed batches in random order: what the released code means.
    Batches,
    /// Fixed batches, of which every shuffle overwrites some by others: what it does.
    Collapse,
}

/// The batches of each epoch, as indices of samples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Batch numbers, for the modes that keep batches.
    batches: Vec<u32>,
    samples: Vec<u32>,
}

impl Order {
    /// For a number of samples that is a multiple of the batch.
    pub fn new(samples: usize) -> Self {
        Self {
            batches: (0..(samples / BATCH) as u32).collect(),
            samples: (0..samples as u32).collect(),
        }
    }

    /// Orders the next epoch with a stream of its own.
    pub fn shuffle(&mut self, mode: Shuffle, rng: &mut impl Rng) {
        match mode {
            Shuffle::Samples => {
                // From the start, so that an epoch depends on its own stream alone.
                for (place, sample) in self.samples.iter_mut().enumerate() {
                    *sample = place as u32;
                }
                random::shuffle(rng, &mut self.samples);
            }
            Shuffle::Batches => random::shuffle(rng, &mut self.batches),
            Shuffle::Collapse => {
                for place in (1..self.batches.len()).rev() {
                    let other = random::below(rng, place as u32 + 1) as usize;
                    self.batches[place] = self.batches[other];
                }
            }
        }
    }

    /// Number of batches in an epoch.
    pub const fn len(&self) -> usize {
        self.batches.len()
    }

    /// Whether there are no batches.
    pub const fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The samples of a batch of this epoch.
    pub fn batch(&self, number: usize) -> &[u32] {
        let batch = self.batches[number] as usize;
        &self.samples[batch * BATCH..][..BATCH]
    }
}

/// Stops training at a target, or when five epochs in a row improve by less than 1 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    best: f64,
    bad: u32,
}

impl EarlyStopping {
    /// Before the first epoch.
    pub const fn new() -> Self {
        Self {
            best: f64::INFINITY,
            bad: 0,
        }
    }

    /// Takes an epoch's mean loss; `true` if patience is at an end.
    pub fn exhausted_by(&mut self, mean_loss: f64) -> bool {
        if mean_loss < 0.99 * self.best {
            self.best = mean_loss;
            self.bad = 0;
        } else {
            self.bad += 1;
        }
        self.bad >= 5
    }
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    const THIRD: f64 = 1.259_921_05;

    #[test]
    fn depth_grids_are_those_of_the_released_runs() {
        let all = [
            3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 101, 128, 161, 203, 256, 322,
            406, 512, 645, 812, 1024, 1290, 1625, 2048, 2580, 3250, 4096, 5160, 6501, 8192, 10321,
        ];
        assert_eq!(depths(THIRD, 3, 10_321), all);
        assert_eq!(depths(THIRD, 3, 645), all[..24]);
        let fifths = depths(1.2, 3, 9100);
        assert_eq!(fifths.len(), 44);
        assert_eq!(
            fifths[..15],
            [3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 26, 31, 38, 46]
        );
        assert_eq!(fifths[40..], [5266, 6319, 7583, 9100]);
        assert_eq!(depths(2.0, 4, 512), [4, 8, 16, 32, 64, 128, 256, 512]);
    }

    #[test]
    fn collapse_loses_batches_as_the_released_shuffle_does() {
        let expected = [32.0, 16.5, 9.7, 6.1, 4.0, 2.8];
        let trials = 4000;
        let mut found = [0.0; 6];
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(2);
        for _ in 0..trials {
            let mut order = Order::new(1024);
            for mean in &mut found {
                let mut left = order.batches.clone();
                left.sort_unstable();
                left.dedup();
                *mean += left.len() as f64 / f64::from(trials);
                order.shuffle(Shuffle::Collapse, &mut rng);
            }
        }
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 0.07, "{found} is not {expected}");
        }
    }

    #[test]
    fn shuffling_samples_or_batches_loses_nothing() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(2);
        for mode in [Shuffle::Samples, Shuffle::Batches] {
            let mut order = Order::new(1024);
            order.shuffle(mode, &mut rng);
            let mut seen: Vec<u32> = (0..32)
                .flat_map(|number| order.batch(number).to_vec())
                .collect();
            assert_ne!(seen, (0..1024).collect::<Vec<u32>>());
            let first = seen[0] / 32;
            let together = seen[..32].iter().all(|sample| sample / 32 == first);
            assert_eq!(together, mode == Shuffle::Batches);
            seen.sort_unstable();
            assert_eq!(seen, (0..1024).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn patience_ends_after_five_epochs_without_one_per_cent() {
        let mut stopping = EarlyStopping::new();
        assert!(!stopping.exhausted_by(1.0));
        for loss in [0.995, 0.994, 0.993, 0.992] {
            assert!(!stopping.exhausted_by(loss));
        }
        assert!(!stopping.exhausted_by(0.9));
        for loss in [0.95, 0.9, 0.9, 0.9] {
            assert!(!stopping.exhausted_by(loss));
        }
        assert!(stopping.exhausted_by(0.9));
    }
}
