//! Blocks of normal draws with the same bits on every machine.

use harness_numerics::kernels::vectorised_call;
use rand::Rng;

/// A uniform number in (−½, ½), never an end: the middle of one of 2⁵² equal intervals.
#[inline]
fn centred(random: &mut impl Rng) -> f64 {
    const STEP: f64 = 1.0 / 4_503_599_627_370_496.0;
    ((random.next_u64() >> 12) as f64 + 0.5) * STEP - 0.5
}

/// Fills `out` with independent standard normal numbers by inversion of their distribution.
pub fn fill_normal(random: &mut impl Rng, out: &mut [f64]) {
    for value in out.iter_mut() {
        *value = centred(random);
    }
    invert(out);
}

/// A uniformly random point of the unit sphere.
pub fn unit_vector(random: &mut impl Rng, dimension: usize) -> Vec<f64> {
    let mut point = vec![0.0; dimension];
    fill_normal(random, &mut point);
    let length = crate::vectors::norm(&point);
    crate::vectors::scale(1.0 / length, &mut point);
    point
}

/// Half-width of the central region of Wichura's approximation.
const CENTRE: f64 = 0.425;

/// Where the approximation of the tails changes: p = exp(−25).
const FAR: f64 = 5.0;

/// From p − ½ to the normal quantile of p, in place (Wichura's algorithm AS 241, relative error
/// about 1e-16).
fn invert(centred: &mut [f64]) {
    const BLOCK: usize = 64;
    for block in centred.chunks_mut(BLOCK) {
        let mut tails = [(0, 0.0); BLOCK];
        let mut roots = [0.0; BLOCK];
        let mut count = 0;
        for (place, &q) in block.iter().enumerate() {
            if q.abs() > CENTRE {
                tails[count] = (place, q);
                roots[count] = (-libm::log(0.5 - q.abs())).sqrt();
                count += 1;
            }
        }
        let mut sizes = roots;
        vectorised_call(
            #[inline(always)]
            || {
                for value in block.iter_mut() {
                    *value = central(*value);
                }
                for root in &mut sizes[..count] {
                    *root = tail(*root);
                }
            },
        );
        for ((&(place, q), &root), &size) in tails.iter().zip(&roots).zip(&sizes[..count]) {
            let size = if root > FAR { far_tail(root) } else { size };
            block[place] = size.copysign(q);
        }
    }
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled for wider vectors by `invert`"
)]
fn polynomial<const N: usize>(coefficients: [f64; N], x: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for &coefficient in coefficients[..N - 1].iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled for wider vectors by `invert`"
)]
fn central(q: f64) -> f64 {
    let r = 0.180_625 - q * q;
    q * polynomial(
        [
            3.387_132_872_796_366_5,
            133.141_667_891_784_38,
            1_971.590_950_306_551_3,
            13_731.693_765_509_46,
            45_921.953_931_549_87,
            67_265.770_927_008_7,
            33_430.575_583_588_13,
            2_509.080_928_730_122_7,
        ],
        r,
    ) / polynomial(
        [
            1.0,
            42.313_330_701_600_91,
            687.187_007_492_057_9,
            5_394.196_021_424_751,
            21_213.794_301_586_597,
            39_307.895_800_092_71,
            28_729.085_735_721_943,
            5_226.495_278_852_854,
        ],
        r,
    )
}

/// The quantile's size where √(−ln p) is at most [`FAR`].
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled for wider vectors by `invert`"
)]
fn tail(root: f64) -> f64 {
    let r = root - 1.6;
    polynomial(
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            0.241_780_725_177_450_6,
            0.022_723_844_989_269_184,
            7.745_450_142_783_414e-4,
        ],
        r,
    ) / polynomial(
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            0.689_767_334_985_1,
            0.148_103_976_427_480_08,
            0.015_198_666_563_616_457,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
        r,
    )
}

/// The quantile's size where √(−ln p) is larger than [`FAR`].
#[cold]
fn far_tail(root: f64) -> f64 {
    let r = root - FAR;
    polynomial(
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            0.296_560_571_828_504_87,
            0.026_532_189_526_576_124,
            0.001_242_660_947_388_078_4,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        r,
    ) / polynomial(
        [
            1.0,
            0.599_832_206_555_888,
            0.136_929_880_922_735_8,
            0.014_875_361_290_850_615,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
        r,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use harness_testkit::statrs::distribution::{ContinuousCDF, Normal};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn inversion_agrees_with_an_independent_quantile() {
        let normal = Normal::standard();
        for p in [
            1e-15,
            1e-9,
            1e-3,
            0.07,
            0.0751,
            0.3,
            0.5,
            0.7,
            0.93,
            0.999,
            1.0 - 1e-9,
        ] {
            let mut value = [p - 0.5];
            invert(&mut value);
            let expected = normal.inverse_cdf(p);
            let allowed = 1e-9 * (1.0 + expected.abs()) + 2e-16 / p.min(1.0 - p);
            assert!(
                (value[0] - expected).abs() <= allowed,
                "{p}: {value:?} {expected}"
            );
        }
    }

    #[test]
    fn normal_draws_have_the_moments_of_a_normal() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut draws = vec![0.0; 200_000];
        fill_normal(&mut random, &mut draws);
        let moment = |k: i32| -> f64 {
            let powers = draws.iter().map(|x| libm::pow(*x, f64::from(k)));
            powers.sum::<f64>() / draws.len() as f64
        };
        assert!(moment(1).abs() < 0.01);
        assert!((moment(2) - 1.0).abs() < 0.02);
        assert!(moment(3).abs() < 0.04);
        assert!((moment(4) - 3.0).abs() < 0.12);
    }
}
