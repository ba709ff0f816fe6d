//! Bounds against other ways of writing them, and the exact second moment.

use sparsified_sgd::data::linear_regression;
use sparsified_sgd::lemma::contraction;
use sparsified_sgd::models::Model;
use sparsified_sgd::split;
use sparsified_sgd::theory::{Convex, distance_factor, nonconvex_bound};

use super::{assert_close, norm, normals, stream};

#[test]
fn constant_steps_stay_below_the_geometric_series() {
    let (gap, size, steps, smoothness, moment) = (0.7, 0.05, 400, 0.12, 1.03);
    for (kept, dimension, disagreement) in [(3, 30, 2.4), (29, 30, 0.0), (1, 1000, 6.0)] {
        let gamma = contraction(kept, dimension);
        let bound = nonconvex_bound(gap, size, steps, smoothness, moment, gamma, disagreement);
        let factor = distance_factor(gamma, disagreement);
        let limit = 2.0 * gap / (size * steps as f64)
            + size * smoothness * moment * moment
            + libm::pow(size * smoothness * moment * factor, 2.0);
        assert!(bound <= limit * (1.0 + 1e-12), "{bound} {limit}");
    }
    // K = n: the third term is 0 by convention.
    let dense = nonconvex_bound(gap, size, steps, smoothness, moment, 0.0, 0.0);
    assert_close(
        dense,
        2.0 * gap / (size * 400.0) + size * smoothness * moment * moment,
        1e-14,
    );
}

#[test]
fn the_third_term_is_the_double_sum() {
    let (steps, size, gamma, disagreement) = (7_u64, 0.3, 0.8, 0.5);
    let mut sum = 0.0;
    for t in 0..steps {
        for k in 1..=t {
            sum += size * libm::pow(gamma, k as f64) * size * size;
        }
    }
    let ratio = 1.0 + disagreement / gamma;
    let expected = ratio * ratio * gamma / (1.0 - gamma) * sum / (steps as f64 * size);
    let bound = nonconvex_bound(0.0, size, steps, 1.0, 1.0, gamma, disagreement);
    assert_close(bound - size, expected, 1e-13);
}

#[test]
fn the_convex_bound_at_its_own_horizon() {
    let convex = Convex {
        convexity: 0.15,
        smoothness: 1.05,
        second_moment: 1.8,
        distance_factor: distance_factor(contraction(4, 8), 2.0),
        squared_radius: 1.0,
    };
    let added = 2.0 * 1.05 * 1.8_f64.sqrt() * convex.distance_factor;
    assert_close(convex.added(), added, 1e-14);
    let steps = convex.steps(0.1, 9.0);
    let size = convex.step_size();
    // ε/((2αcε − α²(M² + κ)) T) · ln(e ‖x_0 − x*‖²/ε)
    let slope = 2.0 * size * 0.15 - size * size * (1.8 + added);
    let bound = (1.0 + libm::log(9.0)) / (slope * steps);
    assert_close(bound, 0.1, 1e-12);
}

#[test]
fn the_second_moment_is_that_of_all_draws() {
    let mut model = linear_regression(5, 8, 0.2, 0.05, &mut stream(1));
    let parts = split::uniform(8, 2, &mut stream(2));
    let at = normals(5, 3);
    let mut total = 0.0;
    let mut gradient = |row: u32| {
        let mut out = vec![0.0; 5];
        model.add_gradient(&at, &[row], 0.5, &mut out);
        out
    };
    for first in &parts[0] {
        for second in &parts[1] {
            let sum: Vec<f64> = gradient(*first)
                .iter()
                .zip(gradient(*second))
                .map(|(a, b)| a + b)
                .collect();
            total += norm(&sum) * norm(&sum) / 16.0;
        }
    }
    assert_close(model.second_moment_of_gradient(&at, &parts), total, 1e-12);
}
