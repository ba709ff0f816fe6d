//! Synthetic data whose answers are known.

use harness_numerics::dense::{cholesky, solve_lower};
use harness_numerics::kernels;
use harness_numerics::random::{standard_normal, uniform};
use rand::Rng;

use crate::points::Points;

/// The support vectors of [`asymmetric`]: ŵ = (½, ½), γ = √2, α = (0.1, 0.4).
const ASYMMETRIC_SUPPORT: [[f64; 2]; 2] = [[-1.0, 3.0], [1.5, 0.5]];

/// Along and across the diagonal: (u − v, u + v).
const fn diagonal(u: f64, v: f64) -> [f64; 2] {
    [u - v, u + v]
}

/// A fixed case of [`asymmetric`], for exact comparisons. σ = 8.0809256697.
pub fn asymmetric_fixed() -> Points {
    let rest = [
        [2.5, 1.5],
        [1.8, 2.4],
        [2.3, 2.1],
        [2.2, 2.4],
        [2.7, 2.1],
        [2.0, 3.0],
    ];
    Points::planar(&[&ASYMMETRIC_SUPPORT[..], &rest].concat())
}

/// Two support vectors at unequal distances from the separator's foot, and six random points
/// beyond: M = I, so the residual vanishes as fast as it can, and b ≠ 0 is known exactly.
pub fn asymmetric(generator: &mut impl Rng) -> Points {
    let mut rows = ASYMMETRIC_SUPPORT.to_vec();
    for _ in 0..6 {
        let u = uniform(generator, 2.0, 2.5);
        rows.push(diagonal(u, uniform(generator, -0.5, 0.5)));
    }
    Points::planar(&rows)
}

/// [`asymmetric`] with two points that no vector can separate from it.
pub fn non_separable(generator: &mut impl Rng) -> Points {
    let mut values = asymmetric(generator).values().to_vec();
    values.extend([-1.5, -0.5, 1.0, -3.0]);
    Points::new(2, values)
}

/// The published figure's data: four support vectors, which absorbing the labels makes two double
/// ones, and twelve random points beyond. ŵ = (½, ½), b = 0 by symmetry.
pub fn symmetric(generator: &mut impl Rng) -> Points {
    let mut rows = vec![[0.5, 1.5], [0.5, 1.5], [1.5, 0.5], [1.5, 0.5]];
    for _ in 0..12 {
        let u = uniform(generator, 1.2, 3.0);
        rows.push(diagonal(u, uniform(generator, -0.5, 0.5)));
    }
    Points::planar(&rows)
}

/// [`symmetric`] with the second coordinate twenty times as large: ŵ = (1.5, 10)/102.25.
pub fn stretched(generator: &mut impl Rng) -> Points {
    let mut values = symmetric(generator).values().to_vec();
    for row in values.chunks_exact_mut(2) {
        row[1] *= 20.0;
    }
    Points::new(2, values)
}

/// Two points that pull the second weight in opposite ways: ŵ = (1, 0), α = (1/3, 2/3).
pub fn conflicting() -> Points {
    Points::planar(&[[1.0, 4.0], [1.0, -2.0]])
}

/// A support vector without multiplier: the case that "almost all data sets" leaves out.
pub fn degenerate() -> Points {
    Points::planar(&[[1.0, 0.0], [1.0, 1.0]])
}

/// Points of any dimension d with planted optimality conditions: ŵ is a random unit vector e and
/// γ = 1; d support vectors e + P zₙ span the space, with multipliers αₙ that sum to 1, Σ αₙzₙ = 0
/// and Σ αₙzₙzₙᵀ = I, so M = I. The other rows lie beyond, at u e + P·N(0, ¼I), u in [2, 2.5).
/// Needs 2 ≤ d ≤ count.
pub fn planted(dimension: usize, count: usize, generator: &mut impl Rng) -> Points {
    let basis = random_basis(dimension, generator);
    let (normal, plane) = basis.split_at(dimension);
    let width = dimension - 1;
    let weights: Vec<f64> = (0..dimension)
        .map(|_| uniform(generator, 0.5, 1.5))
        .collect();
    let sum: f64 = weights.iter().sum();
    let multipliers: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
    let mut offsets: Vec<f64> = (0..width * width)
        .map(|_| standard_normal(generator))
        .collect();
    offsets.resize(width * dimension, 0.0);
    let (free, last) = offsets.split_at_mut(width * width);
    for (offset, multiplier) in free.chunks_exact(width).zip(&multipliers) {
        kernels::axpy(-multiplier / multipliers[width], offset, last);
    }
    whiten(&mut offsets, &multipliers, width);
    let mut values = Vec::with_capacity(count * dimension);
    let mut place = |along: f64, across: &[f64]| {
        let mut row: Vec<f64> = normal.iter().map(|entry| along * entry).collect();
        for (height, direction) in across.iter().zip(plane.chunks_exact(dimension)) {
            kernels::axpy(*height, direction, &mut row);
        }
        values.extend(row);
    };
    for offset in offsets.chunks_exact(width) {
        place(1.0, offset);
    }
    for _ in dimension..count {
        let along = uniform(generator, 2.0, 2.5);
        let across: Vec<f64> = (0..width)
            .map(|_| 0.5 * standard_normal(generator))
            .collect();
        place(along, &across);
    }
    Points::new(dimension, values)
}

/// The rows of an orthogonal matrix, one after another: Gram–Schmidt on normal vectors, twice.
fn random_basis(dimension: usize, generator: &mut impl Rng) -> Vec<f64> {
    let mut basis: Vec<f64> = Vec::with_capacity(dimension * dimension);
    while basis.len() < dimension * dimension {
        let mut row: Vec<f64> = (0..dimension).map(|_| standard_normal(generator)).collect();
        for _ in 0..2 {
            for known in basis.chunks_exact(dimension) {
                kernels::axpy(-kernels::dot(known, &row), known, &mut row);
            }
            let length = kernels::squared_norm(&row).sqrt();
            for entry in &mut row {
                *entry /= length;
            }
        }
        basis.extend(row);
    }
    basis
}

/// Makes Σ αₙzₙzₙᵀ the identity. Almost surely possible for normal offsets.
fn whiten(offsets: &mut [f64], multipliers: &[f64], width: usize) {
    let mut covariance = vec![0.0; width * width];
    for (offset, multiplier) in offsets.chunks_exact(width).zip(multipliers) {
        for (place, line) in covariance.chunks_exact_mut(width).enumerate() {
            kernels::axpy(multiplier * offset[place], offset, line);
        }
    }
    if let Some(factor) = cholesky(&covariance, width) {
        for offset in offsets.chunks_exact_mut(width) {
            solve_lower(&factor, offset);
        }
    }
}
