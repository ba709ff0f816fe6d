//! Verdicts, measurements and criteria in words.

use harness_core::axes::Axes;
use harness_core::claims::{Criterion, Estimand, Part, PartState, Verdict};

use crate::number::{place_for, rounded, significant};

/// Significant digits of a number that stands alone.
const DIGITS: i32 = 3;
/// Digits of a criterion's ends, which people wrote: all of them, up to this.
const CRITERION_DIGITS: i32 = 6;

/// The sign of a verdict, told apart by shape.
pub(crate) const fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reproduced => "✅",
        Verdict::NotReproduced => "❌",
        Verdict::Inconclusive => "❔",
        Verdict::Untested => "➖",
    }
}

/// Sign and word of a verdict.
pub(crate) fn verdict(verdict: Verdict) -> String {
    format!("{} {}", symbol(verdict), verdict.name())
}

/// The region that a number must lie in.
fn region(criterion: &Criterion) -> String {
    let end = |value: f64| significant(value, CRITERION_DIGITS);
    let (low, high) = (criterion.low, criterion.high);
    match (low.is_finite(), high.is_finite(), criterion.open) {
        (true, true, false) => format!("in [{}, {}]", end(low), end(high)),
        (true, true, true) => format!("in ({}, {})", end(low), end(high)),
        (true, false, false) => format!("≥ {}", end(low)),
        (true, false, true) => format!("> {}", end(low)),
        (false, true, false) => format!("≤ {}", end(high)),
        (false, true, true) => format!("< {}", end(high)),
        (false, false, _) => "any number".to_owned(),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", significant(100.0 * share, DIGITS))
}

/// What was judged and the region that it must lie in.
pub(crate) fn criterion(part: &Part) -> String {
    let region = region(&part.criterion);
    match part.estimand {
        Estimand::Mean => format!("mean {region}"),
        Estimand::Median => format!("median {region}"),
        Estimand::Share { at_least } => {
            format!("{region} in at least {} of replicates", percent(at_least))
        }
        Estimand::ViolationsAtMost { p } => {
            format!("{region} but in at most {} of replicates", percent(p))
        }
        Estimand::Surely => format!("every replicate {region}"),
        Estimand::Deterministic => format!("{region} (deterministic)"),
    }
}

/// The estimate with its interval and the number of replicates.
pub(crate) fn measured(part: &Part) -> String {
    if part.n == 0 || part.estimate.is_nan() {
        return "–".to_owned();
    }
    let n = part.n;
    let is_share = matches!(
        part.estimand,
        Estimand::Share { .. } | Estimand::ViolationsAtMost { .. }
    );
    if part.estimate.is_infinite() && !is_share {
        // Runs that diverged stand for the worst value; the finite ones still say something.
        return format!("{} over n = {n}", range(part));
    }
    match part.estimand {
        Estimand::Share { .. } | Estimand::ViolationsAtMost { .. } => {
            let count = libm::round(part.estimate * n as f64);
            let what = match part.estimand {
                Estimand::Share { .. } => "meet it",
                _ => "violate it",
            };
            let (low, high) = (percent(part.low), percent(part.high));
            format!("{count} of {n} {what} [{low}, {high}]")
        }
        Estimand::Deterministic => value(part),
        Estimand::Surely => {
            let count = if part.state == PartState::Met {
                format!("no violation in n = {n}")
            } else {
                format!("n = {n}")
            };
            format!("worst {}, {count}", value(part))
        }
        Estimand::Mean | Estimand::Median => format!("{}, n = {n}", value(part)),
    }
}

/// The estimate with its interval, if it has one.
fn value(part: &Part) -> String {
    let ends = [part.criterion.low, part.criterion.high];
    let place = place_for(part.estimate, part.low, part.high, ends);
    let estimate = rounded(part.estimate, place);
    if part.low.total_cmp(&part.high).is_eq() {
        return estimate;
    }
    format!(
        "{estimate} [{}, {}]",
        rounded(part.low, place),
        rounded(part.high, place)
    )
}

/// The smallest and largest number of any replicate.
pub(crate) fn range(part: &Part) -> String {
    if part.smallest.is_nan() {
        return "–".to_owned();
    }
    let ends = [f64::NAN; 2];
    let place = place_for(part.estimate, part.smallest, part.largest, ends);
    let numbers = [part.smallest, part.largest].map(|value| rounded(value, place));
    if numbers[0] == numbers[1] {
        numbers[0].clone()
    } else {
        format!("{} … {}", numbers[0], numbers[1])
    }
}

/// The distance to the criterion's nearest end, with its sign.
pub(crate) fn margin(part: &Part) -> String {
    match part.margin {
        margin if margin.is_nan() => "–".to_owned(),
        margin if margin > 0.0 => format!("+{}", significant(margin, 2)),
        margin => significant(margin, 2),
    }
}

/// The kind of interval and the coverage that it has.
pub(crate) fn interval_kind(part: &Part) -> String {
    let coverage = percent(part.coverage);
    match part.estimand {
        Estimand::Mean => "Student t, 95 %".to_owned(),
        Estimand::Median => format!("order statistics, {coverage}"),
        Estimand::Share { .. } | Estimand::ViolationsAtMost { .. } => {
            "Clopper–Pearson, 95 %".to_owned()
        }
        Estimand::Surely => "range of the replicates".to_owned(),
        Estimand::Deterministic => "none: no randomness".to_owned(),
    }
}

/// The state of a part; says roughly how many replicates would settle it.
pub(crate) fn state(part: &Part) -> String {
    match (part.state, part.needed) {
        (PartState::Met, _) => "met".to_owned(),
        (PartState::Missed, _) => "missed".to_owned(),
        (PartState::Undecided, Some(needed)) => {
            format!("undecided; about {needed} replicates would settle it")
        }
        (PartState::Undecided, None) => "undecided".to_owned(),
    }
}

/// The part that decides: missed before undecided before met, then the smallest margin.
pub(crate) fn decisive(parts: &[Part]) -> Option<&Part> {
    let rank = |part: &Part| match part.state {
        PartState::Missed => 0,
        PartState::Undecided => 1,
        PartState::Met => 2,
    };
    parts.iter().min_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then_with(|| a.margin.total_cmp(&b.margin))
    })
}

