//! Normal draws in numbers: both halves of every pair are used.

use harness_numerics::elementary;
use harness_numerics::random::uniform;
use rand::Rng;

/// Fills with independent N(0, deviation²) by Marsaglia's polar method, pair by pair.
pub fn fill_normal(rng: &mut impl Rng, deviation: f64, out: &mut [f64]) {
    for pair in out.chunks_mut(2) {
        let (x, y) = normal_pair(rng);
        pair[0] = deviation * x;
        if let Some(second) = pair.get_mut(1) {
            *second = deviation * y;
        }
    }
}

fn normal_pair(rng: &mut impl Rng) -> (f64, f64) {
    loop {
        let x = uniform(rng, -1.0, 1.0);
        let y = uniform(rng, -1.0, 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            let factor = (-2.0 * elementary::ln(square) / square).sqrt();
            return (x * factor, y * factor);
        }
    }
}

/// `count` independent N(0, deviation²).
pub fn normals(rng: &mut impl Rng, deviation: f64, count: usize) -> Vec<f64> {
    let mut values = vec![0.0; count];
    fill_normal(rng, deviation, &mut values);
    values
}

/// Sums neighbours in groups of `group`: Brownian increments on a coarser grid.
pub fn coarsened(fine: &[f64], group: usize) -> Vec<f64> {
    fine.chunks_exact(group)
        .map(|chunk| chunk.iter().sum())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn draws_have_the_moments_of_the_normal_law_and_no_correlation() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let draws = normals(&mut rng, 2.0, 200_001);
        let mean_of = |of: &dyn Fn(f64) -> f64| {
            draws.iter().map(|x| of(x / 2.0)).sum::<f64>() / draws.len() as f64
        };
        assert!(mean_of(&|x| x).abs() < 0.01);
        assert!((mean_of(&|x| x * x) - 1.0).abs() < 0.02);
        assert!((mean_of(&|x| x * x * x * x) - 3.0).abs() < 0.1);
        let neighbours: f64 = draws.windows(2).map(|w| w[0] * w[1] / 4.0).sum();
        assert!((neighbours / draws.len() as f64).abs() < 0.01);
    }

    #[test]
    fn coarsening_keeps_the_path() {
        assert_eq!(coarsened(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [6.0, 15.0]);
    }
}
