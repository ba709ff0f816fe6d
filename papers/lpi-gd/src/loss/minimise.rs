//! Minimisers to rounding accuracy, against which gaps are measured.

use harness_numerics::dense::solve_positive_definite;
use harness_numerics::spectrum::symmetric_eigenvalues;

use super::Objective;
use crate::methods::{GradientOracle, Method, Momentum};

/// A minimiser and the minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// θ*.
    pub point: Vec<f64>,
    /// F(θ*).
    pub value: f64,
}

/// Most Newton steps; quadratic convergence needs about ten.
const NEWTON_STEPS: usize = 100;

/// The minimiser of a smooth, strongly convex objective, from θ = 0: by damped Newton steps where
/// there is a Hessian, else by accelerated gradient steps until the gradient is 1e-14 of its first
/// norm or stops shrinking.
///
/// `None` if the objective is not convex on the way.
pub fn minimise(
    objective: &dyn Objective,
    parameters: usize,
    smoothness: f64,
    strong_convexity: f64,
) -> Option<Reference> {
    let mut hessian = vec![0.0; parameters * parameters];
    let point = if objective.hessian(&vec![0.0; parameters], &mut hessian) {
        newton(objective, parameters)?
    } else {
        accelerated(objective, parameters, smoothness, strong_convexity)
    };
    let value = objective.value(&point);
    Some(Reference { point, value })
}

fn newton(objective: &dyn Objective, parameters: usize) -> Option<Vec<f64>> {
    let mut theta = vec![0.0; parameters];
    let mut trial = theta.clone();
    let mut gradient = theta.clone();
    let mut step = theta.clone();
    let mut hessian = vec![0.0; parameters * parameters];
    let mut value = objective.value(&theta);
    for _ in 0..NEWTON_STEPS {
        objective.gradient(&theta, &mut gradient);
        objective.hessian(&theta, &mut hessian);
        step.copy_from_slice(&gradient);
        if !solve_positive_definite(&hessian, &mut step) {
            return None;
        }
        let length = norm(&step);
        let mut damping = 1.0;
        // Rounding may make the last, tiny step look like a rise; it is then the end.
        let improved = loop {
            for (trial, (theta, step)) in trial.iter_mut().zip(theta.iter().zip(&step)) {
                *trial = theta - damping * step;
            }
            let next = objective.value(&trial);
            if next <= value + 4.0 * f64::EPSILON * value.abs() {
                value = next;
                break true;
            }
            damping *= 0.5;
            if damping < 1e-6 {
                break false;
            }
        };
        if !improved {
            return Some(theta);
        }
        std::mem::swap(&mut theta, &mut trial);
        if length <= 1e-14 * (1.0 + norm(&theta)) {
            break;
        }
    }
    Some(theta)
}

fn accelerated(
    objective: &dyn Objective,
    parameters: usize,
    smoothness: f64,
    strong_convexity: f64,
) -> Vec<f64> {
    struct Free<'a>(&'a dyn Objective);
    impl GradientOracle for Free<'_> {
        fn gradient(&mut self, theta: &[f64], out: &mut [f64]) {
            self.0.gradient(theta, out);
        }
    }
    let mut method = Momentum::new(smoothness, strong_convexity, parameters);
    let mut gradient = vec![0.0; parameters];
    objective.gradient(method.iterate(), &mut gradient);
    let target = 1e-14 * norm(&gradient);
    let block = (4.0 * (smoothness / strong_convexity).sqrt()).ceil() as usize + 1;
    let mut smallest = f64::INFINITY;
    let mut best = method.iterate().to_vec();
    loop {
        for _ in 0..block {
            method.step(&mut Free(objective));
        }
        objective.gradient(method.iterate(), &mut gradient);
        let size = norm(&gradient);
        if size < smallest {
            best.copy_from_slice(method.iterate());
        }
        // Over a block the gradient shrinks by e² at least, unless rounding has the upper hand.
        if size <= target || size.is_nan() || size > 0.9 * smallest {
            return best;
        }
        smallest = size;
    }
}

/// ‖x‖.
pub(crate) fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// The smallest eigenvalue of the Hessian at θ, if there is a Hessian: whether a reweighted sum is
/// still convex there.
pub fn smallest_curvature(objective: &dyn Objective, theta: &[f64]) -> Option<f64> {
    let mut hessian = vec![0.0; theta.len() * theta.len()];
    if !objective.hessian(theta, &mut hessian) {
        return None;
    }
    let eigenvalues = symmetric_eigenvalues(&hessian, theta.len()).ok()?;
    eigenvalues.first().copied()
}
