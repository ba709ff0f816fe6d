//! The diffusive regime in three dimensions, against a fine Euler–Maruyama reference.
//!
//! dH = (Ā H + b̄) dt + dWᴬ H + dWᵇ + ½ σ″(0) Q(H) dt with
//! Qᵢ(h) = Σⱼₘ hⱼ hₘ Σₖₗ qᵢⱼₖₗ qᵢₘₖₗ + Σₖ rᵢₖ², dWᴬᵢⱼ = Σ qᵢⱼₖₗ dBₖₗ, dWᵇᵢ = Σ rᵢₖ dBᵇₖ.

use rand::Rng;

use crate::activation::ActivationName;
use crate::random::{coarsened, fill_normal, normals};

const D: usize = 3;
/// Independent Brownian motions: one for each entry of a matrix and of a vector.
const MOTIONS: usize = D * D + D;
const TREND: [[f64; D]; D] = [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -0.5]];
const SHIFT: [f64; D] = [0.3, -0.2, 0.1];
const START: [f64; D] = [1.0, -0.5, 0.5];
const NOISE: f64 = 0.4;

/// Coefficients drawn once for a replicate.
#[derive(Clone, Debug)]
pub struct System {
    /// qᵢⱼₖₗ: for each entry of the matrix its D² loadings.
    matrix: Vec<f64>,
    /// rᵢₖ.
    vector: Vec<f64>,
    /// Σₖₗ qᵢⱼₖₗ qᵢₘₖₗ at [i][j][m].
    covariance: [[[f64; D]; D]; D],
    /// Σₖ rᵢₖ².
    variance: [f64; D],
}

impl System {
    /// q from N(0, (0.4/d)²), r from N(0, 0.16/d).
    pub fn draw(rng: &mut impl Rng) -> Self {
        let matrix = normals(rng, NOISE / D as f64, D * D * D * D);
        let vector = normals(rng, NOISE / (D as f64).sqrt(), D * D);
        let mut covariance = [[[0.0; D]; D]; D];
        let mut variance = [0.0; D];
        let loadings = |i: usize, j: usize| &matrix[(i * D + j) * D * D..][..D * D];
        for (i, of_row) in covariance.iter_mut().enumerate() {
            for (j, of_entry) in of_row.iter_mut().enumerate() {
                for (m, covariance) in of_entry.iter_mut().enumerate() {
                    let pairs = loadings(i, j).iter().zip(loadings(i, m));
                    *covariance = pairs.map(|(a, b)| a * b).sum();
                }
            }
            variance[i] = vector[i * D..][..D].iter().map(|r| r * r).sum();
        }
        Self {
            matrix,
            vector,
            covariance,
            variance,
        }
    }

    /// Increments of Wᴬ and Wᵇ from those of the Brownian motions, of which each is a row of
    /// `steps` numbers.
    fn noise(&self, motions: &[f64], steps: usize) -> Vec<[f64; MOTIONS]> {
        let mut noise = vec![[0.0; MOTIONS]; steps];
        for (step, noise) in noise.iter_mut().enumerate() {
            for (entry, noise) in noise.iter_mut().enumerate() {
                let (loadings, first) = if entry < D * D {
                    (&self.matrix[entry * D * D..][..D * D], 0)
                } else {
                    (&self.vector[(entry - D * D) * D..][..D], D * D)
                };
                for (motion, loading) in loadings.iter().enumerate() {
                    *noise += loading * motions[(first + motion) * steps + step];
                }
            }
        }
        noise
    }

    /// Aₖ h + bₖ for one layer of length `step` in time.
    fn drive(noise: &[f64; MOTIONS], step: f64, h: &[f64; D]) -> [f64; D] {
        let mut drive = [0.0; D];
        for i in 0..D {
            drive[i] = step * SHIFT[i] + noise[D * D + i];
            for j in 0..D {
                drive[i] += (step * TREND[i][j] + noise[i * D + j]) * h[j];
            }
        }
        drive
    }

    /// The output of the network.
    fn network(activation: ActivationName, noise: &[[f64; MOTIONS]]) -> [f64; D] {
        let step = 1.0 / noise.len() as f64;
        let mut h = START;
        for noise in noise {
            let drive = Self::drive(noise, step, &h);
            for i in 0..D {
                h[i] += activation.value(drive[i]);
            }
        }
        h
    }

    /// H₁ by Euler–Maruyama, with `drift` times Q.
    fn reference(&self, drift: f64, noise: &[[f64; MOTIONS]]) -> [f64; D] {
        let step = 1.0 / noise.len() as f64;
        let mut h = START;
        for noise in noise {
            let mut next = Self::drive(noise, step, &h);
            for i in 0..D {
                let mut square = self.variance[i];
                for j in 0..D {
                    for m in 0..D {
                        square += h[j] * h[m] * self.covariance[i][j][m];
                    }
                }
                next[i] += drift * square * step + h[i];
            }
            h = next;
        }
        h
    }

    /// Root mean square distance of `h_L` from H₁ at each depth; every depth divides the fine grid.
    pub fn errors(
        &self,
        (activation, drift): (ActivationName, f64),
        depths: &[usize],
        fine: usize,
        paths: usize,
        rng: &mut impl Rng,
    ) -> Vec<f64> {
        let mut motions = vec![0.0; MOTIONS * fine];
        let mut squares = vec![0.0; depths.len()];
        for _ in 0..paths {
            fill_normal(rng, (1.0 / fine as f64).sqrt(), &mut motions);
            let limit = self.reference(drift, &self.noise(&motions, fine));
            for (depth, square) in depths.iter().zip(&mut squares) {
                let coarse = coarsened(&motions, fine / depth);
                let h = Self::network(activation, &self.noise(&coarse, *depth));
                let distance = |i: usize| (h[i] - limit[i]) * (h[i] - limit[i]);
                *square += (0..D).map(distance).sum::<f64>();
            }
        }
        squares
            .iter()
            .map(|square| (square / paths as f64).sqrt())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_drift_is_the_variance_of_the_noise() {
        // Q(h) is the variance rate of dWᴬ h + dWᵇ.
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        let system = System::draw(&mut rng);
        let steps = 60_000;
        let motions = normals(&mut rng, 1.0, MOTIONS * steps);
        let h = [0.7, -1.2, 0.4];
        let mut squares = [0.0; D];
        for noise in system.noise(&motions, steps) {
            let drive = System::drive(&noise, 0.0, &h);
            for i in 0..D {
                squares[i] += drive[i] * drive[i] / steps as f64;
            }
        }
        for (i, square) in squares.iter().enumerate() {
            let mut exact = system.variance[i];
            for j in 0..D {
                for m in 0..D {
                    exact += h[j] * h[m] * system.covariance[i][j][m];
                }
            }
            assert!((square / exact - 1.0).abs() < 0.03, "{square} {exact}");
        }
    }

    #[test]
    fn without_noise_the_reference_follows_the_linear_equation() {
        // The third coordinate alone: h' = −h/2 + 0.1 from 0.5, so h₁ = 0.2 + 0.3 e^(−1/2).
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        let system = System::draw(&mut rng);
        let still = vec![[0.0; MOTIONS]; 100_000];
        let h = system.reference(0.0, &still);
        assert!((h[2] - (0.2 + 0.3 * libm::exp(-0.5))).abs() < 1e-5, "{h:?}");
    }
}
