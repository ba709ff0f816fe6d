//! Portable elementary functions.
//!
//! Every function is a fixed sequence of additions, multiplications, divisions and selections on
//! `f64`, without branches, tables or fused operations. It therefore gives the same bits on every
//! CPU, alone or inside a vectorised loop. The slice forms run at the CPU's widest vectors.
//!
//! Largest distances from `libm` on dense samples, in units in the last place: `exp` 1, `ln` 0,
//! `log1p` 1, `sigmoid` 2, `softplus` 3, `tanh` 4. The library's own error is below one unit for
//! the first three. The tests assert these numbers.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use pulp::Arch;

/// 1.5 · 2⁵²: adding it rounds to a whole number, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// The leading 33 bits of ln 2, so that its product with an exponent is exact.
const LN2_HIGH: f64 = 0.693_147_180_485_539_1;
/// ln 2 less its leading bits.
const LN2_LOW: f64 = 7.440_617_110_012_397e-11;
/// Where eˣ becomes smaller than the smallest normal number.
const EXP_SUBNORMAL: f64 = -708.0;

/// Splits x = k ln 2 + r with |r| ≤ ln 2 / 2: (k, the bits whose low end is k, eʳ − 1).
#[inline(always)]
fn reduce(x: f64) -> (f64, u64, f64) {
    // (eʳ − 1 − r)/r² interpolated at ten Chebyshev nodes; relative error of eʳ below 2e-17.
    const C: [f64; 10] = [
        0.5,
        0.166_666_666_666_666_69,
        0.041_666_666_666_623_99,
        0.008_333_333_333_330_051,
        0.001_388_888_891_728_179_4,
        0.000_198_412_698_631_059_68,
        2.480_152_119_021_773e-5,
        2.755_726_837_868_419_2e-6,
        2.762_013_871_973_399_4e-7,
        2.510_042_415_700_506_7e-8,
    ];
    let shifted = x * LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (C[0] + C[1] * r) + (C[2] + C[3] * r) * r2;
    let high = (C[4] + C[5] * r) + (C[6] + C[7] * r) * r2;
    let quotient = low + (high + (C[8] + C[9] * r) * r4) * r4;
    let bits = shifted.to_bits().wrapping_sub(ROUNDER.to_bits());
    (k, bits, r + r2 * quotient)
}

/// 2ᵏ from the low bits of k, for −1022 ≤ k ≤ 1023.
#[inline(always)]
const fn power_of_two(k: u64) -> f64 {
    f64::from_bits(k.wrapping_add(1023) << 52)
}

/// eˣ. Overflows to infinity above 709.78…, becomes subnormal below −708.40… (rounded once) and 0
/// below −745.13…; not-a-number stays so.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let bounded = if x > 710.0 { 710.0 } else { x };
    let bounded = if bounded < -746.0 { -746.0 } else { bounded };
    let (k, bits, fraction) = reduce(bounded);
    // Two factors, since 2ᵏ itself may be out of range.
    let half = (k * 0.5 + ROUNDER)
        .to_bits()
        .wrapping_sub(ROUNDER.to_bits());
    let value = (1.0 + fraction) * power_of_two(half) * power_of_two(bits.wrapping_sub(half));
    if x.is_nan() { x } else { value }
}

/// eˣ for x ≤ 0, with 0 instead of subnormal results: shorter than [`exp`].
#[inline(always)]
pub fn exp_of_nonpositive(x: f64) -> f64 {
    let (_, bits, fraction) = reduce(x);
    let value = f64::from_bits((1.0 + fraction).to_bits().wrapping_add(bits << 52));
    let value = if x < EXP_SUBNORMAL { 0.0 } else { value };
    if x.is_nan() { x } else { value }
}

/// Natural logarithm. −∞ at 0, not-a-number below, subnormal arguments included.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    const TWO_TO_54: f64 = 18_014_398_509_481_984.0;
    const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
    const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_0000_0000;
    // Coefficients of (ln(1+f) − f + f²/2)/s − f²/2 in s² for s = f/(2+f): Sun's fdlibm, e_log.c.
    const L: [f64; 7] = [
        0.666_666_666_666_673_5,
        0.399_999_999_994_094_2,
        0.285_714_287_436_623_9,
        0.222_221_984_321_497_84,
        0.181_835_721_616_180_5,
        0.153_138_376_992_093_73,
        0.147_981_986_051_165_86,
    ];
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * TWO_TO_54 } else { x };
    let shifted = scaled
        .to_bits()
        .wrapping_add(1.0_f64.to_bits() - SQRT_HALF_BITS);
    // The biased exponent, turned into a float through the low bits of 2⁵² + exponent.
    let biased = f64::from_bits(TWO_TO_52.to_bits() | (shifted >> 52)) - TWO_TO_52;
    let k = biased - if subnormal { 1077.0 } else { 1023.0 };
    let f = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + SQRT_HALF_BITS) - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (L[1] + w * (L[3] + w * L[5]));
    let odd = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6])));
    let tail = s * (half_square + (odd + even)) + k * LN2_LOW;
    let value = k * LN2_HIGH - ((half_square - tail) - f);
    let value = if x < f64::INFINITY { value } else { x };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x < 0.0 { f64::NAN } else { value }
}

/// ln(1 + x), accurate for small x.
#[inline(always)]
pub fn log1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    let lost = (x - (sum - 1.0)) / sum;
    let regular = sum > 0.0 && x < f64::INFINITY;
    ln(sum) + if regular { lost } else { 0.0 }
}

/// 1/(1 + e⁻ˣ): the logistic function. Accurate in both tails; 0 below −708.
#[inline(always)]
pub fn sigmoid(x: f64) -> f64 {
    let decayed = exp_of_nonpositive(-x.abs());
    (if x < 0.0 { decayed } else { 1.0 }) / (1.0 + decayed)
}

/// ln(1 + eˣ), without overflow.
#[inline(always)]
pub fn softplus(x: f64) -> f64 {
    let positive = if x > 0.0 { x } else { 0.0 };
    positive + log1p(exp_of_nonpositive(-x.abs()))
}

/// Hyperbolic tangent.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    // Beyond 22 the result is 1 to the last bit.
    let size = if x.abs() > 22.0 { 22.0 } else { x.abs() };
    let (_, bits, fraction) = reduce(2.0 * size);
    let power = power_of_two(bits);
    let growth = power * fraction + (power - 1.0);
    (growth / (growth + 2.0)).copysign(x)
}

macro_rules! slice_form {
    ($(#[$doc:meta])* $name:ident = $function:path) => {
        $(#[$doc])*
        pub fn $name(values: &mut [f64]) {
            struct Apply<'a>(&'a mut [f64]);
            impl pulp::NullaryFnOnce for Apply<'_> {
                type Output = ();
                #[inline(always)]
                fn call(self) {
                    for value in self.0 {
                        *value = $function(*value);
                    }
                }
            }
            Arch::new().dispatch(Apply(values));
        }
    };
}

slice_form! {
    /// [`exp`] of every element; the same bits as one by one.
    exp_in_place = exp
}
slice_form! {
    /// [`ln`] of every element; the same bits as one by one.
    ln_in_place = ln
}
slice_form! {
    /// [`log1p`] of every element; the same bits as one by one.
    log1p_in_place = log1p
}
slice_form! {
    /// [`sigmoid`] of every element; the same bits as one by one.
    sigmoid_in_place = sigmoid
}
slice_form! {
    /// [`softplus`] of every element; the same bits as one by one.
    softplus_in_place = softplus
}
slice_form! {
    /// [`tanh`] of every element; the same bits as one by one.
    tanh_in_place = tanh
}
