//! Losses that are smooth in the data, and weighted sums of them.
//!
//! A loss is f(x; θ) with x in the unit cube. The mean over the data and the weighted sum over the
//! grid are both an [`Objective`], so exact and interpolated methods share all their code.

mod field;
mod logistic;
mod minimise;
mod quadratic;

pub use field::Field;
pub use logistic::{Label, SoftLabelLogistic};
pub(crate) use minimise::norm;
pub use minimise::{Reference, minimise, smallest_curvature};
pub use quadratic::Quadratic;

use crate::points::Points;

/// A loss f(x; θ), strongly convex and smooth in θ for every x of the cube.
pub trait Loss {
    /// Number of parameters: p.
    fn parameters(&self) -> usize;

    /// A Lipschitz constant of ∇_θ f(x; ·), for every x: L.
    fn smoothness(&self) -> f64;

    /// A constant of strong convexity of f(x; ·), for every x: μ.
    fn strong_convexity(&self) -> f64;

    /// f(x; θ).
    fn value(&self, x: &[f64], theta: &[f64]) -> f64;

    /// out ← ∇_θ f(x; θ): what one oracle call gives.
    fn gradient(&self, x: &[f64], theta: &[f64], out: &mut [f64]);

    /// Σ_i w_i f(x_i; ·). Losses with a faster sum than term by term give their own.
    fn sum<'a>(&'a self, points: &Points, weights: &[f64]) -> Box<dyn Objective + 'a>
    where
        Self: Sized,
    {
        Box::new(TermByTerm {
            loss: self,
            points: points.clone(),
            weights: weights.to_vec(),
        })
    }

    /// The terms of the mean over the data, one by one, for stochastic methods.
    fn samples<'a>(&'a self, points: &Points) -> Box<dyn Samples + 'a>
    where
        Self: Sized,
    {
        Box::new(PointSamples {
            loss: self,
            points: points.clone(),
        })
    }

    /// The condition number L/μ: σ.
    fn condition_number(&self) -> f64 {
        self.smoothness() / self.strong_convexity()
    }
}

/// A weighted sum of losses Σ_i w_i f(x_i; θ), as a function of θ.
pub trait Objective {
    /// Number of terms: what one gradient costs in oracle calls.
    fn terms(&self) -> u64;

    /// The value at θ.
    fn value(&self, theta: &[f64]) -> f64;

    /// out ← the gradient at θ.
    fn gradient(&self, theta: &[f64], out: &mut [f64]);

    /// out ← the Hessian at θ, row by row, if it can be computed.
    fn hessian(&self, _theta: &[f64], _out: &mut [f64]) -> bool {
        false
    }

    /// The value at θ less the minimum.
    fn excess(&self, theta: &[f64], minimum: &Reference) -> f64 {
        self.value(theta) - minimum.value
    }
}

/// The terms f(x_i; ·) of a mean over data.
pub trait Samples {
    /// Number of data points: n.
    fn count(&self) -> usize;

    /// out ← ∇_θ f(x_i; θ).
    fn gradient(&self, index: usize, theta: &[f64], out: &mut [f64]);
}

struct PointSamples<'a, L> {
    loss: &'a L,
    points: Points,
}

impl<L: Loss> Samples for PointSamples<'_, L> {
    fn count(&self) -> usize {
        self.points.len()
    }

    fn gradient(&self, index: usize, theta: &[f64], out: &mut [f64]) {
        self.loss.gradient(self.points.get(index), theta, out);
    }
}

/// A sum whose terms are computed one by one, in the order of the points.
struct TermByTerm<'a, L> {
    loss: &'a L,
    points: Points,
    weights: Vec<f64>,
}

impl<L: Loss> Objective for TermByTerm<'_, L> {
    fn terms(&self) -> u64 {
        self.points.len() as u64
    }

    fn value(&self, theta: &[f64]) -> f64 {
        let terms = self.points.iter().zip(&self.weights);
        terms
            .map(|(x, weight)| weight * self.loss.value(x, theta))
            .sum()
    }

    fn gradient(&self, theta: &[f64], out: &mut [f64]) {
        let mut term = vec![0.0; theta.len()];
        out.fill(0.0);
        for (x, weight) in self.points.iter().zip(&self.weights) {
            self.loss.gradient(x, theta, &mut term);
            for (out, term) in out.iter_mut().zip(&term) {
                *out += weight * term;
            }
        }
    }
}

/// An objective whose terms stand for several data points each: equal points are evaluated once,
/// with their multiplicities as weights, and paid for as often as they occur.
pub struct Repeated<'a> {
    /// The sum over the distinct points.
    pub distinct: Box<dyn Objective + 'a>,
    /// Number of data points, repetitions included: n.
    pub points: u64,
}

impl Objective for Repeated<'_> {
    fn terms(&self) -> u64 {
        self.points
    }

    fn value(&self, theta: &[f64]) -> f64 {
        self.distinct.value(theta)
    }

    fn gradient(&self, theta: &[f64], out: &mut [f64]) {
        self.distinct.gradient(theta, out);
    }

    fn hessian(&self, theta: &[f64], out: &mut [f64]) -> bool {
        self.distinct.hessian(theta, out)
    }

    fn excess(&self, theta: &[f64], minimum: &Reference) -> f64 {
        self.distinct.excess(theta, minimum)
    }
}
