//! Logistic regression on sparse rows.

use harness_numerics::{elementary, kernels};

use super::Model;
use crate::data::Csr;
use crate::reference::Curved;

/// f(x) = (1/m) Σ ln(1 + e^(−y aᵀx)) + (λ/2)‖x‖².
#[derive(Clone, Debug)]
pub struct SparseLogistic {
    /// The rows a.
    pub features: Csr,
    /// The labels y, each −1 or +1.
    pub labels: Vec<f64>,
    /// λ.
    pub regularisation: f64,
    margins: Vec<f64>,
}

impl SparseLogistic {
    /// With λ = 1/m.
    pub fn new(features: Csr, labels: Vec<f64>) -> Self {
        let regularisation = 1.0 / labels.len() as f64;
        Self {
            features,
            labels,
            regularisation,
            margins: Vec::new(),
        }
    }

    /// −y σ(−y z): the derivative of ln(1 + e^(−y z)) by z.
    pub fn slope(&self, row: usize, inner: f64) -> f64 {
        let label = self.labels[row];
        -label * elementary::sigmoid(-label * inner)
    }

    /// The share of rows on whose side of 0 their label is; 0 itself counts as +1.
    pub fn accuracy(&self, at: &[f64]) -> f64 {
        let right = (0..self.labels.len())
            .filter(|row| (self.features.dot(*row, at) >= 0.0) == (self.labels[*row] > 0.0));
        right.count() as f64 / self.labels.len() as f64
    }

    fn inner_products(&mut self, at: &[f64]) {
        let count = self.labels.len();
        self.margins.clear();
        let products = (0..count).map(|row| self.features.dot(row, at));
        self.margins.extend(products);
    }
}

impl Model for SparseLogistic {
    fn dimension(&self) -> usize {
        self.features.columns
    }

    fn rows(&self) -> usize {
        self.labels.len()
    }

    fn add_gradient(&mut self, at: &[f64], rows: &[u32], factor: f64, out: &mut [f64]) {
        kernels::axpy(factor * self.regularisation, at, out);
        let share = factor / rows.len() as f64;
        for row in rows {
            let row = *row as usize;
            let slope = self.slope(row, self.features.dot(row, at));
            self.features.add_row(row, share * slope, out);
        }
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        self.inner_products(at);
        for (margin, label) in self.margins.iter_mut().zip(&self.labels) {
            *margin *= -label;
        }
        elementary::softplus_in_place(&mut self.margins);
        let sum: f64 = self.margins.iter().sum();
        sum / self.labels.len() as f64 + 0.5 * self.regularisation * kernels::squared_norm(at)
    }
}

impl Curved for SparseLogistic {
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        kernels::axpy(self.regularisation, at, out);
        self.inner_products(at);
        let share = 1.0 / self.labels.len() as f64;
        for row in 0..self.labels.len() {
            let slope = self.slope(row, self.margins[row]);
            self.features.add_row(row, share * slope, out);
        }
    }

    fn weights(&mut self, at: &[f64], weights: &mut Vec<f64>) {
        self.inner_products(at);
        let share = 1.0 / self.labels.len() as f64;
        weights.clear();
        // The second derivative of ln(1 + e^z) is σ(z)(1 − σ(z)).
        weights.extend(self.margins.iter().map(|z| {
            let p = elementary::sigmoid(*z);
            share * p * (1.0 - p)
        }));
    }

    fn hessian_product(&self, weights: &[f64], direction: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        kernels::axpy(self.regularisation, direction, out);
        for (row, weight) in weights.iter().enumerate() {
            let product = self.features.dot(row, direction);
            self.features.add_row(row, weight * product, out);
        }
    }
}
