//! One part of a claim: numbers over replicates to an interval and a state.

use super::model::{Criterion, Estimand, Measured, Part, PartState, Test};
use crate::axes::Axes;
use crate::statistics::{
    Interval, Target, binomial_interval, mean, mean_interval, median, median_interval,
    replicates_for_mean, replicates_for_median, replicates_for_share, sorted, standard_deviation,
};

/// The level at which a part must lie inside its criterion.
const LEVEL: f64 = 0.95;

/// The level at which one of several parts must lie outside, so that a claim all of whose parts are
/// true is refuted in at most one case of twenty.
pub(super) fn level_to_miss(parts: usize) -> f64 {
    1.0 - (1.0 - LEVEL) / parts.max(1) as f64
}

/// Judges the measurements of one test and group, one for each replicate in order, as one of
/// `parts` parts.
pub(super) fn judge(test: &Test, group: &Axes, measured: &[&Measured], parts: usize) -> Part {
    let numbers: Option<Vec<Option<f64>>> = measured
        .iter()
        .map(|measured| match measured {
            Measured::Number(number) => Some(Some(*number).filter(|number| !number.is_nan())),
            Measured::Worst(_) => Some(None),
            Measured::Absent(_) | Measured::Failed(_) => None,
        })
        .collect();
    let usable =
        |measured: &&&Measured| matches!(measured, Measured::Number(_) | Measured::Worst(_));
    let judged = numbers
        .filter(|numbers| !numbers.is_empty())
        .map_or(Judged::NOTHING, |numbers| Judged::of(test, &numbers, parts));
    let Judged {
        estimate,
        interval,
        smallest,
        largest,
        margin,
        state,
        needed,
    } = judged;
    Part {
        test: test.name.clone(),
        group: group.clone(),
        estimand: test.estimand,
        criterion: test.criterion,
        n: measured.iter().filter(usable).count(),
        estimate,
        low: interval.low,
        high: interval.high,
        coverage: interval.coverage,
        smallest,
        largest,
        margin,
        state,
        needed,
    }
}

#[derive(Clone, Copy)]
struct Judged {
    estimate: f64,
    interval: Interval,
    smallest: f64,
    largest: f64,
    margin: f64,
    state: PartState,
    needed: Option<u64>,
}

impl Judged {
    const NOTHING: Self = Self {
        estimate: f64::NAN,
        interval: Interval {
            low: f64::NAN,
            high: f64::NAN,
            coverage: f64::NAN,
        },
        smallest: f64::NAN,
        largest: f64::NAN,
        margin: f64::NAN,
        state: PartState::Undecided,
        needed: None,
    };

    /// `None` among the numbers is the worst value.
    fn of(test: &Test, numbers: &[Option<f64>], parts: usize) -> Self {
        let criterion = &test.criterion;
        match test.estimand {
            Estimand::Mean => Self::mean(criterion, numbers, parts),
            Estimand::Median => Self::median(criterion, numbers, parts),
            Estimand::Share { at_least } => {
                let hits = numbers.iter().filter(|x| meets(criterion, **x)).count();
                let region = Criterion {
                    low: at_least,
                    high: f64::INFINITY,
                    open: false,
                };
                Self::share(criterion, numbers, hits, &region, parts)
            }
            Estimand::ViolationsAtMost { p } => {
                let hits = numbers.iter().filter(|x| !meets(criterion, **x)).count();
                let region = Criterion {
                    low: f64::NEG_INFINITY,
                    high: p,
                    open: false,
                };
                Self::share(criterion, numbers, hits, &region, parts)
            }
            Estimand::Surely => Self::every(criterion, numbers, true),
            Estimand::Deterministic => {
                let bits = |number: &Option<f64>| number.map(f64::to_bits);
                let agree = numbers
                    .windows(2)
                    .all(|pair| bits(&pair[0]) == bits(&pair[1]));
                Self::every(criterion, numbers, agree)
            }
        }
    }

    fn mean(criterion: &Criterion, numbers: &[Option<f64>], parts: usize) -> Self {
        let [worst, _] = worst_values(criterion);
        let numbers = filled(numbers, worst);
        let centre = mean(&numbers);
        if centre.is_nan() {
            // Both infinities: there is no mean, which is the worst that can be.
            return Self {
                state: PartState::Missed,
                margin: f64::NEG_INFINITY,
                ..Self::framed(&numbers, worst, Interval::point(worst, LEVEL))
            };
        }
        let inner = mean_interval(&numbers, LEVEL);
        let level = level_to_miss(parts);
        let state = state(criterion, &inner, &mean_interval(&numbers, level));
        let needed = (state == PartState::Undecided).then(|| {
            let deviation = standard_deviation(&numbers);
            let inside = criterion.holds(centre);
            let level = if inside { LEVEL } else { level };
            let distance = margin(criterion, &Interval::point(centre, LEVEL)).abs();
            replicates_for_mean(deviation, distance, level, numbers.len() as u64)
        });
        Self {
            state,
            margin: margin(criterion, &inner),
            needed: needed.flatten(),
            ..Self::framed(&numbers, centre, inner)
        }
    }

    /// The worst values are put on one side, then on the other, and the less favourable counts.
    fn median(criterion: &Criterion, numbers: &[Option<f64>], parts: usize) -> Self {
        let [first, second] = worst_values(criterion);
        let one = Self::median_of(criterion, &filled(numbers, first), parts);
        let other = Self::median_of(criterion, &filled(numbers, second), parts);
        if severity(other.state) > severity(one.state) {
            other
        } else {
            one
        }
    }

