//! The two precisions of the training engine.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use harness_numerics::elementary;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// `f32` or `f64`. Claims are judged in `f64`; `f32` is for speed.
pub trait Real:
    Copy
    + Debug
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + Send
    + Sync
    + Serialize
    + DeserializeOwned
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Rounds to this precision.
    #[must_use]
    fn from_f64(value: f64) -> Self;
    /// The exact value.
    fn to_f64(self) -> f64;
    /// Correctly rounded square root.
    #[must_use]
    fn sqrt(self) -> Self;
    /// Magnitude.
    #[must_use]
    fn abs(self) -> Self;
    /// Hyperbolic tangent, the same bits in every loop and on every CPU.
    #[must_use]
    fn tanh(self) -> Self;
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        elementary::tanh(self)
    }
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        tanh_single(self)
    }
}

/// tanh in single precision, without branches: largest error seen over all exponents 3 units in
/// the last place (1.6 · 10⁻⁷ absolutely). Not-a-number stays so.
#[inline(always)]
pub fn tanh_single(x: f32) -> f32 {
    // (eʳ − 1 − r)/r² interpolated at six Chebyshev nodes of |r| ≤ ln 2 / 2, with an error
    // of eʳ − 1 of 5.4e-10 relative to itself, then rounded to single precision.
    const C: [f32; 6] = [
        0.5,
        0.166_666_67,
        0.041_666_467,
        0.008_333_310_5,
        0.001_393_364_2,
        0.000_198_909_81,
    ];
    /// 1.5 · 2²³: adding it rounds to a whole number, which then stands in the low bits.
    const ROUNDER: f32 = 12_582_912.0;
    /// ln 2 in few bits, so that its product with a small whole number is exact, and the rest.
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Beyond 9.02 the result is 1 to the last bit.
    let size = if x.abs() > 10.0 { 10.0 } else { x.abs() };
    let y = size + size;
    let shifted = y * std::f32::consts::LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let r = (y - k * LN2_HIGH) - k * LN2_LOW;
    let r2 = r * r;
    let low = C[0] + C[1] * r;
    let middle = C[2] + C[3] * r;
    let high = C[4] + C[5] * r;
    let fraction = r + r2 * (low + r2 * (middle + r2 * high));
    let bits = shifted.to_bits().wrapping_sub(ROUNDER.to_bits());
    let power = f32::from_bits(bits.wrapping_add(127) << 23);
    let growth = power * fraction + (power - 1.0);
    (growth / (growth + 2.0)).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance from the true value in units in the last place of the true value.
    fn error_in_ulps(x: f32) -> f64 {
        let exact = libm::tanh(f64::from(x));
        let rounded = exact as f32;
        let ulp = f64::from(f32::from_bits(rounded.abs().to_bits() + 1)) - f64::from(rounded.abs());
        (f64::from(tanh_single(x)) - exact).abs() / ulp
    }

    #[test]
    fn tanh_is_accurate_over_all_magnitudes() {
        let mut worst: (f64, f32) = (0.0, 0.0);
        for bits in (0x0080_0000_u32..0x4140_0000).step_by(97) {
            let x = f32::from_bits(bits);
            let error = error_in_ulps(x);
            if error > worst.0 {
                worst = (error, x);
            }
        }
        assert!(worst.0 <= 3.0, "{worst:?}");
        assert!(worst.0 > 0.5, "the sample saw no rounding at all");
    }

    #[test]
    fn tanh_is_odd_bounded_and_passes_on_what_is_no_number() {
        for x in [0.0_f32, 1e-30, 0.1, 3.0, 8.9, 9.5, 1e30, f32::INFINITY] {
            assert_eq!(tanh_single(-x).to_bits(), (-tanh_single(x)).to_bits());
            assert!(tanh_single(x) <= 1.0);
        }
        assert_eq!(tanh_single(f32::INFINITY).to_bits(), 1.0_f32.to_bits());
        assert!(tanh_single(f32::NAN).is_nan());
    }
}
