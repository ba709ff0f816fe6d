//! Small problems with exact gradients.

use harness_numerics::kernels;

use crate::models::Model;

/// f(x) = ½‖x‖².
#[derive(Clone, Copy, Debug)]
pub struct Bowl {
    /// n.
    pub dimension: usize,
}

impl Model for Bowl {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn rows(&self) -> usize {
        1
    }

    fn add_gradient(&mut self, at: &[f64], _rows: &[u32], factor: f64, out: &mut [f64]) {
        kernels::axpy(factor, at, out);
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        0.5 * kernels::squared_norm(at)
    }
}

/// Three functions of three variables, fₚ(x) = ⟨aₚ, x⟩² + ¼‖x‖² with a₁ = (−3, 2, 2) and its
/// rotations; row p is fₚ (Beznosikov et al. 2020, Example 1).
#[derive(Clone, Copy, Debug)]
pub struct Counterexample;

impl Counterexample {
    fn direction(row: u32) -> [f64; 3] {
        let mut direction = [2.0; 3];
        direction[row as usize % 3] = -3.0;
        direction
    }
}

impl Model for Counterexample {
    fn dimension(&self) -> usize {
        3
    }

    fn rows(&self) -> usize {
        3
    }

    fn add_gradient(&mut self, at: &[f64], rows: &[u32], factor: f64, out: &mut [f64]) {
        let share = factor / rows.len() as f64;
        for row in rows {
            let direction = Self::direction(*row);
            let inner: f64 = direction.iter().zip(at).map(|(a, x)| a * x).sum();
            for ((out, a), x) in out.iter_mut().zip(direction).zip(at) {
                *out += share * (2.0 * inner * a + 0.5 * x);
            }
        }
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        let square = kernels::squared_norm(at);
        let values = (0..3).map(|row| {
            let direction = Self::direction(row);
            let inner: f64 = direction.iter().zip(at).map(|(a, x)| a * x).sum();
            inner * inner + 0.25 * square
        });
        values.sum::<f64>() / 3.0
    }
}
