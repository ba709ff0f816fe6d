//! The statistics against closed forms, published values and an independent library.

use harness_core::statistics::{
    Interval, Target, binomial_interval, fit_line, incomplete_beta, inverse_incomplete_beta, mean,
    mean_interval, median, median_interval, median_is_bounded, quantile, replicates_for_mean,
    replicates_for_median, replicates_for_share, standard_deviation, student_t_quantile,
};
use harness_testkit::proptest::prelude::*;
use harness_testkit::statrs::distribution::{Beta, ContinuousCDF, StudentsT};
use harness_testkit::statrs::function::beta::beta_reg;

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

#[track_caller]
fn assert_close(a: f64, b: f64, relative: f64) {
    assert!(close(a, b, relative), "{a} is not near {b}");
}

#[test]
fn incomplete_beta_has_its_closed_forms() {
    for x in [1e-9, 0.01, 0.3, 0.5, 0.77, 0.999] {
        for p in [0.5, 1.0, 3.0, 40.0] {
            assert_close(incomplete_beta(p, 1.0, x), libm::pow(x, p), 1e-13);
            let mirrored = -libm::expm1(p * libm::log1p(-x));
            assert_close(incomplete_beta(1.0, p, x), mirrored, 1e-12);
        }
        let arcsine = 2.0 / std::f64::consts::PI * libm::asin(x.sqrt());
        assert_close(incomplete_beta(0.5, 0.5, x), arcsine, 1e-13);
    }
    assert!(incomplete_beta(0.0, 1.0, 0.5).is_nan());
    assert!(incomplete_beta(1.0, 1.0, f64::NAN).is_nan());
}

/// P(Bin(n, p) ≤ m) summed term by term with exact binomial coefficients.
fn binomial_sum(m: u32, n: u32, p: f64) -> f64 {
    let mut coefficient = 1_u128;
    let mut sum = 0.0;
    for k in 0..=m {
        let power = libm::pow(p, f64::from(k)) * libm::pow(1.0 - p, f64::from(n - k));
        sum += coefficient as f64 * power;
        coefficient = coefficient * u128::from(n - k) / u128::from(k + 1);
    }
    sum
}

#[test]
fn incomplete_beta_is_the_binomial_tail() {
    for n in [2_u32, 6, 10, 37, 60] {
        for m in 0..n {
            for p in [0.01, 0.3, 0.5, 0.9] {
                let tail = incomplete_beta(f64::from(n - m), f64::from(m + 1), 1.0 - p);
                assert_close(tail, binomial_sum(m, n, p), 1e-11);
            }
        }
    }
}

#[test]
fn student_quantiles_have_their_closed_forms() {
    for p in [0.6, 0.9, 0.975, 0.9995, 1.0 - 1e-7] {
        let cauchy = libm::tan(std::f64::consts::PI * (p - 0.5));
        assert_close(student_t_quantile(p, 1.0), cauchy, 1e-8);
        let two = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
        assert_close(student_t_quantile(p, 2.0), two, 1e-9);
    }
    // Student's table, two-sided 95 %.
    for (degrees, t) in [
        (1, 12.706),
        (2, 4.303),
        (5, 2.571),
        (9, 2.262),
        (19, 2.093),
        (120, 1.980),
    ] {
        let ours = student_t_quantile(0.975, f64::from(degrees));
        assert!((ours - t).abs() < 5.01e-4, "{degrees}: {ours}");
    }
    assert_close(student_t_quantile(0.975, 1e7), 1.959_963_984_540_054, 1e-6);
    assert!(student_t_quantile(0.5, 7.0).abs() < 1e-12);
    assert!(student_t_quantile(1.5, 7.0).is_nan());
    assert_eq!(
        student_t_quantile(1.0, 7.0).to_bits(),
        f64::INFINITY.to_bits()
    );
}

