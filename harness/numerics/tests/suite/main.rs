//! Tests of the numerics against independent references.

mod dense;
mod elementary;
mod kernels;
mod random;
mod spectrum;

/// Distance in units in the last place; 0 for two not-a-numbers.
fn ulps(a: f64, b: f64) -> u64 {
    let order = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    if a.is_nan() && b.is_nan() {
        0
    } else {
        order(a).abs_diff(order(b))
    }
}

/// A fixed sequence of numbers on [0, 1).
fn sequence(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 9_007_199_254_740_992.0
    })
}
