//! How often the intervals cover what they estimate, by simulation at the numbers of replicates in
//! use.

use harness_core::statistics::{binomial_interval, mean_interval, median_interval};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TRIALS: usize = 10_000;

pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform in (0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Standard normal, by Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(2.0 * std::f64::consts::PI * self.uniform())
    }

    /// Exponential with mean 1.
    pub(crate) fn exponential(&mut self) -> f64 {
        -libm::log(self.uniform())
    }
}

/// The share of trials that cover, and four standard errors of a share near `level`.
fn coverage(level: f64, covers: impl FnMut(usize) -> bool) -> (f64, f64) {
    let hits = (0..TRIALS).map(covers).filter(|covered| *covered).count();
    let error = (level * (1.0 - level) / TRIALS as f64).sqrt();
    (hits as f64 / TRIALS as f64, 4.0 * error)
}

#[test]
fn student_covers_the_mean_of_normal_numbers() {
    let mut draws = Draws::new(1);
    for n in [3, 6, 10, 20] {
        for level in [0.95, 0.99] {
            let (share, error) = coverage(level, |_| {
                let values: Vec<f64> = (0..n).map(|_| 5.0 + 2.0 * draws.normal()).collect();
                let interval = mean_interval(&values, level);
                interval.low <= 5.0 && 5.0 <= interval.high
            });
            assert!((share - level).abs() < error, "n = {n}: {share} at {level}");
        }
    }
}

/// What `METHODOLOGY.md` says about skewed numbers.
#[test]
fn student_covers_less_when_numbers_are_skewed() {
    let mut draws = Draws::new(2);
    let (share, _) = coverage(0.95, |_| {
        let values: Vec<f64> = (0..10).map(|_| draws.exponential()).collect();
        let interval = mean_interval(&values, 0.95);
        interval.low <= 1.0 && 1.0 <= interval.high
    });
    assert!((0.89..0.91).contains(&share), "{share}");
}

#[test]
fn order_statistics_cover_the_median_exactly_whatever_the_distribution() {
    let mut draws = Draws::new(3);
    for n in [6, 8, 10, 20, 36] {
        for skewed in [false, true] {
            let truth = if skewed { std::f64::consts::LN_2 } else { 0.0 };
            let mut stated = 0.0;
            let (share, error) = coverage(0.95, |_| {
                let mut draw = || {
                    if skewed {
                        draws.exponential()
                    } else {
                        draws.normal()
                    }
                };
                let values: Vec<f64> = (0..n).map(|_| draw()).collect();
                let interval = median_interval(&values, 0.95);
                stated = interval.coverage;
                interval.low <= truth && truth <= interval.high
            });
            assert!(
                (share - stated).abs() < error,
                "n = {n}: {share}, stated {stated}"
            );
        }
    }
}

#[test]
fn ties_only_raise_the_coverage_of_the_median() {
    let mut draws = Draws::new(4);
    // 0 with probability 0.55, else 1: the median is 0.
    let (share, error) = coverage(0.95, |_| {
        let values: Vec<f64> = (0..10)
            .map(|_| f64::from(u8::from(draws.uniform() > 0.55)))
            .collect();
        let interval = median_interval(&values, 0.95);
        interval.low <= 0.0 && 0.0 <= interval.high
    });
    assert!(share > 0.978 - error, "{share}");
}

#[test]
fn clopper_and_pearson_cover_at_least_as_stated() {
    let mut draws = Draws::new(5);
    for n in [6, 10, 36] {
        for p in [0.02, 0.1, 0.5, 0.9] {
            let intervals: Vec<_> = (0..=n)
                .map(|hits| binomial_interval(hits, n, 0.95))
                .collect();
            let (share, error) = coverage(0.95, |_| {
                let hits = (0..n).filter(|_| draws.uniform() < p).count();
                let interval = intervals[hits];
                interval.low <= p && p <= interval.high
            });
            assert!(share > 0.95 - error, "n = {n}, p = {p}: {share}");
        }
    }
}
