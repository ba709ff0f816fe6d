//! Gradient oracles: what a method sees of an objective, and what it pays.

use rand_chacha::ChaCha8Rng;

use crate::loss::Objective;
use crate::methods::GradientOracle;
use crate::random::Normal;

/// Counts oracle calls: one for each term of the objective at every gradient.
///
/// On the mean over the data this is the exact gradient at n calls; on the weighted sum over the
/// grid it is the interpolated gradient at mᵈ calls.
pub struct Counted<'a> {
    objective: &'a dyn Objective,
    calls: u64,
}

impl<'a> Counted<'a> {
    /// No calls yet.
    pub fn new(objective: &'a dyn Objective) -> Self {
        Self {
            objective,
            calls: 0,
        }
    }

    /// Oracle calls so far.
    pub const fn calls(&self) -> u64 {
        self.calls
    }
}

impl GradientOracle for Counted<'_> {
    fn gradient(&mut self, theta: &[f64], out: &mut [f64]) {
        self.calls += self.objective.terms();
        self.objective.gradient(theta, out);
    }
}

/// Adds N(0, deviation²) to every coordinate, drawn anew at every gradient.
pub struct Noisy<'a> {
    /// Where the gradient without noise comes from.
    pub exact: Counted<'a>,
    /// The standard deviation of each coordinate.
    pub deviation: f64,
    /// Where the noise comes from.
    pub rng: ChaCha8Rng,
    /// The state of the normal draws.
    pub normal: Normal,
}

impl GradientOracle for Noisy<'_> {
    fn gradient(&mut self, theta: &[f64], out: &mut [f64]) {
        self.exact.gradient(theta, out);
        for out in out {
            *out += self.deviation * self.normal.draw(&mut self.rng);
        }
    }
}

/// Keeps the largest distance between the gradients handed out and the exact ones: sup ‖e‖.
pub struct Compared<'a> {
    given: Counted<'a>,
    exact: &'a dyn Objective,
    difference: Vec<f64>,
    largest: f64,
}

impl<'a> Compared<'a> {
    /// Nothing compared yet.
    pub fn new(given: &'a dyn Objective, exact: &'a dyn Objective, parameters: usize) -> Self {
        Self {
            given: Counted::new(given),
            exact,
            difference: vec![0.0; parameters],
            largest: 0.0,
        }
    }

    /// The largest error so far: E.
    pub const fn largest_error(&self) -> f64 {
        self.largest
    }
}

impl GradientOracle for Compared<'_> {
    fn gradient(&mut self, theta: &[f64], out: &mut [f64]) {
        self.given.gradient(theta, out);
        self.exact.gradient(theta, &mut self.difference);
        let mut square = 0.0;
        for (given, exact) in out.iter().zip(&self.difference) {
            square += (given - exact) * (given - exact);
        }
        self.largest = self.largest.max(square.sqrt());
    }
}
