//! Brownian noise in the weights where δ shrinks: the noise washes out at the rate L^(−α).
//!
//! Layers as in [`super::smooth`] with Aₖ = L^(−(1−α)) Ā(k/L) + 0.5 (Wₖ₊₁ − Wₖ), W a matrix of independent
//! Brownian motions; no noise in b.

use rand::Rng;

use super::smooth::{self, Coefficients};
use crate::activation::ActivationName;
use crate::random::{coarsened, fill_normal};

const NOISE: f64 = 0.5;

/// Root mean square distances at one depth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NoiseErrors {
    /// From the linear equation.
    pub to_limit: f64,
    /// From the network of the same depth without noise.
    pub to_quiet: f64,
}

/// The smooth part of every layer: L^(−(1−α)) (Ā, b̄).
fn trend(coefficients: &Coefficients, alpha: f64, depth: usize) -> Vec<Vec<f64>> {
    let inner = libm::pow(depth as f64, alpha - 1.0);
    let layer = |layer: usize| {
        let both = coefficients.at(layer as f64 / depth as f64).into_iter();
        both.map(|entry| entry * inner).collect()
    };
    (0..depth).map(layer).collect()
}

/// `h_L` for the smooth parts of all layers and one row of increments for each entry of A, or none.
fn noisy(
    start: &[f64],
    activation: ActivationName,
    alpha: f64,
    trend: &[Vec<f64>],
    noise: &[Vec<f64>],
) -> Vec<f64> {
    let outer = libm::pow(trend.len() as f64, -alpha);
    let mut h = start.to_vec();
    let mut drive = vec![0.0; h.len()];
    let mut both = vec![0.0; h.len() * (h.len() + 1)];
    for (layer, trend) in trend.iter().enumerate() {
        both.copy_from_slice(trend);
        for (entry, motion) in both.iter_mut().zip(noise) {
            *entry += NOISE * motion[layer];
        }
        smooth::affine(&both, &h, &mut drive);
        for (h, drive) in h.iter_mut().zip(&drive) {
            *h += outer * activation.value(*drive);
        }
    }
    h
}

/// Errors at each depth over paths on a fine grid, which every depth must divide.
pub fn errors(
    coefficients: &Coefficients,
    (activation, alpha): (ActivationName, f64),
    depths: &[usize],
    fine: usize,
    paths: usize,
    rng: &mut impl Rng,
) -> Vec<NoiseErrors> {
    let d = coefficients.dimension();
    let limit = smooth::ordinary(coefficients, 4000, |u| u);
    let trends: Vec<Vec<Vec<f64>>> = depths
        .iter()
        .map(|depth| trend(coefficients, alpha, *depth))
        .collect();
    let start = &coefficients.start;
    let quiet: Vec<Vec<f64>> = trends
        .iter()
        .map(|trend| noisy(start, activation, alpha, trend, &[]))
        .collect();
    let mut motions = vec![0.0; d * d * fine];
    let mut errors = vec![NoiseErrors::default(); depths.len()];
    let square = |a: &[f64], b: &[f64]| smooth::distance(a, b) * smooth::distance(a, b);
    for _ in 0..paths {
        fill_normal(rng, (1.0 / fine as f64).sqrt(), &mut motions);
        for (place, depth) in depths.iter().enumerate() {
            let rows = motions.chunks_exact(fine);
            let coarse: Vec<Vec<f64>> = rows.map(|row| coarsened(row, fine / depth)).collect();
            let h = noisy(start, activation, alpha, &trends[place], &coarse);
            errors[place].to_limit += square(&h, &limit);
            errors[place].to_quiet += square(&h, &quiet[place]);
        }
    }
    for error in &mut errors {
        error.to_limit = (error.to_limit / paths as f64).sqrt();
        error.to_quiet = (error.to_quiet / paths as f64).sqrt();
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn without_noise_it_is_the_smooth_network() {
        let coefficients = Coefficients::draw(3, &mut rand_chacha::ChaCha8Rng::seed_from_u64(6));
        let tanh = ActivationName::Tanh;
        let expected = smooth::network(&coefficients, tanh, (0.25, 0.75), 64);
        let trend = trend(&coefficients, 0.25, 64);
        let found = noisy(&coefficients.start, tanh, 0.25, &trend, &[]);
        assert!(smooth::distance(&found, &expected) < 1e-13);
    }

    #[test]
    fn noise_alone_has_the_exact_second_moment() {
        // For linear layers E‖h_L − x‖² = ‖x‖² ((1 + 0.25 d L^(−2α) / L)ᴸ − 1); tanh is nearly
        // linear at increments of this size.
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(6);
        let start = vec![0.4, -0.2, 0.3];
        let square: f64 = start.iter().map(|x| x * x).sum();
        let still = Coefficients::still(start);
        for alpha in [0.0, 0.25, 0.5] {
            let setting = (ActivationName::Tanh, alpha);
            let found = errors(&still, setting, &[64, 256], 256, 4000, &mut rng);
            for (depth, found) in [64.0, 256.0].into_iter().zip(found) {
                let growth = 1.0 + 0.25 * 3.0 * libm::pow(depth, -2.0 * alpha) / depth;
                let exact = (square * (libm::pow(growth, depth) - 1.0)).sqrt();
                let error = found.to_quiet / exact - 1.0;
                assert!(error.abs() < 0.04, "{alpha} {depth}: {error}");
                assert!((found.to_limit - found.to_quiet).abs() < 1e-12);
            }
        }
    }
}
