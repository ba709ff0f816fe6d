//! Smooth weights: the neural ODE, the alternative ODE, and what lies off the line α + β = 1.
//!
//! hₖ₊₁ = hₖ + L^(−α) σ(L^(−β) (Ā(k/L) hₖ + b̄(k/L))) with Āₜ = M₀ + sin(2πt) M₁ and
//! b̄ₜ = v₀ + cos(2πt) v₁.

use rand::Rng;

use crate::activation::ActivationName;
use crate::random::normals;

/// Smooth coefficients of some dimension, and a start.
#[derive(Clone, Debug)]
pub struct Coefficients {
    matrices: [Vec<f64>; 2],
    vectors: [Vec<f64>; 2],
    /// x.
    pub start: Vec<f64>,
}

impl Coefficients {
    /// Entries of M₀, M₁ from N(0, 1/d), of v₀, v₁ from N(0, 1/4), of x from N(0, 1).
    pub fn draw(dimension: usize, rng: &mut impl Rng) -> Self {
        let d = dimension;
        let of_matrix = (1.0 / d as f64).sqrt();
        Self {
            matrices: [
                normals(rng, of_matrix, d * d),
                normals(rng, of_matrix, d * d),
            ],
            vectors: [normals(rng, 0.5, d), normals(rng, 0.5, d)],
            start: normals(rng, 1.0, d),
        }
    }

    /// No drift at all.
    #[cfg(test)]
    pub(super) fn still(start: Vec<f64>) -> Self {
        let d = start.len();
        Self {
            matrices: [vec![0.0; d * d], vec![0.0; d * d]],
            vectors: [vec![0.0; d], vec![0.0; d]],
            start,
        }
    }

    /// Āₜ row by row, then b̄ₜ.
    pub fn at(&self, time: f64) -> Vec<f64> {
        let (sine, cosine) = libm::sincos(2.0 * std::f64::consts::PI * time);
        let mix = |parts: &[Vec<f64>; 2], factor: f64| -> Vec<f64> {
            let pairs = parts[0].iter().zip(&parts[1]);
            pairs.map(|(a, b)| a + factor * b).collect()
        };
        let mut both = mix(&self.matrices, sine);
        both.extend(mix(&self.vectors, cosine));
        both
    }

    /// Number of coordinates.
    pub const fn dimension(&self) -> usize {
        self.start.len()
    }
}

/// A h + b for (A, b) as one slice.
pub fn affine(both: &[f64], h: &[f64], out: &mut [f64]) {
    let d = h.len();
    let (matrix, vector) = both.split_at(d * d);
    for (i, out) in out.iter_mut().enumerate() {
        let row = matrix[i * d..][..d].iter().zip(h);
        *out = row.fold(vector[i], |sum, (a, h)| sum + a * h);
    }
}

/// `h_L` for the exponents (α, β).
pub fn network(
    coefficients: &Coefficients,
    activation: ActivationName,
    (alpha, beta): (f64, f64),
    depth: usize,
) -> Vec<f64> {
    let outer = libm::pow(depth as f64, -alpha);
    let inner = libm::pow(depth as f64, -beta);
    let mut h = coefficients.start.clone();
    let mut drive = vec![0.0; h.len()];
    for layer in 0..depth {
        affine(
            &coefficients.at(layer as f64 / depth as f64),
            &h,
            &mut drive,
        );
        for (h, drive) in h.iter_mut().zip(&drive) {
            *h += outer * activation.value(inner * drive);
        }
    }
    h
}

/// H₁ of H′ = f(Āₜ H + b̄ₜ) by the classical Runge–Kutta method of order four.
pub fn ordinary(coefficients: &Coefficients, steps: usize, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let d = coefficients.dimension();
    let size = 1.0 / steps as f64;
    let mut h = coefficients.start.clone();
    let mut slopes = [vec![0.0; d], vec![0.0; d], vec![0.0; d], vec![0.0; d]];
    let mut place = vec![0.0; d];
    for step in 0..steps {
        let time = step as f64 * size;
        let times = [time, time + 0.5 * size, time + size];
        let weights = times.map(|time| coefficients.at(time));
        for stage in 0..4 {
            let reach = [0.0, 0.5, 0.5, 1.0][stage] * size;
            for i in 0..d {
                let before = if stage == 0 {
                    0.0
                } else {
                    slopes[stage - 1][i]
                };
                place[i] = h[i] + reach * before;
            }
            affine(&weights[[0, 1, 1, 2][stage]], &place, &mut slopes[stage]);
            for slope in &mut slopes[stage] {
                *slope = f(*slope);
            }
        }
        for i in 0..d {
            let sum = slopes[0][i] + 2.0 * slopes[1][i] + 2.0 * slopes[2][i] + slopes[3][i];
            h[i] += size / 6.0 * sum;
        }
    }
    h
}

/// Euclidean distance.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn coefficients() -> Coefficients {
        Coefficients::draw(4, &mut rand_chacha::ChaCha8Rng::seed_from_u64(6))
    }

    #[test]
    fn constant_rotation_has_its_closed_form() {
        let rotation = Coefficients {
            matrices: [vec![0.0, -0.8, 0.8, 0.0], vec![0.0; 4]],
            vectors: [vec![0.0; 2], vec![0.0; 2]],
            start: vec![1.0, 0.0],
        };
        let h = ordinary(&rotation, 50, |u| u);
        let angle = 0.8;
        assert!(distance(&h, &[libm::cos(angle), libm::sin(angle)]) < 1e-8);
    }

    #[test]
    fn runge_kutta_has_order_four() {
        let fine = ordinary(&coefficients(), 3200, |u| ActivationName::Tanh.value(u));
        let error = |steps| {
            distance(
                &ordinary(&coefficients(), steps, |u| ActivationName::Tanh.value(u)),
                &fine,
            )
        };
        let order = libm::log2(error(50) / error(100));
        assert!((order - 4.0).abs() < 0.3, "{order}");
    }

    #[test]
    fn the_limit_is_linear_between_the_neural_equation_and_nothing() {
        let linear = ordinary(&coefficients(), 400, |u| u);
        let neural = ordinary(&coefficients(), 400, |u| ActivationName::Tanh.value(u));
        let at = |alpha, beta| network(&coefficients(), ActivationName::Tanh, (alpha, beta), 4096);
        assert!(distance(&at(0.5, 0.5), &linear) < 0.02 * distance(&linear, &neural));
        assert!(distance(&at(1.0, 0.0), &neural) < 0.02 * distance(&linear, &neural));
        // Off the line: nothing happens at all, at the rate L^−(α+β−1).
        let start = &coefficients().start;
        assert!(distance(&at(1.0, 0.5), start) < 0.1 * distance(&linear, start));
    }
}
