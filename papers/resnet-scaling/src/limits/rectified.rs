//! `relu` under noise alone: in the diffusive scaling the network runs away unless signs are random.
//!
//! hₖ₊₁ = hₖ + εₖ σ(s ξₖ/√L) with standard normal ξ. For `relu` and ε = 1 exactly
//! E `h_L` − x = s (L/2π)^½; with fair random signs the sum is centred and its variance is s²/2.

use rand::Rng;

use crate::activation::ActivationName;
use crate::random::fill_normal;

/// Moments over paths at one depth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean of `h_L` − x, all signs +.
    pub displacement: f64,
    /// The variance of `h_L` with random signs.
    pub variance: f64,
}

/// Moments at one depth for s = 1.
pub fn moments(
    activation: ActivationName,
    depth: usize,
    paths: usize,
    rng: &mut impl Rng,
) -> Moments {
    let mut noise = vec![0.0; depth];
    let (mut sum, mut signed_sum, mut signed_square) = (0.0, 0.0, 0.0);
    for _ in 0..paths {
        fill_normal(rng, (1.0 / depth as f64).sqrt(), &mut noise);
        let (mut plain, mut signed) = (0.0, 0.0);
        let mut signs = 0_u64;
        for (layer, noise) in noise.iter().enumerate() {
            if layer % 64 == 0 {
                signs = rng.next_u64();
            }
            let value = activation.value(*noise);
            plain += value;
            signed += if signs & 1 == 0 { value } else { -value };
            signs >>= 1;
        }
        sum += plain;
        signed_sum += signed;
        signed_square += signed * signed;
    }
    let count = paths as f64;
    let mean = signed_sum / count;
    Moments {
        displacement: sum / count,
        variance: (signed_square - count * mean * mean) / (count - 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn moments_are_the_exact_ones() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(8);
        let found = moments(ActivationName::Relu, 64, 20_000, &mut rng);
        let exact = (64.0 / (2.0 * std::f64::consts::PI)).sqrt();
        assert!((found.displacement - exact).abs() < 0.02, "{found:?}");
        assert!((found.variance - 0.5).abs() < 0.025, "{found:?}");
        let smooth = moments(ActivationName::Nsp, 1024, 4000, &mut rng);
        assert!((smooth.displacement - 0.25).abs() < 0.06, "{smooth:?}");
    }
}
