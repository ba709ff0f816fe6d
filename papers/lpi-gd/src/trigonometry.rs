//! A portable cosine for vectorised loops.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use std::f64::consts::FRAC_1_PI;

/// 1.5 · 2⁵²: adding it rounds to a whole number, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// The leading 33 bits of π, so that a multiple of it is exact.
const PI_HIGH: f64 = 3.141_592_653_468_251_2;
/// π less its leading bits.
const PI_LOW: f64 = 1.215_420_101_301_238_4e-10;

/// cos x for |x| ≤ 10⁵, with an absolute error below 4e-16 for small x, growing by 1e-16 |x|·2⁻⁵⁰.
#[inline(always)]
pub fn cosine(x: f64) -> f64 {
    let shifted = x * FRAC_1_PI + ROUNDER;
    let multiple = shifted - ROUNDER;
    let remainder = (x - multiple * PI_HIGH) - multiple * PI_LOW;
    let sign = shifted.to_bits() << 63;
    f64::from_bits(cosine_of_half_turn(remainder).to_bits() ^ sign)
}

/// cos πt and sin πt for |t| ≤ 2⁵⁰; the reduction is exact.
#[inline(always)]
pub fn cosine_sine_pi(t: f64) -> (f64, f64) {
    let turn = std::f64::consts::PI * reduced(t);
    (cosine(turn), cosine(turn - std::f64::consts::FRAC_PI_2))
}

/// The remainder of t modulo 2 in [−1, 1].
#[inline(always)]
fn reduced(t: f64) -> f64 {
    t - 2.0 * ((t * 0.5 + ROUNDER) - ROUNDER)
}

/// cos r for |r| ≤ π/2 by its Taylor polynomial to r²²; the rest is below 1e-19.
#[inline(always)]
fn cosine_of_half_turn(r: f64) -> f64 {
    const C: [f64; 12] = [
        1.0,
        -1.0 / 2.0,
        1.0 / 24.0,
        -1.0 / 720.0,
        1.0 / 40_320.0,
        -1.0 / 3_628_800.0,
        1.0 / 479_001_600.0,
        -1.0 / 87_178_291_200.0,
        1.0 / 20_922_789_888_000.0,
        -1.0 / 6_402_373_705_728_000.0,
        1.0 / 2_432_902_008_176_640_000.0,
        -1.0 / 1_124_000_727_777_607_680_000.0,
    ];
    let y = r * r;
    let mut sum = C[11];
    let mut index = 11;
    while index > 0 {
        index -= 1;
        sum = sum * y + C[index];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_reference_library() {
        for step in -40_000..40_000 {
            let x = f64::from(step) * 0.001_37;
            let error = (cosine(x) - libm::cos(x)).abs();
            assert!(error < 5e-16, "cos {x}: {error:e}");
        }
    }

    #[test]
    fn multiples_of_pi_are_reduced_exactly() {
        for step in 0..10_000 {
            let t = f64::from(step) * 1234.567;
            let exact = t - 2.0 * libm::floor(t * 0.5);
            let (cos, sin) = cosine_sine_pi(t);
            assert!((cos - libm::cos(exact * std::f64::consts::PI)).abs() < 1e-15);
            assert!((sin - libm::sin(exact * std::f64::consts::PI)).abs() < 2e-15);
        }
        assert!((cosine_sine_pi(4_194_304.5).1 - 1.0).abs() < 1e-15);
    }
}
