//! Draws in the form that the experiments need, the same bits on every machine.

use std::f64::consts::TAU;

use harness_numerics::random::{uniform, unit};
use rand::Rng;

/// Standard normal draws by Marsaglia's polar method; both of each pair are used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Normal {
    spare: Option<f64>,
}

impl Normal {
    /// The next draw.
    pub fn draw(&mut self, rng: &mut impl Rng) -> f64 {
        if let Some(value) = self.spare.take() {
            return value;
        }
        loop {
            let u = uniform(rng, -1.0, 1.0);
            let v = uniform(rng, -1.0, 1.0);
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                let radius = (-2.0 * harness_numerics::elementary::ln(square) / square).sqrt();
                self.spare = Some(v * radius);
                return u * radius;
            }
        }
    }
}

/// `count` draws of N(0, deviation²).
pub fn normals(rng: &mut impl Rng, count: usize, deviation: f64) -> Vec<f64> {
    let mut normal = Normal::default();
    (0..count).map(|_| deviation * normal.draw(rng)).collect()
}

/// `count` angles, uniform on [0, 2π).
pub fn angles(rng: &mut impl Rng, count: usize) -> Vec<f64> {
    (0..count).map(|_| TAU * unit(rng)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn normal_draws_have_the_moments_of_the_normal_law() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let draws = normals(&mut rng, 200_000, 2.0);
        let moment = |k: u32| {
            let power = |x: &f64| (0..k).fold(1.0, |product, _| product * (x / 2.0));
            draws.iter().map(power).sum::<f64>() / draws.len() as f64
        };
        assert!(moment(1).abs() < 0.01);
        assert!((moment(2) - 1.0).abs() < 0.02);
        assert!(moment(3).abs() < 0.05);
        assert!((moment(4) - 3.0).abs() < 0.1);
    }
}
