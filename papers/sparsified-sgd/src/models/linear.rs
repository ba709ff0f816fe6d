//! Linear regression with dense rows.

use harness_numerics::kernels::{self, Code, inlined, vectorised};

use super::Model;
use crate::reference::{self, Minimum};

/// f(x) = (1/2m)‖Ax − b‖² + (λ/2)‖x‖².
#[derive(Clone, Debug)]
pub struct LinearRegression {
    /// A, row by row.
    pub matrix: Vec<f64>,
    /// b.
    pub targets: Vec<f64>,
    /// λ.
    pub regularisation: f64,
    dimension: usize,
    products: Vec<f64>,
}

impl LinearRegression {
    /// With rows of `dimension` entries.
    pub fn new(matrix: Vec<f64>, targets: Vec<f64>, dimension: usize, regularisation: f64) -> Self {
        Self {
            products: vec![0.0; targets.len()],
            matrix,
            targets,
            regularisation,
            dimension,
        }
    }

    /// One row of A.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.matrix[index * self.dimension..(index + 1) * self.dimension]
    }

    /// The minimum, up to ‖∇f‖ ≤ 1e-13.
    pub fn minimum(&mut self) -> Minimum {
        let count = self.targets.len();
        let share = 1.0 / count as f64;
        let mut target = vec![0.0; self.dimension];
        kernels::transposed_vector(&self.matrix, &self.targets, &mut target);
        for entry in &mut target {
            *entry *= share;
        }
        let operator = |direction: &[f64], out: &mut [f64]| {
            let mut products = vec![0.0; count];
            kernels::matrix_vector(&self.matrix, direction, &mut products);
            kernels::transposed_vector(&self.matrix, &products, out);
            for (out, direction) in out.iter_mut().zip(direction) {
                *out = *out * share + self.regularisation * direction;
            }
        };
        let mut point = reference::solve(operator, &target, 1e-13);
        // What rounding left of the residual is solved for once more.
        let mut image = vec![0.0; self.dimension];
        operator(&point, &mut image);
        let rest: Vec<f64> = target.iter().zip(&image).map(|(t, i)| t - i).collect();
        let correction = reference::solve(operator, &rest, 1e-17);
        kernels::axpy(1.0, &correction, &mut point);
        operator(&point, &mut image);
        let rest: Vec<f64> = target.iter().zip(&image).map(|(t, i)| t - i).collect();
        Minimum {
            value: self.value(&point),
            gradient_norm: kernels::squared_norm(&rest).sqrt(),
            point,
        }
    }

    /// AᵀA/m, row by row.
    pub fn second_moments(&self) -> Vec<f64> {
        let n = self.dimension;
        let mut moments = vec![0.0; n * n];
        for row in self.matrix.chunks_exact(n) {
            for (entry, out) in row.iter().zip(moments.chunks_exact_mut(n)) {
                kernels::axpy(*entry, row, out);
            }
        }
        let share = 1.0 / self.targets.len() as f64;
        for entry in &mut moments {
            *entry *= share;
        }
        moments
    }

    /// E‖G̃(x)‖² exactly, where every node draws one row of its part: ‖ḡ‖² + (1/P²) Σₚ (E‖G^p‖² −
    /// ‖ḡₚ‖²) with ḡₚ the mean gradient of part p and ḡ that of the parts' means.
    pub fn second_moment_of_gradient(&self, at: &[f64], parts: &[Vec<u32>]) -> f64 {
        let nodes = parts.len() as f64;
        let mut mean = vec![0.0; self.dimension];
        let mut variance = 0.0;
        for part in parts {
            let share = 1.0 / part.len() as f64;
            let mut local = vec![0.0; self.dimension];
            let mut square = 0.0;
            for row in part {
                let row = *row as usize;
                let mut gradient: Vec<f64> = at.iter().map(|x| self.regularisation * x).collect();
                let residual = kernels::dot(self.row(row), at) - self.targets[row];
                kernels::axpy(residual, self.row(row), &mut gradient);
                kernels::axpy(share, &gradient, &mut local);
                square += share * kernels::squared_norm(&gradient);
            }
            variance += square - kernels::squared_norm(&local);
            kernels::axpy(1.0 / nodes, &local, &mut mean);
        }
        kernels::squared_norm(&mean) + variance / (nodes * nodes)
    }
}

impl Model for LinearRegression {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn rows(&self) -> usize {
        self.targets.len()
    }

    fn add_gradient(&mut self, at: &[f64], rows: &[u32], factor: f64, out: &mut [f64]) {
        vectorised(AddGradient {
            model: self,
            at,
            rows,
            factor,
            out,
        });
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        kernels::matrix_vector(&self.matrix, at, &mut self.products);
        for (product, target) in self.products.iter_mut().zip(&self.targets) {
            *product -= target;
        }
        let square = kernels::squared_norm(&self.products);
        0.5 * square / self.targets.len() as f64
            + 0.5 * self.regularisation * kernels::squared_norm(at)
    }
}

/// A batch's gradient, compiled as one for the widest vectors.
struct AddGradient<'a> {
    model: &'a LinearRegression,
    at: &'a [f64],
    rows: &'a [u32],
    factor: f64,
    out: &'a mut [f64],
}

impl Code for AddGradient<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "must be inlined into code that is compiled for wider vectors"
    )]
    #[inline(always)]
    fn call(self) {
        let model = self.model;
        inlined::axpy(self.factor * model.regularisation, self.at, self.out);
        let share = self.factor / self.rows.len() as f64;
        for row in self.rows {
            let index = *row as usize;
            let row = &model.matrix[index * model.dimension..(index + 1) * model.dimension];
            let residual = inlined::dot(row, self.at) - model.targets[index];
            inlined::axpy(share * residual, row, self.out);
        }
    }
}
