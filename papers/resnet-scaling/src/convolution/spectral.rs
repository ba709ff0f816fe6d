//! The spectral norm of a convolution with periodic borders.
//!
//! Such an operator is block-diagonal in frequency: at each frequency the matrix of the kernels'
//! Fourier coefficients; its norm is the largest singular value over all of them.

use harness_numerics::spectrum::{self, SpectrumError};

use super::layers::SIDE;
use super::strided::Shape;

/// The norm of kernels (out channel, in channel, 3 × 3) on an 8 × 8 torus.
pub fn norm(kernel: &[f64], channels: usize) -> f64 {
    let mut largest = 0.0_f64;
    for row in 0..SIDE {
        // Real kernels: frequencies come in conjugate pairs with equal norms.
        for column in 0..=SIDE / 2 {
            largest = largest.max(at_frequency(kernel, channels, row, column));
        }
    }
    largest
}

/// The norm of the kernels of a convolution with stride 1 on the torus of its input's side.
///
/// # Errors
/// Weights that are not finite.
pub fn norm_of(kernel: &[f64], shape: Shape) -> Result<f64, SpectrumError> {
    let (outputs, inputs, side) = (shape.outputs, shape.inputs, shape.side);
    let angle = |turn: usize| -2.0 * std::f64::consts::PI * turn as f64 / side as f64;
    let waves: Vec<(f64, f64)> = (0..side).map(|turn| libm::sincos(angle(turn))).collect();
    // (Re −Im; Im Re) acts on (Re, Im) parts as the complex matrix does.
    let mut matrix = vec![0.0; 4 * outputs * inputs];
    let mut largest = 0.0_f64;
    for row in 0..side {
        for column in 0..=side / 2 {
            let entries = kernel.chunks_exact(shape.kernel * shape.kernel);
            for (entry, weights) in entries.enumerate() {
                let (mut real, mut imaginary) = (0.0, 0.0);
                for (offset, weight) in weights.iter().enumerate() {
                    let turn = row * (offset / shape.kernel) + column * (offset % shape.kernel);
                    let (sine, cosine) = waves[turn % side];
                    real += weight * cosine;
                    imaginary += weight * sine;
                }
                let (i, j) = (entry / inputs, entry % inputs);
                matrix[i * 2 * inputs + j] = real;
                matrix[i * 2 * inputs + inputs + j] = -imaginary;
                matrix[(outputs + i) * 2 * inputs + j] = imaginary;
                matrix[(outputs + i) * 2 * inputs + inputs + j] = real;
            }
            let norm = spectrum::largest_singular_value(&matrix, 2 * outputs, 2 * inputs)?;
            largest = largest.max(norm);
        }
    }
    Ok(largest)
}

/// The largest singular value of the complex matrix at one frequency: the root of the largest
/// eigenvalue of Mᴴ M as a real symmetric matrix of twice the order, by cyclic Jacobi rotations.
fn at_frequency(kernel: &[f64], channels: usize, row: usize, column: usize) -> f64 {
    let mut real = vec![0.0; channels * channels];
    let mut imaginary = real.clone();
    for (entry, weights) in kernel.chunks_exact(9).enumerate() {
        for (offset, weight) in weights.iter().enumerate() {
            let turns = (row * (offset / 3) + column * (offset % 3)) as f64 / SIDE as f64;
            let (sine, cosine) = libm::sincos(-2.0 * std::f64::consts::PI * turns);
            real[entry] += weight * cosine;
            imaginary[entry] += weight * sine;
        }
    }
    let order = 2 * channels;
    // (Re −Im; Im Re) acts on (Re, Im) parts as M does.
    let entry = |i: usize, j: usize| {
        let place = i % channels * channels + j % channels;
        match (i < channels, j < channels) {
            (true, false) => -imaginary[place],
            (false, true) => imaginary[place],
            _ => real[place],
        }
    };
    let mut gram = vec![0.0; order * order];
    for i in 0..order {
        for j in 0..order {
            gram[i * order + j] = (0..order).map(|k| entry(k, i) * entry(k, j)).sum();
        }
    }
    largest_eigenvalue(&mut gram, order).max(0.0).sqrt()
}

