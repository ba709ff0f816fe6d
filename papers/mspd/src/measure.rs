//! What is read off a method's state.

use crate::problems::LocalFunctions;
use crate::vectors::mean_row;

/// Suboptimalities f̄ − f* of one n × d state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// At the mean over nodes: the quantity of Theorem 4.
    pub mean: f64,
    /// At the worst node: counts disagreement too.
    pub worst: f64,
    /// At the best node.
    pub best: f64,
}

/// Evaluates states without allocating.
#[derive(Clone, Debug)]
pub struct Gauge {
    row: Vec<f64>,
}

impl Gauge {
    /// A gauge for states of this dimension d.
    pub fn new(dimension: usize) -> Self {
        Self {
            row: vec![0.0; dimension],
        }
    }

    /// The errors of `factor` × `state`, of shape n × d. A sum over t steps needs the factor 1/t.
    pub fn errors(&mut self, problem: &impl LocalFunctions, state: &[f64], factor: f64) -> Errors {
        let optimum = problem.optimum();
        let (mut worst, mut best) = (f64::NEG_INFINITY, f64::INFINITY);
        for row in state.chunks_exact(self.row.len()) {
            for (scaled, entry) in self.row.iter_mut().zip(row) {
                *scaled = factor * entry;
            }
            let error = problem.average(&self.row) - optimum;
            worst = larger(worst, error);
            best = best.min(error);
        }
        Errors {
            mean: self.mean(problem, state, factor),
            worst,
            best,
        }
    }

    /// The error at the mean over nodes alone.
    pub fn mean(&mut self, problem: &impl LocalFunctions, state: &[f64], factor: f64) -> f64 {
        mean_row(state, factor, &mut self.row);
        problem.average(&self.row) - problem.optimum()
    }

    /// `max_i` ‖`x_i` − x̄‖_∞: how far the nodes disagree.
    pub fn disagreement(&mut self, state: &[f64]) -> f64 {
        mean_row(state, 1.0, &mut self.row);
        let differences = state.chunks_exact(self.row.len()).flat_map(|row| {
            let pairs = row.iter().zip(&self.row);
            pairs.map(|(entry, mean)| (entry - mean).abs())
        });
        differences.fold(0.0, larger)
    }
}

/// The larger of two; not-a-number is larger than everything.
const fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b <= a { a } else { b }
}

/// Finds the first step from which on an error stays at or below a target.
#[derive(Clone, Copy, Debug)]
pub struct Settling {
    target: f64,
    last_above: u64,
    last: u64,
}

impl Settling {
    /// Nothing seen yet.
    pub const fn below(target: f64) -> Self {
        Self {
            target,
            last_above: 0,
            last: 0,
        }
    }

    /// Takes the error of a step; steps increase from 1.
    pub const fn see(&mut self, step: u64, error: f64) {
        if error > self.target || error.is_nan() {
            self.last_above = step;
        }
        self.last = step;
    }

    /// One more than the last step above the target; `None` if that was the last step seen.
    pub fn step(&self) -> Option<u64> {
        (self.last_above < self.last).then_some(self.last_above + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::Median;

    #[test]
    fn settling_counts_the_last_excursion() {
        let mut settling = Settling::below(1.0);
        for (step, error) in (1..).zip([2.0, 0.5, 1.5, 1.0, 0.9]) {
            settling.see(step, error);
        }
        assert_eq!(settling.step(), Some(4));
        settling.see(6, f64::NAN);
        assert_eq!(settling.step(), None);
    }

    #[test]
    fn mean_worst_and_disagreement_of_two_nodes() {
        // f̄(x) = (|x + 1| + 3 |x − 1|)/2, least at 1.
        let problem = Median::new(vec![1.0, 3.0], vec![-1.0, 1.0]);
        let mut gauge = Gauge::new(1);
        let errors = gauge.errors(&problem, &[4.0, 0.0], 0.5);
        // The points are 2 and 0, their mean is 1.
        assert!(errors.mean.abs() < 1e-15);
        assert!((errors.worst - 2.0).abs() < 1e-15 && (errors.best - 1.0).abs() < 1e-15);
        assert!((gauge.disagreement(&[4.0, 0.0]) - 2.0).abs() < 1e-15);
        assert!(gauge.errors(&problem, &[f64::NAN, 0.0], 1.0).worst.is_nan());
    }
}
