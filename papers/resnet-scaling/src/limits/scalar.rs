//! The diffusive regime in one dimension, where the limit has a closed form.
//!
//! hₖ₊₁ = hₖ + σ(a (Bₖ₊₁ − Bₖ) hₖ) tends to H with dH = a H dB + c H² dt, c = ½ σ″(0) a²:
//! H₁ = G₁ / (1/x − c I), Gₜ = exp(a Bₜ − a² t/2), I = ∫₀¹ Gₜ dt; and ∂H₁/∂x = H₁² / (x² G₁).

use harness_numerics::elementary;
use rand::Rng;

use crate::activation::ActivationName;
use crate::random::{coarsened, fill_normal};

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Scalar {
    /// σ.
    pub activation: ActivationName,
    /// c, which is ½ σ″(0) a² in the limit and 0 where the drift is left out.
    pub drift: f64,
    /// a.
    pub noise: f64,
    /// x; negative, so that the limit does not blow up.
    pub start: f64,
}

/// Root mean square errors at one depth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScalarErrors {
    /// Of `h_L` against H₁.
    pub value: f64,
    /// Of its derivative in x against ∂H₁/∂x.
    pub jacobian: f64,
}

impl Scalar {
    /// H₁ and ∂H₁/∂x on a path of fine increments of B; the integral by the trapezoid rule.
    pub fn limit(&self, increments: &[f64], growth: &mut Vec<f64>) -> (f64, f64) {
        let step = 1.0 / increments.len() as f64;
        growth.clear();
        growth.push(0.0);
        let mut path = 0.0;
        for (place, increment) in increments.iter().enumerate() {
            path += increment;
            let time = (place + 1) as f64 * step;
            growth.push(self.noise * path - 0.5 * self.noise * self.noise * time);
        }
        elementary::exp_in_place(growth);
        let last = growth[increments.len()];
        let inner: f64 = growth[1..increments.len()].iter().sum();
        let integral = step * (inner + 0.5 * (growth[0] + last));
        let value = last / (1.0 / self.start - self.drift * integral);
        (value, value * value / (self.start * self.start * last))
    }

    /// `h_L` and its derivative in x for these increments of B.
    pub fn network(&self, increments: &[f64]) -> (f64, f64) {
        let (mut h, mut jacobian) = (self.start, 1.0);
        for increment in increments {
            let weight = self.noise * increment;
            jacobian *= 1.0 + weight * self.activation.slope(weight * h);
            h += self.activation.value(weight * h);
        }
        (h, jacobian)
    }

    /// Errors at each depth over paths on a fine grid, which every depth must divide.
    pub fn errors(
        &self,
        depths: &[usize],
        fine: usize,
        paths: usize,
        rng: &mut impl Rng,
    ) -> Vec<ScalarErrors> {
        let mut increments = vec![0.0; fine];
        let mut growth = Vec::with_capacity(fine + 1);
        let mut errors = vec![ScalarErrors::default(); depths.len()];
        let deepest = depths.last().copied().unwrap_or(1);
        for _ in 0..paths {
            fill_normal(rng, (1.0 / fine as f64).sqrt(), &mut increments);
            let (value, slope) = self.limit(&increments, &mut growth);
            let finest = coarsened(&increments, fine / deepest);
            for (depth, error) in depths.iter().zip(&mut errors) {
                let (h, jacobian) = self.network(&coarsened(&finest, deepest / depth));
                error.value += (h - value) * (h - value);
                error.jacobian += (jacobian - slope) * (jacobian - slope);
            }
        }
        for error in &mut errors {
            error.value = (error.value / paths as f64).sqrt();
            error.jacobian = (error.jacobian / paths as f64).sqrt();
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn scalar(activation: ActivationName) -> Scalar {
        Scalar {
            activation,
            drift: 0.5 * activation.curvature() * 0.49,
            noise: 0.7,
            start: -0.5,
        }
    }

    #[test]
    fn the_jacobian_of_the_network_is_its_derivative() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let increments = crate::random::normals(&mut rng, 0.25, 16);
        let at = |start: f64| {
            Scalar {
                start,
                ..scalar(ActivationName::Nsp)
            }
            .network(&increments)
        };
        let difference = (at(-0.5 + 1e-6).0 - at(-0.5 - 1e-6).0) / 2e-6;
        assert!((difference - at(-0.5).1).abs() < 1e-8);
    }

    #[test]
    fn the_jacobian_of_the_limit_is_its_derivative_and_it_solves_its_equation() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let fine = 1 << 16;
        let increments =
            crate::random::normals(&mut rng, (1.0 / f64::from(fine)).sqrt(), fine as usize);
        let at = |start: f64| {
            Scalar {
                start,
                ..scalar(ActivationName::Nsp)
            }
            .limit(&increments, &mut Vec::new())
        };
        let difference = (at(-0.5 + 1e-6).0 - at(-0.5 - 1e-6).0) / 2e-6;
        assert!((difference - at(-0.5).1).abs() < 1e-8);
        // Euler–Maruyama for dH = a H dB + c H² dt on the same path.
        let nsp = scalar(ActivationName::Nsp);
        let mut h = nsp.start;
        for increment in &increments {
            h += nsp.noise * h * increment + nsp.drift * h * h / f64::from(fine);
        }
        assert!((h - at(-0.5).0).abs() < 5e-3, "{h} against {:?}", at(-0.5));
    }

    #[test]
    fn the_additive_sum_has_the_drift_of_the_curvature() {
        // E h_L − x = L E σ(s ξ/√L) → ½ σ″(0) s² = 1/4 for nsp at s = 1, and 0 for tanh: by the
        // trapezoid rule over ±9 standard deviations.
        let mean = |activation: ActivationName, depth: f64| {
            let nodes = 40_000;
            let step = 18.0 / f64::from(nodes);
            let density = |xi: f64| libm::exp(-0.5 * xi * xi) / (2.0 * std::f64::consts::PI).sqrt();
            let term = |node: i32| {
                let xi = -9.0 + f64::from(node) * step;
                step * density(xi) * depth * activation.value(xi / depth.sqrt())
            };
            (0..=nodes).map(term).sum::<f64>()
        };
        assert!((mean(ActivationName::Nsp, 1e4) - 0.25).abs() < 1e-4);
        assert!(mean(ActivationName::Tanh, 1e4).abs() < 1e-9);
        let relu = mean(ActivationName::Relu, 100.0);
        assert!((relu - (100.0 / (2.0 * std::f64::consts::PI)).sqrt()).abs() < 1e-4);
    }
}
