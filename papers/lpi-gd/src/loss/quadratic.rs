//! Quadratics whose linear term depends on the data: everything has a closed form.

use super::field::Field;
use super::{Loss, Objective, Reference};
use crate::points::Points;

/// f(x; θ) = ½ Σ λ_j θ_j² − ⟨b(x), θ⟩ with b_j(x) = √λ_j (1 + ½ ψ_j(x)).
#[derive(Clone, Debug)]
pub struct Quadratic {
    eigenvalues: Vec<f64>,
    field: Field,
}

impl Quadratic {
    /// Eigenvalues spaced evenly in the logarithm from 1/σ to 1, so L = 1 and μ = 1/σ.
    pub fn log_spaced(condition_number: f64, field: Field) -> Self {
        let last = (field.components() - 1) as f64;
        let eigenvalue = |j: usize| libm::pow(condition_number, j as f64 / last - 1.0);
        Self {
            eigenvalues: (0..field.components()).map(eigenvalue).collect(),
            field,
        }
    }

    /// λ: p eigenvalues, increasing.
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// ψ.
    pub const fn field(&self) -> &Field {
        &self.field
    }

    /// Σ w_i b(x_i) from Σ w_i and Σ w_i ψ(x_i).
    fn linear_term(&self, weight: f64, field: &[f64]) -> Vec<f64> {
        let terms = self.eigenvalues.iter().zip(field);
        terms
            .map(|(lambda, psi)| lambda.sqrt() * (weight + 0.5 * psi))
            .collect()
    }
}

impl Loss for Quadratic {
    fn parameters(&self) -> usize {
        self.eigenvalues.len()
    }

    fn smoothness(&self) -> f64 {
        self.eigenvalues.iter().copied().fold(0.0, f64::max)
    }

    fn strong_convexity(&self) -> f64 {
        self.eigenvalues
            .iter()
            .copied()
            .fold(f64::INFINITY, f64::min)
    }

    fn value(&self, x: &[f64], theta: &[f64]) -> f64 {
        let mut field = vec![0.0; theta.len()];
        self.field.evaluate(x, &mut field);
        let linear = self.linear_term(1.0, &field);
        let terms = self.eigenvalues.iter().zip(theta).zip(&linear);
        terms
            .map(|((lambda, t), b)| 0.5 * lambda * t * t - b * t)
            .sum()
    }

    fn gradient(&self, x: &[f64], theta: &[f64], out: &mut [f64]) {
        let mut field = vec![0.0; theta.len()];
        self.field.evaluate(x, &mut field);
        let linear = self.linear_term(1.0, &field);
        for (j, out) in out.iter_mut().enumerate() {
            *out = self.eigenvalues[j] * theta[j] - linear[j];
        }
    }

    /// The sum is again a quadratic, found once; its gradient still counts every term.
    fn sum<'a>(&'a self, points: &Points, weights: &[f64]) -> Box<dyn Objective + 'a> {
        Box::new(self.quadratic_sum(points, weights))
    }
}

impl Quadratic {
    /// [`Loss::sum`] with its closed forms at hand.
    pub fn quadratic_sum(&self, points: &Points, weights: &[f64]) -> QuadraticSum<'_> {
        let weight = weights.iter().sum();
        let linear = self.linear_term(weight, &self.field.weighted_sum(points, weights));
        QuadraticSum {
            loss: self,
            weight,
            linear,
            terms: points.len() as u64,
        }
    }
}

/// Σ w_i f(x_i; θ) = ½ (Σ w_i) Σ λ_j θ_j² − ⟨Σ w_i b(x_i), θ⟩.
#[derive(Clone, Debug)]
pub struct QuadraticSum<'a> {
    loss: &'a Quadratic,
    weight: f64,
    linear: Vec<f64>,
    terms: u64,
}

impl QuadraticSum<'_> {
    /// The minimiser and the minimum.
    pub fn minimum(&self) -> Reference {
        let ratio = |(lambda, b): (&f64, &f64)| b / (self.weight * lambda);
        let point: Vec<f64> = self
            .loss
            .eigenvalues
            .iter()
            .zip(&self.linear)
            .map(ratio)
            .collect();
        let value = self.value(&point);
        Reference { point, value }
    }

    /// Σ w_i b(x_i): b̄.
    pub fn linear(&self) -> &[f64] {
        &self.linear
    }
}

impl Objective for QuadraticSum<'_> {
    fn terms(&self) -> u64 {
        self.terms
    }

    fn value(&self, theta: &[f64]) -> f64 {
        let terms = self.loss.eigenvalues.iter().zip(theta).zip(&self.linear);
        terms
            .map(|((lambda, t), b)| 0.5 * self.weight * lambda * t * t - b * t)
            .sum()
    }

    fn gradient(&self, theta: &[f64], out: &mut [f64]) {
        let terms = self.loss.eigenvalues.iter().zip(theta).zip(&self.linear);
        for (out, ((lambda, t), b)) in out.iter_mut().zip(terms) {
            *out = self.weight * lambda * t - b;
        }
    }

    fn hessian(&self, _theta: &[f64], out: &mut [f64]) -> bool {
        out.fill(0.0);
        for (j, lambda) in self.loss.eigenvalues.iter().enumerate() {
            out[j * (self.linear.len() + 1)] = self.weight * lambda;
        }
        true
    }

    /// ½ Σ λ_j (θ_j − θ*_j)², free of cancellation.
    fn excess(&self, theta: &[f64], minimum: &Reference) -> f64 {
        let mut sum = 0.0;
        for ((lambda, t), best) in self.loss.eigenvalues.iter().zip(theta).zip(&minimum.point) {
            sum += lambda * (t - best) * (t - best);
        }
        0.5 * self.weight * sum
    }
}
