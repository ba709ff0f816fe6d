//! The objective ‖Xw − y‖²/(2n).

use harness_numerics::kernels::{Code, inlined, vectorised};
use harness_numerics::spectrum::{SpectrumError, symmetric_eigenvalues};

/// A matrix X of shape (n, p), row-major, and n targets y.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    columns: usize,
    matrix: Vec<f64>,
    targets: Vec<f64>,
}

impl LeastSquares {
    /// Fills X row by row, then y, with numbers from `draw`.
    pub fn filled(rows: usize, columns: usize, mut draw: impl FnMut() -> f64) -> Self {
        let mut numbers = |count| (0..count).map(|_| draw()).collect();
        Self {
            columns,
            matrix: numbers(rows * columns),
            targets: numbers(rows),
        }
    }

    /// The rows of X with their targets.
    pub fn rows(&self) -> impl Iterator<Item = (&[f64], f64)> {
        let rows = self.matrix.chunks_exact(self.columns.max(1));
        rows.zip(self.targets.iter().copied())
    }

    /// The matrix `XᵀX`, row-major, of shape (p, p).
    pub fn gram(&self) -> Vec<f64> {
        vectorised(Gram { problem: self })
    }

    /// The largest curvature ‖X‖₂²/n, to the digits that [`symmetric_eigenvalues`] gives.
    ///
    /// # Errors
    /// Entries that are not finite.
    pub fn smoothness(&self) -> Result<f64, SpectrumError> {
        let eigenvalues = symmetric_eigenvalues(&self.gram(), self.columns)?;
        let largest = eigenvalues.last().copied().unwrap_or(0.0);
        Ok(largest / self.targets.len() as f64)
    }

    /// The objective at `weights` (p entries); `gradient` (p entries) becomes Xᵀ(Xw − y)/n.
    pub fn value_and_gradient(&self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        vectorised(Sweep {
            problem: self,
            weights,
            gradient,
        })
    }
}

/// One pass over the rows for both products: each row is in the cache when it is needed again.
struct Sweep<'a> {
    problem: &'a LeastSquares,
    weights: &'a [f64],
    gradient: &'a mut [f64],
}

impl Code for Sweep<'_> {
    type Output = f64;

    #[expect(
        clippy::inline_always,
        reason = "must be inlined into what is compiled for wider vectors"
    )]
    #[inline(always)]
    fn call(self) -> f64 {
        self.gradient.fill(0.0);
        let mut squares = 0.0;
        for (row, target) in self.problem.rows() {
            let residual = inlined::dot(row, self.weights) - target;
            squares += residual * residual;
            inlined::axpy(residual, row, self.gradient);
        }
        let count = self.problem.targets.len() as f64;
        for entry in self.gradient.iter_mut() {
            *entry /= count;
        }
        squares / (2.0 * count)
    }
}

struct Gram<'a> {
    problem: &'a LeastSquares,
}

impl Code for Gram<'_> {
    type Output = Vec<f64>;

    #[expect(
        clippy::inline_always,
        reason = "must be inlined into what is compiled for wider vectors"
    )]
    #[inline(always)]
    fn call(self) -> Vec<f64> {
        let columns = self.problem.columns;
        let mut gram = vec![0.0; columns * columns];
        for (row, _) in self.problem.rows() {
            for (entry, line) in row.iter().zip(gram.chunks_exact_mut(columns.max(1))) {
                inlined::axpy(*entry, row, line);
            }
        }
        gram
    }
}
