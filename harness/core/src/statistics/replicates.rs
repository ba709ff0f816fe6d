//! Roughly how many replicates would settle an undecided test. For planning, never for verdicts.

use super::beta::incomplete_beta;
use super::intervals::half_binomial;

const MOST: u64 = 1_000_000;

/// What a share is to be compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// The interval must come to lie at or above this.
    Above(f64),
    /// The interval must come to lie at or below this.
    Below(f64),
}

/// The smallest n above `now` at which Student's interval at this level is at most `distance` wide
/// on each side, given the standard deviation. `None` if there is none below a million.
pub fn replicates_for_mean(deviation: f64, distance: f64, level: f64, now: u64) -> Option<u64> {
    let possible = deviation.is_finite() && distance > 0.0;
    smallest(3.max(now + 1), |n| {
        // t ≤ distance·√n/s, asked of the distribution rather than of its quantile.
        let degrees = (n - 1) as f64;
        let square = distance * distance * n as f64 / (deviation * deviation);
        let beyond = incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + square));
        possible && beyond <= 1.0 - level
    })
}

/// The smallest n above `now` at which the median's interval at this level lies on the right side
/// of an end of which `wrong` is the share of numbers on the wrong side. `None` if there is none
/// below a million.
pub fn replicates_for_median(wrong: f64, level: f64, now: u64) -> Option<u64> {
    smallest(6.max(now + 1), |n| {
        let beyond = (wrong * n as f64).ceil() as u64;
        beyond < n && half_binomial(beyond as usize, n as usize) <= 0.5 * (1.0 - level)
    })
}

/// The smallest n above `now` at which the binomial interval at this level settles the comparison,
/// if the share stays. `None` if there is none below a million.
pub fn replicates_for_share(share: f64, target: Target, level: f64, now: u64) -> Option<u64> {
    let tail = 0.5 * (1.0 - level);
    smallest(now + 1, |n| {
        let exact = share * n as f64;
        match target {
            Target::Above(end) => tail_above(exact.floor(), n as f64, end) <= tail,
            Target::Below(end) => tail_above(n as f64 - exact.ceil(), n as f64, 1.0 - end) <= tail,
        }
    })
}

/// P(Bin(n, p) ≥ hits): at most the tail's probability where the binomial interval lies above p.
fn tail_above(hits: f64, n: f64, p: f64) -> f64 {
    if hits < 1.0 {
        1.0
    } else {
        incomplete_beta(hits, n - hits + 1.0, p)
    }
}

/// Doubling, then bisection: exact where `settled` is monotone, near it where rounding to whole
/// counts makes it ragged.
fn smallest(least: u64, settled: impl Fn(u64) -> bool) -> Option<u64> {
    let mut high = least;
    while !settled(high) {
        high *= 2;
        if high > MOST {
            return None;
        }
    }
    let mut low = (high / 2).max(least.saturating_sub(1));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if settled(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}
