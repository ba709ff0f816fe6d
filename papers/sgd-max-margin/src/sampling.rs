//! Which samples a step of stochastic gradient descent looks at.

use harness_numerics::random::{below, select_front, shuffle};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How minibatches are chosen. All but the first use every sample exactly once in each epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Each step draws B distinct samples, independently of all other steps.
    WithReplacement,
    /// A fresh shuffle for each epoch.
    Reshuffled,
    /// One shuffle for all epochs.
    ShuffledOnce,
    /// The order of the rows.
    Cyclic,
    /// By decreasing margin at the beginning of the epoch, ties in the order of the rows: the
    /// samples with the largest gradients come last.
    Adversarial,
    /// Every step uses all samples: gradient descent.
    FullBatch,
}

/// Draws the sample indices of one epoch after another.
///
/// With replacement, batches of one are plain uniform indices, one generator word each; larger
/// batches are the front of a persistent arrangement after a partial Fisher–Yates shuffle.
#[derive(Clone, Debug)]
pub struct Sampler {
    order: Order,
    batch: usize,
    arrangement: Vec<u32>,
    epoch: Vec<u32>,
    generator: ChaCha8Rng,
}

impl Sampler {
    /// Samples 0..count in batches; `batch` must divide `count`, and a full batch ignores it.
    pub fn new(order: Order, count: usize, batch: usize, mut generator: ChaCha8Rng) -> Self {
        let mut arrangement: Vec<u32> = (0..count as u32).collect();
        if order == Order::ShuffledOnce {
            shuffle(&mut generator, &mut arrangement);
        }
        Self {
            order,
            batch: if order == Order::FullBatch {
                count
            } else {
                batch
            },
            epoch: arrangement.clone(),
            arrangement,
            generator,
        }
    }

    /// How minibatches are chosen.
    pub const fn order(&self) -> Order {
        self.order
    }

    /// B, the size of a batch.
    pub const fn batch(&self) -> usize {
        self.batch
    }

    /// Draws the next epoch's indices, batch after batch. The margins at the present weights are
    /// asked for by the adversarial order only.
    #[inline]
    pub fn next_epoch(&mut self, margin: impl Fn(usize) -> f64) -> &[u32] {
        match self.order {
            Order::Cyclic | Order::FullBatch | Order::ShuffledOnce => {}
            Order::WithReplacement if self.batch == 1 => {
                let count = self.arrangement.len() as u32;
                for index in &mut self.epoch {
                    *index = below(&mut self.generator, count);
                }
            }
            Order::WithReplacement => {
                for batch in self.epoch.chunks_exact_mut(self.batch) {
                    select_front(&mut self.generator, &mut self.arrangement, batch.len());
                    batch.copy_from_slice(&self.arrangement[..batch.len()]);
                }
            }
            Order::Reshuffled => {
                shuffle(&mut self.generator, &mut self.arrangement);
                self.epoch.copy_from_slice(&self.arrangement);
            }
            Order::Adversarial => sort_by_decreasing_margin(&mut self.epoch, margin),
        }
        &self.epoch
    }

    /// The indices that were drawn last.
    pub fn this_epoch(&self) -> &[u32] {
        &self.epoch
    }

    /// What the next draws depend on.
    pub fn state(&self) -> SamplerState {
        SamplerState {
            arrangement: self.arrangement.clone(),
            position: self.generator.get_word_pos(),
        }
    }

    /// Continues from a state of a sampler that was made with the same arguments.
    pub fn restore(&mut self, state: SamplerState) {
        self.generator.set_word_pos(state.position);
        self.arrangement = state.arrangement;
    }
}

/// What a sampler's next draws depend on, besides the arguments that it was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplerState {
    arrangement: Vec<u32>,
    position: u128,
}

/// Insertion sort: epochs are short and change little from one to the next.
fn sort_by_decreasing_margin(indices: &mut [u32], margin: impl Fn(usize) -> f64) {
    let before = |a: u32, b: u32| {
        let (a_margin, b_margin) = (margin(a as usize), margin(b as usize));
        b_margin.total_cmp(&a_margin).then(a.cmp(&b)).is_lt()
    };
    for end in 1..indices.len() {
        let mut place = end;
        while place > 0 && before(indices[place], indices[place - 1]) {
            indices.swap(place, place - 1);
            place -= 1;
        }
    }
}
