//! Dense rows with a linear signal.

use harness_numerics::{kernels, random};
use rand_chacha::ChaCha8Rng;

use crate::models::LinearRegression;

/// Scales rows of `columns` entries to unit length.
pub fn unit_rows(matrix: &mut [f64], columns: usize) {
    for row in matrix.chunks_exact_mut(columns) {
        let length = kernels::squared_norm(row).sqrt();
        if length > 0.0 {
            for entry in row {
                *entry /= length;
            }
        }
    }
}

/// Normal rows scaled to unit length, b = A x + noise with x and the noise normal.
pub fn linear_regression(
    dimension: usize,
    rows: usize,
    noise: f64,
    regularisation: f64,
    random: &mut ChaCha8Rng,
) -> LinearRegression {
    let mut matrix: Vec<f64> = (0..rows * dimension)
        .map(|_| random::standard_normal(random))
        .collect();
    unit_rows(&mut matrix, dimension);
    let signal: Vec<f64> = (0..dimension)
        .map(|_| random::standard_normal(random))
        .collect();
    let mut targets = vec![0.0; rows];
    kernels::matrix_vector(&matrix, &signal, &mut targets);
    for target in &mut targets {
        *target += noise * random::standard_normal(random);
    }
    LinearRegression::new(matrix, targets, dimension, regularisation)
}
