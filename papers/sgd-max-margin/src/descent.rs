//! The two inequalities behind the convergence theorem, checked at given weights.

use harness_numerics::kernels;

use crate::losses::Loss;
use crate::points::Points;
use crate::theory::{with_replacement_decrement, without_replacement_decrement};

/// What happened to the loss, beside what the inequality claims.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// L(w) before.
    pub before: f64,
    /// L after: in expectation, or after one epoch.
    pub after: f64,
    /// The decrease that the inequality claims, at least.
    pub claimed: f64,
}

impl Descent {
    /// Whether L ended above what `factor` times the claimed decrease allows, by more than
    /// rounding.
    pub fn violates(&self, factor: f64) -> bool {
        self.after > self.before - factor * self.claimed + 1e-13 * self.before
    }

    /// The actual decrease divided by the claimed one.
    pub fn ratio(&self) -> f64 {
        (self.before - self.after) / self.claimed
    }
}

/// The constants of a problem: (β, σ, γ).
pub type Constants = (f64, f64, f64);

/// One step on one sample drawn uniformly: the exact expectation over all N outcomes.
pub fn one_step(
    points: &Points,
    loss: Loss,
    constants: Constants,
    step: f64,
    weights: &[f64],
) -> Descent {
    let margins = points.margins(weights);
    let slopes: Vec<f64> = margins
        .iter()
        .map(|u| loss.negative_derivative(*u))
        .collect();
    let outcome = |(row, slope): (&[f64], &f64)| {
        let mut moved = weights.to_vec();
        kernels::axpy(step * slope, row, &mut moved);
        loss.total(&points.margins(&moved))
    };
    let total: f64 = points.rows().zip(&slopes).map(outcome).sum();
    let squares = kernels::squared_norm(&slopes);
    Descent {
        before: loss.total(&margins),
        after: total / points.count() as f64,
        claimed: with_replacement_decrement(constants, step, points.count(), squares),
    }
}

/// One epoch over the samples in a given order, one at a time.
pub fn one_epoch(
    points: &Points,
    loss: Loss,
    constants: Constants,
    step: f64,
    order: &[u32],
    weights: &[f64],
) -> Descent {
    let gradient = crate::gradient_descent::negative_gradient(points, loss, weights);
    let mut moved = weights.to_vec();
    for index in order {
        let row = points.row(*index as usize);
        let slope = loss.negative_derivative(kernels::dot(row, &moved));
        kernels::axpy(step * slope, row, &mut moved);
    }
    let squares = kernels::squared_norm(&gradient);
    Descent {
        before: loss.total(&points.margins(weights)),
        after: loss.total(&points.margins(&moved)),
        claimed: without_replacement_decrement(constants, step, points.count(), squares),
    }
}
