//! Intervals of the mean, of the median and of a share.

use super::beta::{incomplete_beta, inverse_incomplete_beta};
use super::summary::{mean, sorted, standard_deviation};

/// A two-sided interval, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end; may be −∞.
    pub low: f64,
    /// The upper end; may be ∞.
    pub high: f64,
    /// The probability with which it covers what it estimates: the level asked for, or more where
    /// the achieved coverage is known.
    pub coverage: f64,
}

impl Interval {
    /// The interval that covers everything and says nothing.
    pub const LINE: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        coverage: 1.0,
    };

    /// A single number.
    pub const fn point(value: f64, coverage: f64) -> Self {
        Self {
            low: value,
            high: value,
            coverage,
        }
    }
}

/// The quantile of Student's t distribution: the t with P(T ≤ t) = `probability`.
///
/// `degrees` is positive. Infinite at 0 and 1; not a number outside [0, 1].
/// Source: DLMF 8.17, `P(|T| > t) = I_x(ν/2, ½)` with x = ν/(ν + t²).
pub fn student_t_quantile(probability: f64, degrees: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let both_tails = 2.0 * probability.min(1.0 - probability);
    let size = if both_tails < 0.5 {
        let x = inverse_incomplete_beta(0.5 * degrees, 0.5, both_tails);
        (degrees * (1.0 - x) / x).sqrt()
    } else {
        // Near the centre 1 − x would cancel, so its mirror image is solved for.
        let x = inverse_incomplete_beta(0.5, 0.5 * degrees, 1.0 - both_tails);
        (degrees * x / (1.0 - x)).sqrt()
    };
    if probability < 0.5 { -size } else { size }
}

/// Student's interval of the mean: x̄ ± t·s/√n.
///
/// A single point if the mean is infinite: an infinite value that was seen leaves no finite mean.
/// Not a number if the mean is not a number. Else the whole line for fewer than two values.
pub fn mean_interval(values: &[f64], level: f64) -> Interval {
    let n = values.len();
    let centre = mean(values);
    let half = if !centre.is_finite() {
        0.0
    } else if n < 2 {
        return Interval::LINE;
    } else {
        let t = student_t_quantile(0.5 + 0.5 * level, (n - 1) as f64);
        t * standard_deviation(values) / (n as f64).sqrt()
    };
    Interval {
        low: centre - half,
        high: centre + half,
        coverage: level,
    }
}

/// The exact interval of the median, from the k-th smallest to the k-th largest value.
///
/// k is the largest with P(Bin(n, ½) ≤ k − 1) ≤ (1 − level)/2; the whole line if there is none
/// (at level 0.95: fewer than six values). The coverage is the achieved one, exact for continuous
/// distributions and a lower bound for others. Source: David and Nagaraja (2003), section 7.1.
pub fn median_interval(values: &[f64], level: f64) -> Interval {
    let n = values.len();
    if values.iter().any(|value| value.is_nan()) {
        return Interval {
            low: f64::NAN,
            high: f64::NAN,
            coverage: level,
        };
    }
    let sorted = sorted(values);
    let possible = (1..=n / 2).take_while(|k| half_binomial(k - 1, n) <= 0.5 * (1.0 - level));
    possible.last().map_or(Interval::LINE, |k| Interval {
        low: sorted[k - 1],
        high: sorted[n - k],
        coverage: 1.0 - 2.0 * half_binomial(k - 1, n),
    })
}

/// Whether the median of so many values has an interval at this level that is not the whole line.
pub fn median_is_bounded(n: usize, level: f64) -> bool {
    n >= 2 && half_binomial(0, n) <= 0.5 * (1.0 - level)
}

/// P(Bin(n, ½) ≤ m) for m < n.
pub(super) fn half_binomial(m: usize, n: usize) -> f64 {
    incomplete_beta((n - m) as f64, (m + 1) as f64, 0.5)
}

/// The two-sided interval of Clopper and Pearson (1934) for a share of which `hits` of `n` were
/// seen. Covers at least with the level asked for; the unit interval if `n` is 0.
pub fn binomial_interval(hits: usize, n: usize, level: f64) -> Interval {
    let tail = 0.5 * (1.0 - level);
    Interval {
        low: lower_share(hits, n, tail),
        high: 1.0 - lower_share(n - hits.min(n), n, tail),
        coverage: level,
    }
}

fn lower_share(hits: usize, n: usize, tail: f64) -> f64 {
    if hits == 0 {
        0.0
    } else {
        inverse_incomplete_beta(hits as f64, (n + 1).saturating_sub(hits) as f64, tail)
    }
}