#[test]
fn binomial_intervals_are_the_published_ones() {
    // Values of R's binom.test.
    let published = [
        (0, 10, 0.0, 0.308_497_1),
        (5, 10, 0.187_086_0, 0.812_914_0),
        (9, 10, 0.554_983_9, 0.997_471_4),
        (10, 10, 0.691_502_9, 1.0),
    ];
    for (hits, n, low, high) in published {
        let interval = binomial_interval(hits, n, 0.95);
        assert!(
            (interval.low - low).abs() < 5e-7,
            "{hits}/{n}: {interval:?}"
        );
        assert!(
            (interval.high - high).abs() < 5e-7,
            "{hits}/{n}: {interval:?}"
        );
    }
    assert_close(
        binomial_interval(36, 36, 0.95).low,
        libm::pow(0.025, 1.0 / 36.0),
        1e-12,
    );
    let nothing = binomial_interval(0, 0, 0.95);
    assert!(nothing.low <= 0.0 && nothing.high >= 1.0);
}

#[test]
fn the_median_interval_takes_the_right_ranks() {
    let ranks = |n: i32, level| {
        let values: Vec<f64> = (1..=n).rev().map(f64::from).collect();
        median_interval(&values, level)
    };
    let expect = |low, high, coverage| Interval {
        low,
        high,
        coverage,
    };
    assert_eq!(ranks(5, 0.95), Interval::LINE);
    assert_eq!(ranks(6, 0.95), expect(1.0, 6.0, 0.968_75));
    for (n, low, high) in [
        (8, 1.0, 8.0),
        (9, 2.0, 8.0),
        (10, 2.0, 9.0),
        (20, 6.0, 15.0),
    ] {
        let found = ranks(n, 0.95);
        let n = n as u32;
        let exact = 1.0 - 2.0 * binomial_sum(low as u32 - 1, n, 0.5);
        assert_eq!((found.low, found.high), (low, high), "n = {n}");
        assert_close(found.coverage, exact, 1e-13);
        assert!(
            1.0 - 2.0 * binomial_sum(low as u32, n, 0.5) < 0.95,
            "not the largest k"
        );
    }
    // Ten parts at n = 6: no order statistics cover with 99.5 %.
    assert_eq!(ranks(6, 0.995), Interval::LINE);
    assert!(!median_is_bounded(6, 0.995) && median_is_bounded(9, 0.995));
    assert!(!median_is_bounded(5, 0.95) && median_is_bounded(6, 0.95));
}

#[test]
fn infinite_and_missing_numbers_keep_their_meaning() {
    let infinite = f64::INFINITY;
    assert_eq!(mean(&[1.0, infinite]).to_bits(), infinite.to_bits());
    assert!(mean(&[-infinite, infinite]).is_nan());
    assert!(mean(&[]).is_nan() && mean(&[1.0, f64::NAN]).is_nan());
    assert_close(mean(&[f64::MAX, f64::MAX]), f64::MAX, 1e-15);
    assert_close(
        standard_deviation(&[-1e200, 1e200]),
        2.0_f64.sqrt() * 1e200,
        1e-15,
    );
    assert!(standard_deviation(&[1.0]).is_nan() && standard_deviation(&[1.0, infinite]).is_nan());
    assert_eq!(mean_interval(&[3.0], 0.95), Interval::LINE);
    assert_eq!(
        mean_interval(&[3.0, infinite], 0.95),
        Interval::point(infinite, 0.95)
    );
    let values = [1.0, 2.0, infinite, -infinite, 3.0, 4.0];
    let interval = median_interval(&values, 0.95);
    assert_eq!((interval.low, interval.high), (-infinite, infinite));
    assert!(median_interval(&[f64::NAN; 8], 0.95).low.is_nan());
    assert!(quantile(&[1.0, f64::NAN], 0.5).is_nan());
    assert_eq!(quantile(&[1.0, infinite], 0.0).to_bits(), 1.0_f64.to_bits());
    assert_eq!(
        quantile(&[1.0, infinite], 0.5).to_bits(),
        infinite.to_bits()
    );
}