/// Axes as a code span; empty if there are none.
pub(crate) fn axes(axes: &Axes) -> String {
    if axes.is_empty() {
        String::new()
    } else {
        format!("`{axes}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(estimand: Estimand, criterion: (f64, f64), interval: (f64, f64, f64)) -> Part {
        let (estimate, low, high) = interval;
        Part {
            test: "slope".into(),
            group: Axes::new(),
            estimand,
            criterion: Criterion {
                low: criterion.0,
                high: criterion.1,
                open: false,
            },
            n: 10,
            estimate,
            low,
            high,
            coverage: 0.978_515_625,
            smallest: low,
            largest: high,
            margin: 0.05,
            state: PartState::Met,
            needed: None,
        }
    }

    #[test]
    fn intervals_in_words() {
        let mean = part(
            Estimand::Mean,
            (-1.05, -0.95),
            (-0.998_2, -1.001_3, -0.995_1),
        );
        assert_eq!(measured(&mean), "−0.9982 [−1.0013, −0.9951], n = 10");
        assert_eq!(criterion(&mean), "mean in [−1.05, −0.95]");
        let half = Estimand::Share { at_least: 0.5 };
        let share = part(half, (f64::NEG_INFINITY, 0.1), (0.9, 0.554_984, 0.997_471));
        assert_eq!(measured(&share), "9 of 10 meet it [55.5 %, 99.7 %]");
        assert_eq!(criterion(&share), "≤ 0.1 in at least 50 % of replicates");
        let exact = part(
            Estimand::Deterministic,
            (0.5545, 0.5546),
            (0.554_518, 0.554_518, 0.554_518),
        );
        assert_eq!(measured(&exact), "0.554518");
        let median = part(Estimand::Median, (0.0, f64::INFINITY), (2.0, 1.0, 3.0));
        assert_eq!(interval_kind(&median), "order statistics, 97.9 %");
    }
}
