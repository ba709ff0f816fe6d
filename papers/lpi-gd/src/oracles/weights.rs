//! Interpolation weights.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{assert_near, rule};
use crate::interpolation::{LocalPolynomial, PointWeights, Weights, WeightsBuilder};
use crate::points::Points;

/// The weights of one point, on all nodes.
fn weights(rule: LocalPolynomial, x: &[f64]) -> Vec<f64> {
    let mut all = vec![0.0; rule.grid().nodes().expect("small")];
    let points = Points::new(x.len(), x.to_vec());
    for (node, weight) in &PointWeights::of(rule, &points).points[0] {
        all[*node] = *weight;
    }
    all
}

#[test]
fn weights_of_degree_zero_and_one() {
    let linear = [
        0.116_824_906_160_3,
        0.211_367_851_622_875,
        0.249_397_217_928_903,
        0.231_658_202_693_751,
        0.158_896_003_532_789,
        0.031_855_818_061_382_3,
    ];
    assert_near(&weights(rule(10, 1, 1), &[0.52])[2..8], &linear, 1e-10);
    let half = [
        0.075_342_465_753_424_6,
        0.184_931_506_849_315,
        0.239_726_027_397_26,
    ];
    let mirrored: Vec<f64> = half.iter().chain(half.iter().rev()).copied().collect();
    assert_near(&weights(rule(10, 1, 1), &[0.55])[2..8], &mirrored, 1e-10);
    let constant = [
        0.240_601_503_759_398,
        0.372_180_451_127_82,
        0.315_789_473_684_211,
        0.071_428_571_428_571_5,
    ];
    assert_near(&weights(rule(10, 1, 0), &[0.52])[3..7], &constant, 1e-10);
}

#[test]
fn weights_of_degree_two() {
    let inside = [
        -0.065_500_776_051_003_7,
        0.068_399_913_542_152_6,
        0.250_408_239_298_143,
        0.348_508_436_620_419,
        0.307_860_862_277_422,
        0.150_801_994_402_577,
        -0.023_155_567_505_700_7,
        -0.037_323_102_584_009_1,
    ];
    let all = weights(rule(10, 1, 2), &[0.52]);
    assert_near(&all[1..9], &inside, 1e-10);
    let lebesgue: f64 = all.iter().map(|weight| weight.abs()).sum();
    assert!((lebesgue - 1.251_958_892_281_4).abs() < 1e-10);
    let border = [
        1.767_191_936_533_05,
        -0.621_575_809_599_172,
        -0.458_424_190_400_824,
        0.312_808_063_466_941,
    ];
    let all = weights(rule(10, 1, 2), &[0.04]);
    assert_near(&all[..4], &border, 1e-10);
    assert!(all[4..].iter().all(|weight| *weight == 0.0));
}

#[test]
fn at_the_open_end_weights_are_signed_binomials() {
    for degree in 0..=5_usize {
        let all = weights(rule(12, 1, degree), &[0.0]);
        let mut binomial = 1.0;
        for (index, weight) in all.iter().enumerate() {
            let k = index + 1;
            let expected = if k <= degree + 1 {
                binomial *= (degree + 2 - k) as f64 / k as f64;
                if k % 2 == 1 { binomial } else { -binomial }
            } else {
                0.0
            };
            assert!(
                (weight - expected).abs() < 1e-9,
                "degree {degree}, node {k}"
            );
        }
        let lebesgue: f64 = all.iter().map(|weight| weight.abs()).sum();
        assert!((lebesgue - f64::from((2 << degree) - 1)).abs() < 1e-9);
    }
}

#[test]
fn interior_lebesgue_constants() {
    // The largest over positions between nodes, by a dense scan.
    for (degree, expected, tolerance) in [
        (0, 1.0, 1e-12),
        (1, 1.0, 1e-12),
        (2, 1.303_030_303, 1e-6),
        (3, 1.251_748_2, 1e-5),
        (4, 1.460_7, 1e-4),
        (5, 1.425_8, 1e-4),
    ] {
        for per_axis in [40, 97] {
            let scan = (0..=4000).map(|step| 0.5 + f64::from(step) / 4000.0 / per_axis as f64);
            let points = Points::new(1, scan.collect());
            let lebesgue = Weights::of(rule(per_axis, 1, degree), &points).lebesgue;
            assert!(
                (lebesgue - expected).abs() < tolerance,
                "degree {degree}: {lebesgue}"
            );
        }
    }
}