#[test]
fn summaries_are_the_published_ones() {
    // Values of R's quantile(…, type = 7).
    let values = [10.0, 1.0, 4.0, 2.0, 3.0];
    for (p, expected) in [
        (0.0, 1.0),
        (0.1, 1.4),
        (0.3, 2.2),
        (0.5, 3.0),
        (0.9, 7.6),
        (1.0, 10.0),
    ] {
        assert_close(quantile(&values, p), expected, 1e-15);
    }
    assert_close(median(&[1.0, 2.0, 4.0, 100.0]), 3.0, 1e-15);
    assert_close(mean(&values), 4.0, 1e-15);
    assert_close(standard_deviation(&values), 12.5_f64.sqrt(), 1e-15);
    // The second pass of the mean repairs what the first rounds off.
    let far: Vec<f64> = (0..1000).map(|index| 1e9 + f64::from(index % 2)).collect();
    assert_close(mean(&far), 1e9 + 0.5, 0.0);
}

#[test]
fn a_line_is_fitted_with_its_error() {
    // Anscombe's first set; values of R's lm.
    let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    let y = [
        8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68,
    ];
    let points: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
    let line = fit_line(&points).expect("different x");
    assert!((line.slope - 0.500_090_9).abs() < 1e-7);
    assert!((line.intercept - 3.000_090_9).abs() < 1e-7);
    assert!((line.slope_error - 0.117_905_5).abs() < 1e-7);
    assert!(fit_line(&[(1.0, 1.0), (1.0, 2.0)]).is_none());
    assert!(fit_line(&[(1.0, 1.0), (2.0, f64::NAN)]).is_none());
    assert!(fit_line(&[]).is_none());
}

#[test]
fn the_number_of_replicates_asked_for_is_the_first_that_settles() {
    let needed = replicates_for_mean(1.0, 0.5, 0.95, 10).expect("finite");
    let half = |n: u64| student_t_quantile(0.975, (n - 1) as f64) / (n as f64).sqrt();
    assert!(half(needed) <= 0.5 && half(needed - 1) > 0.5, "{needed}");
    assert_eq!(replicates_for_mean(1.0, 0.0, 0.95, 10), None);
    assert_eq!(replicates_for_mean(f64::NAN, 1.0, 0.95, 10), None);
    // Nothing on the wrong side: as many as an interval needs at all.
    assert_eq!(replicates_for_median(0.0, 0.95, 2), Some(6));
    assert_eq!(replicates_for_median(0.0, 0.995, 2), Some(9));
    assert_eq!(replicates_for_median(0.5, 0.95, 10), None);
    assert_eq!(
        replicates_for_share(1.0, Target::Above(0.9), 0.95, 10),
        Some(36)
    );
    assert_eq!(
        replicates_for_share(0.0, Target::Below(0.1), 0.95, 10),
        Some(36)
    );
    assert_eq!(
        replicates_for_share(0.9, Target::Above(0.9), 0.95, 10),
        None
    );
}

#[test]
fn agrees_with_an_independent_library() {
    for degrees in [1.0, 2.0, 5.0, 9.0, 19.0, 99.0] {
        let theirs = StudentsT::new(0.0, 1.0, degrees).expect("valid");
        for p in [0.01, 0.4, 0.6, 0.9, 0.975, 0.9975, 0.99975] {
            // Compared as probabilities: their quantile is itself found by iteration.
            assert_close(theirs.cdf(student_t_quantile(p, degrees)), p, 1e-10);
        }
    }
    for (a, b) in [
        (0.5, 0.5),
        (1.0, 9.0),
        (6.0, 5.0),
        (36.0, 1.0),
        (400.0, 600.0),
        (5e3, 5e3),
    ] {
        let theirs = Beta::new(a, b).expect("valid");
        for p in [0.0025, 0.025, 0.5, 0.975] {
            let x = inverse_incomplete_beta(a, b, p);
            assert_close(beta_reg(a, b, x), p, 1e-10);
            assert_close(theirs.cdf(x), p, 1e-10);
        }
    }
}