/// Of a symmetric matrix, which is destroyed.
fn largest_eigenvalue(matrix: &mut [f64], order: usize) -> f64 {
    for _ in 0..30 {
        let mut off = 0.0;
        let mut diagonal = 0.0;
        for i in 0..order {
            diagonal += matrix[i * order + i] * matrix[i * order + i];
            for j in 0..i {
                off += matrix[i * order + j] * matrix[i * order + j];
            }
        }
        if off <= 1e-28 * diagonal {
            break;
        }
        for p in 0..order {
            for q in p + 1..order {
                rotate(matrix, order, p, q);
            }
        }
    }
    (0..order)
        .map(|i| matrix[i * order + i])
        .fold(f64::NEG_INFINITY, f64::max)
}

/// Makes the entry (p, q) zero.
fn rotate(matrix: &mut [f64], order: usize, p: usize, q: usize) {
    let off = matrix[p * order + q];
    if off == 0.0 {
        return;
    }
    let theta = (matrix[q * order + q] - matrix[p * order + p]) / (2.0 * off);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for k in 0..order {
        let (a, b) = (matrix[k * order + p], matrix[k * order + q]);
        matrix[k * order + p] = cosine * a - sine * b;
        matrix[k * order + q] = sine * a + cosine * b;
    }
    for k in 0..order {
        let (a, b) = (matrix[p * order + k], matrix[q * order + k]);
        matrix[p * order + k] = cosine * a - sine * b;
        matrix[q * order + k] = sine * a + cosine * b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(channels: usize) -> Vec<f64> {
        (0..channels * channels * 9)
            .map(|k| libm::sin((k * k) as f64))
            .collect()
    }

    /// The operator itself on a torus, and its transpose.
    fn apply(kernel: &[f64], channels: usize, x: &[f64], transposed: bool) -> Vec<f64> {
        let mut out = vec![0.0; x.len()];
        for o in 0..channels {
            for c in 0..channels {
                for offset in 0..9 {
                    let weight = kernel[(o * channels + c) * 9 + offset];
                    for place in 0..64 {
                        let row = (place / 8 + offset / 3) % 8;
                        let column = (place % 8 + offset % 3) % 8;
                        let (to, from) = (o * 64 + place, c * 64 + row * 8 + column);
                        if transposed {
                            out[from] += weight * x[to];
                        } else {
                            out[to] += weight * x[from];
                        }
                    }
                }
            }
        }
        out
    }

    #[test]
    fn it_is_the_norm_of_the_operator_itself() {
        let channels = 3;
        let kernel = kernel(channels);
        let mut x: Vec<f64> = (0..channels * 64)
            .map(|k| libm::cos((3 * k * k) as f64))
            .collect();
        let mut norm_by_powers = 0.0;
        for _ in 0..3000 {
            let image = apply(&kernel, channels, &x, false);
            norm_by_powers = image.iter().map(|v| v * v).sum::<f64>().sqrt();
            x = apply(&kernel, channels, &image, true);
            let size = x.iter().map(|v| v * v).sum::<f64>().sqrt();
            for v in &mut x {
                *v /= size;
            }
        }
        let found = norm(&kernel, channels);
        assert!(
            (found / norm_by_powers - 1.0).abs() < 1e-9,
            "{found} {norm_by_powers}"
        );
    }

    #[test]
    fn both_routines_agree_and_one_takes_other_shapes() {
        let shape = |inputs, outputs, side| Shape {
            inputs,
            outputs,
            side,
            kernel: 3,
            stride: 1,
        };
        let square = kernel(4);
        let found = norm_of(&square, shape(4, 4, 8)).expect("finite weights");
        assert!((found / norm(&square, 4) - 1.0).abs() < 1e-8);
        // One channel spread to two: the norms of both kernels at the best common frequency,
        // which for positive kernels is 0.
        let mut spread = vec![0.25; 18];
        spread[9..].fill(0.5);
        let found = norm_of(&spread, shape(1, 2, 32)).expect("finite weights");
        let exact = (2.25_f64 * 2.25 + 4.5 * 4.5).sqrt();
        assert!((found - exact).abs() < 1e-8, "{found}");
        spread[3] = f64::NAN;
        assert!(norm_of(&spread, shape(1, 2, 32)).is_err());
    }

    #[test]
    fn a_shift_has_norm_one_and_an_averaging_kernel_its_sum() {
        let mut shift = vec![0.0; 9];
        shift[2] = -1.0;
        assert!((norm(&shift, 1) - 1.0).abs() < 1e-12);
        assert!((norm(&[0.25; 9], 1) - 2.25).abs() < 1e-12);
    }
}
