//! Oracles of the mathematics, and the suite that every paper passes.

mod compressors;
mod data;
mod gradients;
mod optional;
mod recursions;
mod reference;
mod selection;
mod theory;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn stream(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut random = stream(seed);
    (0..count)
        .map(|_| harness_numerics::random::standard_normal(&mut random))
        .collect()
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn assert_close(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance * (1.0 + expected.abs()),
        "{value} is not {expected}"
    );
}

#[test]
fn the_paper_conforms() {
    harness_testkit::conform(&sparsified_sgd::PAPER);
}
