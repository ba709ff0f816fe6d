//! Forward and backward pass by hand, with the update of each layer fused into the backward pass.
//!
//! Stored for the backward pass: s = σ(z) of every layer, and h at the start of every segment of
//! [`SEGMENT`] layers, from which the h of the segment are rebuilt by the same additions. A layer's
//! gradient is used up at once, since nothing below it reads its weights again.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use std::marker::PhantomData;

use harness_numerics::kernels::vectorised;

use super::kernels::{self, BATCH, Panel};
use super::network::{Network, Scaling};
use super::optimiser::Update;
use crate::activation::Activation;
use crate::real::Real;

/// Layers whose h are rebuilt together: they fit into the first two caches.
const SEGMENT: usize = 16;

/// Buffers for networks of width D, reused from step to step. P ≥ D is D padded for the vectors.
#[derive(Debug)]
pub struct Workspace<T, const D: usize, const P: usize> {
    branches: Vec<Panel<T, D>>,
    starts: Vec<Panel<T, D>>,
    segment: Vec<Panel<T, D>>,
    state: Panel<T, D>,
    gradient_h: Panel<T, D>,
    scaled: Panel<T, D>,
    rows: [[T; P]; BATCH],
    gradient: Vec<T>,
}

impl<T: Real, const D: usize, const P: usize> Workspace<T, D, P> {
    /// Buffers for networks of at most this depth.
    pub fn new(depth: usize) -> Self {
        let panel = [[T::ZERO; BATCH]; D];
        Self {
            branches: vec![panel; depth],
            starts: vec![panel; depth.div_ceil(SEGMENT)],
            segment: vec![panel; SEGMENT],
            state: panel,
            gradient_h: panel,
            scaled: panel,
            rows: [[T::ZERO; P]; BATCH],
            gradient: vec![T::ZERO; D * D + D],
        }
    }

    /// One step: the mean squared error of a batch before it, and every parameter updated.
    pub fn step<A: Activation, U: Update<T>>(
        &mut self,
        network: &mut Network<T>,
        (x, y): (&Panel<T, D>, &Panel<T, D>),
        update: &mut U,
    ) -> f64 {
        vectorised(Step::<T, A, U, D, P> {
            workspace: self,
            network,
            x,
            y,
            update,
            activation: PhantomData,
        })
    }

    /// The output `h_L` for a batch.
    pub fn output<A: Activation>(&mut self, network: &Network<T>, x: &Panel<T, D>) -> Panel<T, D> {
        vectorised(Forward::<T, A, D, P> {
            workspace: self,
            network,
            x,
            activation: PhantomData,
        });
        self.state
    }

    /// The mean squared error of a batch.
    pub fn loss<A: Activation>(
        &mut self,
        network: &Network<T>,
        x: &Panel<T, D>,
        y: &Panel<T, D>,
    ) -> f64 {
        error(&self.output::<A>(network, x), y)
    }
}

/// Mean over batch and coordinates of (h − y)².
#[inline(always)]
fn error<T: Real, const D: usize>(h: &Panel<T, D>, y: &Panel<T, D>) -> f64 {
    let mut sums = [0.0; BATCH];
    for j in 0..D {
        for lane in 0..BATCH {
            let difference = (h[j][lane] - y[j][lane]).to_f64();
            sums[lane] += difference * difference;
        }
    }
    kernels::pairwise(sums) / (BATCH * D) as f64
}

struct Step<'a, T, A, U, const D: usize, const P: usize> {
    workspace: &'a mut Workspace<T, D, P>,
    network: &'a mut Network<T>,
    x: &'a Panel<T, D>,
    y: &'a Panel<T, D>,
    update: &'a mut U,
    activation: PhantomData<A>,
}

impl<T: Real, A: Activation, U: Update<T>, const D: usize, const P: usize> pulp::NullaryFnOnce
    for Step<'_, T, A, U, D, P>
{
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let Self {
            workspace,
            network,
            x,
            y,
            update,
            ..
        } = self;
        let Workspace {
            branches,
            starts,
            segment,
            state,
            gradient_h,
            scaled,
            rows,
            gradient,
        } = workspace;
        let depth = network.depth;
        let block = D * D + D;
        assert!(network.width == D && branches.len() >= depth);

        *state = *x;
        for layer in 0..depth {
            if layer % SEGMENT == 0 {
                starts[layer / SEGMENT] = *state;
            }
            let branch = &mut branches[layer];
            kernels::branch::<T, A, D>(&network.weights[layer * block..][..block], state, branch);
            kernels::advance(network.scale(layer), branch, state);
        }
        let loss = error(state, y);

        update.begin();
        let factor = T::from_f64(2.0 / (BATCH * D) as f64);
        for j in 0..D {
            for lane in 0..BATCH {
                gradient_h[j][lane] = factor * (state[j][lane] - y[j][lane]);
            }
        }
        let mut shared = T::ZERO;
        for number in (0..depth.div_ceil(SEGMENT)).rev() {
            let first = number * SEGMENT;
            let count = SEGMENT.min(depth - first);
            segment[0] = starts[number];
            for place in 1..count {
                let layer = first + place - 1;
                let (before, after) = segment.split_at_mut(place);
                let (h, next) = (&before[place - 1], &mut after[0]);
                kernels::advance_to(network.scale(layer), &branches[layer], h, next);
            }
            for place in (0..count).rev() {
                let layer = first + place;
                let (s, h) = (&branches[layer], &segment[place]);
                let scale = network.scale(layer);
                kernels::through_activation::<T, A, D>(scale, gradient_h, s, scaled);
                kernels::transpose(scaled, rows);
                kernels::outer(h, rows, gradient);
                match network.scaling {
                    Scaling::Shared => shared += kernels::inner(gradient_h, s),
                    Scaling::Multi => {
                        let slope = kernels::inner(gradient_h, s);
                        update.scale(layer, &mut network.scales[layer], slope);
                    }
                    Scaling::None => {}
                }
                let weights = &mut network.weights[layer * block..][..block];
                kernels::through_matrix(weights, scaled, gradient_h);
                update.weights(layer * block, weights, gradient);
            }
        }
        if network.scaling == Scaling::Shared {
            // Only |δ| is used, so the sign of δ comes in.
            let sign = if network.scales[0] < T::ZERO {
                -T::ONE
            } else {
                T::ONE
            };
            update.scale(0, &mut network.scales[0], sign * shared);
        }
        loss
    }
}

struct Forward<'a, T, A, const D: usize, const P: usize> {
    workspace: &'a mut Workspace<T, D, P>,
    network: &'a Network<T>,
    x: &'a Panel<T, D>,
    activation: PhantomData<A>,
}

impl<T: Real, A: Activation, const D: usize, const P: usize> pulp::NullaryFnOnce
    for Forward<'_, T, A, D, P>
{
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            workspace,
            network,
            x,
            ..
        } = self;
        assert!(network.width == D);
        let block = D * D + D;
        workspace.state = *x;
        let branch = &mut workspace.scaled;
        for layer in 0..network.depth {
            let weights = &network.weights[layer * block..][..block];
            kernels::branch::<T, A, D>(weights, &workspace.state, branch);
            kernels::advance(network.scale(layer), branch, &mut workspace.state);
        }
    }
}
