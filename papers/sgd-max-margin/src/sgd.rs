//! Minibatch stochastic gradient descent with a fixed step: the paper's algorithm.
//!
//! w ← w + s Σ_{n ∈ batch} (−ℓ′(w·xₙ)) xₙ, all gradients of a batch at the same w, where s = η/B
//! is the step per sample.
//!
//! In the plane with batches of one, up to four chains that share their sample indices advance
//! together as vector lanes; the bits are those of the general path.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::{inlined, vectorised};
use serde::{Deserialize, Serialize};

use crate::losses::{Loss, MarginLoss, with_loss};
use crate::points::Points;
use crate::sampling::{Order, Sampler, SamplerState};

/// Number of chains that advance together in the plane.
const LANES: usize = 4;

/// One run's weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// w.
    pub weights: Vec<f64>,
    /// Q = Σ ‖w(t+1) − w(t)‖² over all steps so far.
    pub travelled: f64,
}

/// Stochastic gradient descent from one or more starts, which see the same samples.
#[derive(Clone, Debug)]
pub struct Sgd<'a> {
    points: &'a Points,
    loss: Loss,
    step: f64,
    sampler: Sampler,
    chains: Vec<Chain>,
    epoch: u64,
}

/// Everything that the rest of a run depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdState {
    chains: Vec<Chain>,
    sampler: SamplerState,
    epoch: u64,
}

impl<'a> Sgd<'a> {
    /// Starts chains at the given weights; `step` is s, the step per sample.
    pub fn new(
        points: &'a Points,
        loss: Loss,
        step: f64,
        sampler: Sampler,
        starts: &[Vec<f64>],
    ) -> Self {
        let chain = |start: &Vec<f64>| Chain {
            weights: start.clone(),
            travelled: 0.0,
        };
        Self {
            points,
            loss,
            step,
            sampler,
            chains: starts.iter().map(chain).collect(),
            epoch: 0,
        }
    }

    /// The chains in the order of their starts.
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// Number of epochs made.
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Makes this many epochs.
    pub fn advance(&mut self, epochs: u64) {
        with_loss!(self.loss, loss => vectorised(Advance { sgd: self, loss, epochs }));
        self.epoch += epochs;
    }

    /// As [`Sgd::advance`], without the special path for the plane.
    pub fn advance_generally(&mut self, epochs: u64) {
        with_loss!(self.loss, loss => self.general::<0, _>(loss, epochs));
        self.epoch += epochs;
    }

    /// Everything that the rest of the run depends on.
    pub fn state(&self) -> SgdState {
        SgdState {
            chains: self.chains.clone(),
            sampler: self.sampler.state(),
            epoch: self.epoch,
        }
    }

    /// Continues from a state of a run that was made with the same arguments.
    pub fn restore(&mut self, state: SgdState) {
        self.chains = state.chains;
        self.sampler.restore(state.sampler);
        self.epoch = state.epoch;
    }

    /// Chooses the path by shape.
    #[inline(always)]
    fn dispatch<L: MarginLoss>(&mut self, loss: L, epochs: u64) {
        let single = self.sampler.batch() == 1;
        let shared = self.sampler.order() != Order::Adversarial;
        match (self.points.dimension(), self.chains.len()) {
            (2, 1) if single => self.lanes::<1, L>(loss, epochs),
            (2, 2..=LANES) if single && shared => self.lanes::<LANES, L>(loss, epochs),
            (2, _) => self.general::<2, L>(loss, epochs),
            (4, _) => self.general::<4, L>(loss, epochs),
            (10, _) => self.general::<10, L>(loss, epochs),
            (64, _) => self.general::<64, L>(loss, epochs),
            _ => self.general::<0, L>(loss, epochs),
        }
    }