proptest! {
    #[test]
    fn incomplete_beta_rises_and_mirrors(
        a in 0.3..80.0,
        b in 0.3..80.0,
        x in 0.0..1.0,
        y in 0.0..1.0,
    ) {
        let value = incomplete_beta(a, b, x);
        prop_assert!((0.0..=1.0 + 1e-12).contains(&value));
        prop_assert!((value + incomplete_beta(b, a, 1.0 - x) - 1.0).abs() < 1e-11);
        if x < y {
            prop_assert!(value <= incomplete_beta(a, b, y) + 1e-12);
        }
    }

    #[test]
    fn the_inverse_inverts(a in 0.3..80.0, b in 0.3..80.0, p in 1e-6..0.999_999) {
        let x = inverse_incomplete_beta(a, b, p);
        // Where the density is steep, neighbouring numbers are far apart in probability.
        prop_assert!(incomplete_beta(a, b, x * (1.0 - 1e-12)) <= p + 1e-10);
        prop_assert!(incomplete_beta(a, b, (x * (1.0 + 1e-12) + 1e-300).min(1.0)) >= p - 1e-10);
    }

    #[test]
    fn intervals_nest_and_hold_their_estimate(
        values in prop::collection::vec(-1e3..1e3, 2..40),
        hits in 0_usize..40,
        level in 0.5..0.99,
    ) {
        let wider = 1.0 - (1.0 - level) / 7.0;
        let pairs = [
            (mean_interval(&values, level), mean_interval(&values, wider), mean(&values)),
            (median_interval(&values, level), median_interval(&values, wider), median(&values)),
            (
                binomial_interval(hits, 40, level),
                binomial_interval(hits, 40, wider),
                hits as f64 / 40.0,
            ),
        ];
        for (inner, outer, estimate) in pairs {
            prop_assert!(outer.low <= inner.low && inner.high <= outer.high);
            prop_assert!(inner.low <= estimate && estimate <= inner.high);
            prop_assert!(inner.coverage >= level && outer.coverage >= wider);
        }
    }

    #[test]
    fn intervals_mirror(values in prop::collection::vec(-1e3..1e3, 2..30), hits in 0_usize..30) {
        let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
        let (one, other) = (median_interval(&values, 0.95), median_interval(&mirrored, 0.95));
        prop_assert_eq!((one.low, one.high), (-other.high, -other.low));
        let (one, other) = (mean_interval(&values, 0.95), mean_interval(&mirrored, 0.95));
        prop_assert_eq!((one.low, one.high), (-other.high, -other.low));
        let share = |hits| binomial_interval(hits, 30, 0.95);
        let (one, other) = (share(hits), share(30 - hits));
        prop_assert!((one.low + other.high - 1.0).abs() < 1e-12);
    }

    #[test]
    fn quantiles_rise_and_stay_within(
        values in prop::collection::vec(-1e3..1e3, 1..30),
        p in 0.0..1.0,
        q in 0.0..1.0,
    ) {
        let (low, high) = if p < q { (p, q) } else { (q, p) };
        prop_assert!(quantile(&values, low) <= quantile(&values, high));
        prop_assert!(quantile(&values, 0.0) <= quantile(&values, low));
        prop_assert!(quantile(&values, high) <= quantile(&values, 1.0));
    }

    #[test]
    fn a_fit_follows_scale_and_shift(
        points in prop::collection::vec((-10.0..10.0, -10.0..10.0), 3..20),
        factor in 0.1..10.0_f64,
        shift in -10.0..10.0_f64,
    ) {
        let Some(line) = fit_line(&points) else { return Ok(()) };
        let move_point = |(x, y): &(f64, f64)| (x + shift, factor * y + shift);
        let moved: Vec<(f64, f64)> = points.iter().map(move_point).collect();
        if let Some(moved) = fit_line(&moved) {
            // Nearly equal x make the slope ill-conditioned.
            let spread = standard_deviation(&points.iter().map(|(x, _)| *x).collect::<Vec<_>>());
            prop_assume!(spread > 1e-3);
            let wanted = factor * line.slope;
            prop_assert!((moved.slope - wanted).abs() <= 1e-8 * (1.0 + wanted.abs()));
        }
    }
}