    fn median_of(criterion: &Criterion, numbers: &[f64], parts: usize) -> Self {
        let inner = median_interval(numbers, LEVEL);
        let level = level_to_miss(parts);
        let state = state(criterion, &inner, &median_interval(numbers, level));
        let centre = median(numbers);
        let needed = (state == PartState::Undecided).then(|| {
            let share = |wrong: &dyn Fn(f64) -> bool| {
                let count = numbers.iter().filter(|number| wrong(**number)).count();
                count as f64 / numbers.len() as f64
            };
            let too_low = |number: f64| criterion.lies_above(number);
            let too_high = |number: f64| criterion.lies_below(number);
            let (wrong, level) = if too_low(centre) {
                (1.0 - share(&too_low), level)
            } else if too_high(centre) {
                (1.0 - share(&too_high), level)
            } else {
                (share(&too_low).max(share(&too_high)), LEVEL)
            };
            replicates_for_median(wrong, level, numbers.len() as u64)
        });
        Self {
            state,
            margin: margin(criterion, &inner),
            needed: needed.flatten(),
            ..Self::framed(numbers, centre, inner)
        }
    }

    fn share(
        criterion: &Criterion,
        numbers: &[Option<f64>],
        hits: usize,
        region: &Criterion,
        parts: usize,
    ) -> Self {
        let n = numbers.len();
        let level = level_to_miss(parts);
        let inner = binomial_interval(hits, n, LEVEL);
        let state = state(region, &inner, &binomial_interval(hits, n, level));
        let share = hits as f64 / n as f64;
        let needed = (state == PartState::Undecided).then(|| {
            let (target, level) = match (region.holds(share), region.low.is_finite()) {
                (true, true) => (Target::Above(region.low), LEVEL),
                (true, false) => (Target::Below(region.high), LEVEL),
                (false, true) => (Target::Below(region.low), level),
                (false, false) => (Target::Above(region.high), level),
            };
            replicates_for_share(share, target, level, n as u64)
        });
        let [worst, _] = worst_values(criterion);
        Self {
            state,
            margin: margin(region, &inner),
            needed: needed.flatten(),
            ..Self::framed(&filled(numbers, worst), share, inner)
        }
    }

    /// One number outside refutes; inside, they count only if `agreed`.
    fn every(criterion: &Criterion, numbers: &[Option<f64>], agreed: bool) -> Self {
        let state = if !numbers.iter().all(|number| meets(criterion, *number)) {
            PartState::Missed
        } else if agreed {
            PartState::Met
        } else {
            PartState::Undecided
        };
        let [worst, _] = worst_values(criterion);
        let numbers = filled(numbers, worst);
        let room = |number: &f64| depth(criterion, *number);
        let nearest = numbers
            .iter()
            .copied()
            .min_by(|a, b| room(a).total_cmp(&room(b)))
            .unwrap_or(worst);
        let ordered = sorted(&numbers);
        let range = Interval {
            low: ordered[0],
            high: ordered[ordered.len() - 1],
            coverage: 1.0,
        };
        Self {
            state,
            margin: room(&nearest),
            ..Self::framed(&numbers, nearest, range)
        }
    }

    fn framed(numbers: &[f64], estimate: f64, interval: Interval) -> Self {
        let ordered = sorted(numbers);
        Self {
            estimate,
            interval,
            smallest: ordered[0],
            largest: ordered[ordered.len() - 1],
            ..Self::NOTHING
        }
    }
}

fn meets(criterion: &Criterion, number: Option<f64>) -> bool {
    number.is_some_and(|number| criterion.holds(number))
}

/// The infinite values that stand for the worst; both sides are the same unless both are outside.
fn worst_values(criterion: &Criterion) -> [f64; 2] {
    let below = criterion.low.is_finite().then_some(f64::NEG_INFINITY);
    let above = criterion.high.is_finite().then_some(f64::INFINITY);
    let first = above.or(below).unwrap_or(f64::INFINITY);
    [first, below.unwrap_or(first)]
}

fn filled(numbers: &[Option<f64>], worst: f64) -> Vec<f64> {
    // Sorted, so that sums do not depend on which replicate gave which number.
    let numbers: Vec<f64> = numbers
        .iter()
        .map(|number| number.unwrap_or(worst))
        .collect();
    sorted(&numbers)
}

fn state(region: &Criterion, inner: &Interval, outer: &Interval) -> PartState {
    if region.lies_above(outer.high) || region.lies_below(outer.low) {
        PartState::Missed
    } else if region.holds(inner.low) && region.holds(inner.high) {
        PartState::Met
    } else {
        PartState::Undecided
    }
}

const fn severity(state: PartState) -> u8 {
    match state {
        PartState::Met => 0,
        PartState::Undecided => 1,
        PartState::Missed => 2,
    }
}

/// How far a number lies inside the criterion; negative outside.
fn depth(criterion: &Criterion, number: f64) -> f64 {
    // An infinite end is infinitely far, even from an infinite number.
    let from = |end: f64, room: f64| if end.is_finite() { room } else { f64::INFINITY };
    let above_low = from(criterion.low, number - criterion.low);
    above_low.min(from(criterion.high, criterion.high - number))
}

/// Positive inside, negative wholly outside, 0 where the interval straddles an end.
fn margin(region: &Criterion, interval: &Interval) -> f64 {
    let (low, high) = (depth(region, interval.low), depth(region, interval.high));
    if low >= 0.0 && high >= 0.0 {
        low.min(high)
    } else if interval.high < region.low || interval.low > region.high {
        low.max(high)
    } else {
        0.0
    }
}
