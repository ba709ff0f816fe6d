//! Exact minima of smooth, strongly convex objectives: Newton's method with conjugate gradients.

use harness_numerics::kernels;

use crate::models::Model;

/// An objective with a Hessian of the form Aᵀ diag(weights) A + λI.
pub trait Curved: Model {
    /// out ← ∇f(at).
    fn gradient(&mut self, at: &[f64], out: &mut [f64]);

    /// The weights at a point.
    fn weights(&mut self, at: &[f64], weights: &mut Vec<f64>);

    /// out ← ∇²f · direction, for weights of some point.
    fn hessian_product(&self, weights: &[f64], direction: &[f64], out: &mut [f64]);
}

/// A minimiser with its value.
#[derive(Clone, Debug)]
pub struct Minimum {
    /// x*.
    pub point: Vec<f64>,
    /// f*.
    pub value: f64,
    /// ‖∇f(x*)‖ as reached.
    pub gradient_norm: f64,
}

/// Minimises until ‖∇f‖ ≤ `tolerance`, or until rounding stops all progress.
pub fn minimise(model: &mut impl Curved, tolerance: f64) -> Minimum {
    const NEWTON_STEPS: usize = 60;
    let dimension = model.dimension();
    let mut point = vec![0.0; dimension];
    let mut value = model.value(&point);
    let mut gradient = vec![0.0; dimension];
    let mut weights = Vec::new();
    let mut trial = vec![0.0; dimension];
    model.gradient(&point, &mut gradient);
    for _ in 0..NEWTON_STEPS {
        let length = norm(&gradient);
        if length <= tolerance {
            break;
        }
        model.weights(&point, &mut weights);
        // Superlinear convergence needs an accuracy that grows with it.
        let accuracy = length * length.sqrt().min(0.1);
        let direction = solve(
            |direction, out| model.hessian_product(&weights, direction, out),
            &gradient,
            accuracy.max(0.1 * tolerance),
        );
        let descent = kernels::dot(&gradient, &direction);
        let mut scale = 1.0;
        loop {
            trial.copy_from_slice(&point);
            kernels::axpy(-scale, &direction, &mut trial);
            let next = model.value(&trial);
            // Rounding of f hides the last steps of Newton's method.
            if next <= value - 1e-4 * scale * descent + 1e-15 * value.abs() {
                value = next;
                break;
            }
            scale *= 0.5;
            if scale < 1e-10 {
                return finish(model, point, &gradient);
            }
        }
        point.copy_from_slice(&trial);
        model.gradient(&point, &mut gradient);
    }
    finish(model, point, &gradient)
}

fn finish(model: &mut impl Curved, point: Vec<f64>, gradient: &[f64]) -> Minimum {
    Minimum {
        value: model.value(&point),
        gradient_norm: norm(gradient),
        point,
    }
}

/// Conjugate gradients for a positive definite operator, from 0 until the residual is at most
/// `accuracy` long.
pub fn solve(operator: impl Fn(&[f64], &mut [f64]), target: &[f64], accuracy: f64) -> Vec<f64> {
    const STEPS: usize = 2000;
    let mut solution = vec![0.0; target.len()];
    let mut residual = target.to_vec();
    let mut direction = target.to_vec();
    let mut image = vec![0.0; target.len()];
    let mut square = kernels::squared_norm(&residual);
    for _ in 0..STEPS {
        if square.sqrt() <= accuracy {
            break;
        }
        operator(&direction, &mut image);
        let step = square / kernels::dot(&direction, &image);
        kernels::axpy(step, &direction, &mut solution);
        kernels::axpy(-step, &image, &mut residual);
        let next = kernels::squared_norm(&residual);
        let ratio = next / square;
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + ratio * *direction;
        }
        square = next;
    }
    solution
}

fn norm(vector: &[f64]) -> f64 {
    kernels::squared_norm(vector).sqrt()
}
