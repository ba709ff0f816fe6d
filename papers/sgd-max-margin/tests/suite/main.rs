//! Tests of the mathematics: closed-form oracles and invariants.

mod conformance;
mod descent;
mod instances;
mod losses;
mod max_margin;
mod real_data;
mod resuming;
mod sampling;
mod theory;
mod trajectories;

use harness_numerics::kernels::{dot, squared_norm};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sgd_max_margin::points::Points;

fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Whether two numbers agree to a relative tolerance.
fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs()
}

/// Whether two vectors agree, relative to the length of the second.
fn vectors_close(a: &[f64], b: &[f64], relative: f64) -> bool {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    a.len() == b.len() && squared_norm(&differences) <= relative * relative * squared_norm(b)
}

/// The points turned by an angle in the plane.
fn turned(points: &Points, angle: f64) -> Points {
    let (sine, cosine) = libm::sincos(angle);
    let rows = points.rows().map(|row| turn(row, sine, cosine));
    Points::planar(&rows.collect::<Vec<_>>())
}

fn turn(row: &[f64], sine: f64, cosine: f64) -> [f64; 2] {
    [dot(row, &[cosine, -sine]), dot(row, &[sine, cosine])]
}