    /// Chains in the plane with batches of one, side by side.
    #[inline(always)]
    fn lanes<const K: usize, L: MarginLoss>(&mut self, loss: L, epochs: u64) {
        let (rows, _) = self.points.values().as_chunks::<2>();
        let squares = self.points.squared_norms();
        let step = self.step;
        let chains = &mut self.chains;
        let last = chains.len() - 1;
        let mut first: [f64; K] = std::array::from_fn(|k| chains[k.min(last)].weights[0]);
        let mut second: [f64; K] = std::array::from_fn(|k| chains[k.min(last)].weights[1]);
        let mut travelled: [f64; K] = std::array::from_fn(|k| chains[k.min(last)].travelled);
        for _ in 0..epochs {
            let margin = |index: usize| rows[index][0] * first[0] + rows[index][1] * second[0];
            for index in self.sampler.next_epoch(margin) {
                let index = *index as usize;
                let ([x, y], square) = (rows[index], squares[index]);
                for k in 0..K {
                    let margin = x * first[k] + y * second[k];
                    let push = step * loss.negative_derivative(margin);
                    first[k] += push * x;
                    second[k] += push * y;
                    travelled[k] += push * push * square;
                }
            }
        }
        for (k, chain) in chains.iter_mut().enumerate() {
            chain.weights.copy_from_slice(&[first[k], second[k]]);
            chain.travelled = travelled[k];
        }
    }

    /// Any shape. A constant dimension D keeps the weights in registers and makes the loops over
    /// coordinates straight-line code; D = 0 takes the dimension from the data.
    #[inline(always)]
    fn general<const D: usize, L: MarginLoss>(&mut self, loss: L, epochs: u64) {
        let dimension = if D > 0 { D } else { self.points.dimension() };
        let values = self.points.values();
        let squares = self.points.squared_norms();
        let row = |index: u32| &values[index as usize * dimension..][..dimension];
        let batch = self.sampler.batch();
        let step = self.step;
        let mut pushes = vec![0.0; batch];
        let mut update = vec![0.0; dimension];
        for _ in 0..epochs {
            let shared = self.sampler.order() != Order::Adversarial;
            for (position, chain) in self.chains.iter_mut().enumerate() {
                let mut near = [0.0; D];
                let weights = if D > 0 {
                    near.copy_from_slice(&chain.weights);
                    &mut near[..]
                } else {
                    &mut chain.weights[..]
                };
                let indices = if shared && position > 0 {
                    self.sampler.this_epoch()
                } else {
                    let margin = |index: usize| inlined::dot(row(index as u32), weights);
                    self.sampler.next_epoch(margin)
                };
                let travelled = if batch == 1 {
                    let mut travelled = chain.travelled;
                    for index in indices {
                        let margin = inlined::dot(row(*index), weights);
                        let push = step * loss.negative_derivative(margin);
                        inlined::axpy(push, row(*index), weights);
                        travelled += push * push * squares[*index as usize];
                    }
                    travelled
                } else {
                    let mut travelled = chain.travelled;
                    for indices in indices.chunks_exact(batch) {
                        for (push, index) in pushes.iter_mut().zip(indices) {
                            *push = inlined::dot(row(*index), weights);
                        }
                        for push in &mut pushes {
                            *push = step * loss.negative_derivative(*push);
                        }
                        update.fill(0.0);
                        for (push, index) in pushes.iter().zip(indices) {
                            inlined::axpy(*push, row(*index), &mut update);
                        }
                        inlined::axpy(1.0, &update, weights);
                        travelled += inlined::dot(&update, &update);
                    }
                    travelled
                };
                chain.travelled = travelled;
                if D > 0 {
                    chain.weights.copy_from_slice(&near);
                }
            }
        }
    }
}

struct Advance<'s, 'a, L> {
    sgd: &'s mut Sgd<'a>,
    loss: L,
    epochs: u64,
}

impl<L: MarginLoss> harness_numerics::kernels::Code for Advance<'_, '_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.sgd.dispatch(self.loss, self.epochs);
    }
}
