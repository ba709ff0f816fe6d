//! Logistic regression with a regulariser that is not convex.

use harness_numerics::{elementary, kernels};

use super::Model;

/// f(x) = (1/m) Σ ln(1 + e^(−y aᵀx)) + μ Σⱼ xⱼ²/(1 + xⱼ²) with rows of unit length.
#[derive(Clone, Debug)]
pub struct NonconvexLogistic {
    /// The rows a, one after another.
    pub matrix: Vec<f64>,
    /// The labels y, each −1 or +1.
    pub labels: Vec<f64>,
    /// μ.
    pub regularisation: f64,
    dimension: usize,
    products: Vec<f64>,
}

impl NonconvexLogistic {
    /// With rows of `dimension` entries.
    pub fn new(matrix: Vec<f64>, labels: Vec<f64>, dimension: usize, regularisation: f64) -> Self {
        Self {
            products: vec![0.0; labels.len()],
            matrix,
            labels,
            regularisation,
            dimension,
        }
    }

    /// ‖∇f(at)‖².
    pub fn squared_gradient(&mut self, at: &[f64], gradient: &mut Vec<f64>) -> f64 {
        gradient.clear();
        gradient.resize(self.dimension, 0.0);
        kernels::matrix_vector(&self.matrix, at, &mut self.products);
        for (product, label) in self.products.iter_mut().zip(&self.labels) {
            *product *= -label;
        }
        elementary::sigmoid_in_place(&mut self.products);
        let share = 1.0 / self.labels.len() as f64;
        for (product, label) in self.products.iter_mut().zip(&self.labels) {
            *product *= -label * share;
        }
        kernels::transposed_vector(&self.matrix, &self.products, gradient);
        self.add_regulariser(at, 1.0, gradient);
        kernels::squared_norm(gradient)
    }

    fn add_regulariser(&self, at: &[f64], factor: f64, out: &mut [f64]) {
        for (out, x) in out.iter_mut().zip(at) {
            let denominator = 1.0 + x * x;
            *out += factor * self.regularisation * (2.0 * x / (denominator * denominator));
        }
    }

    fn row(&self, index: usize) -> &[f64] {
        &self.matrix[index * self.dimension..(index + 1) * self.dimension]
    }
}

impl Model for NonconvexLogistic {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn rows(&self) -> usize {
        self.labels.len()
    }

    fn add_gradient(&mut self, at: &[f64], rows: &[u32], factor: f64, out: &mut [f64]) {
        self.add_regulariser(at, factor, out);
        let share = factor / rows.len() as f64;
        for row in rows {
            let index = *row as usize;
            let label = self.labels[index];
            let inner = kernels::dot(self.row(index), at);
            let slope = -label * elementary::sigmoid(-label * inner);
            kernels::axpy(share * slope, self.row(index), out);
        }
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        kernels::matrix_vector(&self.matrix, at, &mut self.products);
        for (product, label) in self.products.iter_mut().zip(&self.labels) {
            *product *= -label;
        }
        elementary::softplus_in_place(&mut self.products);
        let loss: f64 = self.products.iter().sum();
        let penalty: f64 = at.iter().map(|x| x * x / (1.0 + x * x)).sum();
        loss / self.labels.len() as f64 + self.regularisation * penalty
    }
}
