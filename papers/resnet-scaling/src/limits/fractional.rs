//! Random weights with memory: increments of fractional Brownian motion.
//!
//! hₖ₊₁ = hₖ + L^(−α) σ(Aₖ hₖ) with entries of A of variance 1/d, independent of one another, each a
//! fractional Gaussian noise of Hurst index H along the layers. Sums of L such numbers are of
//! order `L^H`, so for H ≥ 1/2 depth neither kills nor explodes the network at α = H: 1/2 for independent
//! weights, 1 for smooth ones (Marion, Fermanian, Biau and Vert, JMLR 2025). Where σ is odd, its
//! image of the noise has the same memory.

use harness_numerics::kernels;
use rand::Rng;

use super::smooth::affine;
use crate::activation::ActivationName;
use crate::random::fill_normal;

/// The covariance of neighbours at a distance in a fractional Gaussian noise of variance 1.
fn covariance(hurst: f64, distance: usize) -> f64 {
    let power = |k: f64| libm::pow(k.abs(), 2.0 * hurst);
    let k = distance as f64;
    0.5 * (power(k + 1.0) - 2.0 * power(k) + power(k - 1.0))
}

/// `steps` rows of `lanes` independent fractional Gaussian noises of variance 1, by the recursion of
/// Durbin and Levinson: each number is its best linear prediction from all before it, and a normal
/// draw of the variance that is left.
pub fn noise(hurst: f64, steps: usize, lanes: usize, rng: &mut impl Rng) -> Vec<f64> {
    let mut rows = vec![0.0; steps * lanes];
    let mut coefficients: Vec<f64> = Vec::new();
    let mut variance = 1.0;
    for step in 0..steps {
        if step > 0 {
            let known = coefficients.iter().enumerate();
            let predicted: f64 = known
                .map(|(place, c)| c * covariance(hurst, step - 1 - place))
                .sum();
            let last = (covariance(hurst, step) - predicted) / variance;
            let turned: Vec<f64> = coefficients.iter().rev().copied().collect();
            for (coefficient, turned) in coefficients.iter_mut().zip(turned) {
                *coefficient -= last * turned;
            }
            coefficients.push(last);
            variance *= 1.0 - last * last;
        }
        let (past, now) = rows.split_at_mut(step * lanes);
        let row = &mut now[..lanes];
        fill_normal(rng, variance.sqrt(), row);
        for (past, coefficient) in past.rchunks_exact(lanes).zip(&coefficients) {
            kernels::axpy(*coefficient, past, row);
        }
    }
    rows
}

/// Sums of `group` neighbouring rows, scaled so that they are such a noise again.
fn coarsened(hurst: f64, rows: &[f64], lanes: usize, group: usize) -> Vec<f64> {
    let factor = libm::pow(group as f64, -hurst);
    let mut coarse = Vec::with_capacity(rows.len() / group);
    for rows in rows.chunks_exact(group * lanes) {
        let mut sum = vec![0.0; lanes];
        for row in rows.chunks_exact(lanes) {
            kernels::axpy(1.0, row, &mut sum);
        }
        coarse.extend(sum.iter().map(|sum| factor * sum));
    }
    coarse
}

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Fractional {
    /// σ.
    pub activation: ActivationName,
    /// H.
    pub hurst: f64,
    /// α.
    pub alpha: f64,
    /// d.
    pub dimension: usize,
    /// Every coordinate of x.
    pub start: f64,
}

impl Fractional {
    /// The root mean square of ‖`h_L` − x‖/‖x‖ over draws at each depth; depths rise, and each
    /// divides the last.
    pub fn displacements(&self, depths: &[usize], draws: usize, rng: &mut impl Rng) -> Vec<f64> {
        let (d, finest) = (self.dimension, depths.last().copied().unwrap_or(1));
        let lanes = draws * d * d;
        let rows = noise(self.hurst, finest, lanes, rng);
        let displacement = |depth: &usize| {
            let coarse = coarsened(self.hurst, &rows, lanes, finest / depth);
            let squares: f64 = (0..draws)
                .map(|draw| self.square(&coarse, draw, lanes))
                .sum();
            (squares / draws as f64).sqrt()
        };
        depths.iter().map(displacement).collect()
    }

    /// ‖`h_L` − x‖²/‖x‖² of one draw.
    fn square(&self, rows: &[f64], draw: usize, lanes: usize) -> f64 {
        let d = self.dimension;
        let depth = rows.len() / lanes;
        let outer = libm::pow(depth as f64, -self.alpha);
        let inner = 1.0 / (d as f64).sqrt();
        let mut h = vec![self.start; d];
        let mut drive = vec![0.0; d];
        // No b.
        let mut both = vec![0.0; d * d + d];
        for row in rows.chunks_exact(lanes) {
            for (entry, noise) in both.iter_mut().zip(&row[draw * d * d..][..d * d]) {
                *entry = inner * noise;
            }
            affine(&both, &h, &mut drive);
            for (h, drive) in h.iter_mut().zip(&drive) {
                *h += outer * self.activation.value(*drive);
            }
        }
        let squares = h.iter().map(|h| (h - self.start) * (h - self.start));
        squares.sum::<f64>() / (d as f64 * self.start * self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_noise_has_its_covariance_at_every_scale() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        let (steps, lanes) = (32, 20_000);
        for hurst in [0.5, 0.7, 0.9] {
            let fine = noise(hurst, steps, lanes, &mut rng);
            let coarse = coarsened(hurst, &fine, lanes, 4);
            for (rows, distance) in [
                (&fine, 0),
                (&fine, 1),
                (&fine, 17),
                (&coarse, 0),
                (&coarse, 3),
            ] {
                let last = rows.len() / lanes - 1;
                let row = |number: usize| &rows[number * lanes..][..lanes];
                let pairs = row(last).iter().zip(row(last - distance));
                let found = pairs.map(|(a, b)| a * b).sum::<f64>() / lanes as f64;
                let exact = covariance(hurst, distance);
                assert!(
                    (found - exact).abs() < 0.03,
                    "{hurst} {distance}: {found} {exact}"
                );
            }
        }
    }

    #[test]
    fn independent_weights_have_the_exact_second_moment() {
        // For linear layers E‖h_L − x‖² = ‖x‖² ((1 + L^(−2α))ᴸ − 1); tanh is linear near 0.
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for alpha in [0.5, 0.75] {
            let fractional = Fractional {
                activation: ActivationName::Tanh,
                hurst: 0.5,
                alpha,
                dimension: 5,
                start: 1e-3,
            };
            let depths = [16, 64];
            let found = fractional.displacements(&depths, 4000, &mut rng);
            for (depth, found) in [16.0, 64.0].into_iter().zip(found) {
                let growth = 1.0 + libm::pow(depth, -2.0 * alpha);
                let exact = (libm::pow(growth, depth) - 1.0).sqrt();
                assert!(
                    (found / exact - 1.0).abs() < 0.05,
                    "{alpha}: {found} {exact}"
                );
            }
        }
    }
}