#[test]
fn averaged_weights_of_the_deterministic_points() {
    let expected = [
        0.123_325_14,
        0.139_969_99,
        0.135_174_85,
        0.134_957_6,
        0.139_533_94,
        0.130_663_99,
        0.112_725_79,
        0.083_648_7,
    ];
    let averaged = Weights::of(rule(8, 1, 1), &Points::deterministic(5, 1));
    assert_near(&averaged.values, &expected, 1e-8);
    assert!((averaged.lebesgue - 1.0).abs() < 1e-12);
}

/// The same weights by the normal equations that define them.
fn by_least_squares(rule: LocalPolynomial, x: &[f64]) -> Vec<f64> {
    let (d, l) = (x.len(), rule.degree());
    let mut exponents = vec![vec![]];
    for _ in 0..d {
        exponents = exponents
            .iter()
            .flat_map(|e: &Vec<usize>| (0..=l).map(move |s| [e.clone(), vec![s]].concat()))
            .collect();
    }
    exponents.retain(|e| e.iter().sum::<usize>() <= l);
    exponents.sort_by_key(|e| e.iter().sum::<usize>());
    let monomials = |v: &[f64]| -> Vec<f64> {
        let power = |e: &Vec<usize>| {
            let factor = |(v, s): (&f64, &usize)| libm::pow(*v, *s as f64);
            v.iter().zip(e).map(factor).product()
        };
        exponents.iter().map(power).collect()
    };
    let h = rule.bandwidth() / rule.grid().per_axis as f64;
    let nodes = rule.grid().points();
    let size = exponents.len();
    let mut normal = vec![0.0; size * size];
    let at = |y: &[f64]| {
        let v: Vec<f64> = y.iter().zip(x).map(|(y, x)| (y - x) / h).collect();
        let one = |v: &f64| {
            if v.abs() < 1.0 {
                0.75 * (1.0 - v * v)
            } else {
                0.0
            }
        };
        (v.iter().map(one).product::<f64>(), monomials(&v))
    };
    for y in nodes.iter() {
        let (kernel, u) = at(y);
        for j in 0..size {
            for k in 0..size {
                normal[j * size + k] += kernel * u[j] * u[k];
            }
        }
    }
    let mut c = vec![0.0; size];
    c[0] = 1.0;
    assert!(harness_numerics::dense::solve_positive_definite(
        &normal, &mut c
    ));
    let weight = |y: &[f64]| {
        let (kernel, u) = at(y);
        kernel * c.iter().zip(&u).map(|(c, u)| c * u).sum::<f64>()
    };
    nodes.iter().map(weight).collect()
}

#[test]
fn orthogonal_polynomials_solve_the_least_squares_problem() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for dimension in 1..=3 {
        for degree in 0..=4 {
            let rule = rule(9, dimension, degree);
            for _ in 0..5 {
                // The whole cube: one-sided windows at both ends included.
                let x: Vec<f64> = (0..dimension)
                    .map(|_| harness_numerics::random::unit(&mut rng))
                    .collect();
                assert_near(&weights(rule, &x), &by_least_squares(rule, &x), 1e-8);
            }
            let corner = vec![1.0; dimension];
            assert_near(
                &weights(rule, &corner),
                &by_least_squares(rule, &corner),
                1e-8,
            );
        }
    }
}

#[test]
fn polynomials_are_reproduced_and_the_next_degree_is_not() {
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    for (dimension, degree) in [(1, 4), (2, 3), (3, 2), (4, 1)] {
        let rule = rule(8, dimension, degree);
        let nodes = rule.grid().points();
        let mut next = 0.0_f64;
        for _ in 0..20 {
            let x: Vec<f64> = (0..dimension)
                .map(|_| harness_numerics::random::unit(&mut rng))
                .collect();
            let all = weights(rule, &x);
            let error = |power: usize| {
                let q = |y: &[f64]| {
                    let sum: f64 = y.iter().enumerate().map(|(k, y)| (k + 1) as f64 * y).sum();
                    libm::pow(sum / dimension as f64, power as f64)
                };
                let value: f64 = nodes.iter().zip(&all).map(|(y, w)| w * q(y)).sum();
                (value - q(&x)).abs()
            };
            for power in 0..=degree {
                assert!(error(power) < 1e-9);
            }
            next = next.max(error(degree + 1));
        }
        assert!(next > 1e-4);
    }
}

#[test]
fn chunks_of_data_give_the_same_bits_as_the_whole() {
    let points = Points::deterministic(1000, 2);
    let rule = rule(20, 2, 3);
    let whole = Weights::of(rule, &points);
    let mut builder = WeightsBuilder::new(rule);
    for first in (0..1000).step_by(64) {
        let chunk = (first..1000.min(first + 64)).flat_map(|index| points.get(index).to_vec());
        builder.add(&Points::new(2, chunk.collect()));
    }
    assert_eq!(builder.finish(), whole);
    assert!((whole.values.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}
