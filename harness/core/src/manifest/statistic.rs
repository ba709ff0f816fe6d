//! The kinds of a test: how one replicate's runs become one number.

use super::axes;
use super::figure::scale;
use super::reader::{Node, Table};
use crate::axes::Axes;
use crate::claims::{At, Combine, Comparison, Reading, Statistic};
use crate::diagnostics::Problem;
use crate::run::Outcome;

/// What `kind` may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Threshold,
    Equals,
    Slope,
    Ratio,
    Bound,
    Trend,
    Outcome,
    Custom,
}

/// The words for the kinds.
pub(super) const KINDS: [(&str, Kind); 8] = [
    ("threshold", Kind::Threshold),
    ("equals", Kind::Equals),
    ("slope", Kind::Slope),
    ("ratio", Kind::Ratio),
    ("bound", Kind::Bound),
    ("trend", Kind::Trend),
    ("outcome", Kind::Outcome),
    ("custom", Kind::Custom),
];

const COMBINATIONS: [(&str, Combine); 6] = [
    ("only", Combine::Only),
    ("max", Combine::Max),
    ("min", Combine::Min),
    ("mean", Combine::Mean),
    ("median", Combine::Median),
    ("spread", Combine::Spread),
];

/// Whether a bound is from above.
const SIDES: [(&str, bool); 2] = [("upper", true), ("lower", false)];

const COMPARISONS: [(&str, Comparison); 3] = [
    ("ratio", Comparison::Ratio),
    ("log-ratio", Comparison::LogRatio),
    ("difference", Comparison::Difference),
];

/// Reads what belongs to a kind; `None` if it cannot be told.
///
/// Every key is asked for before anything is given up, so that none is called unknown.
pub(super) fn statistic(table: &Table<'_>, kind: Kind) -> Option<Statistic> {
    Some(match kind {
        Kind::Threshold | Kind::Equals => Statistic::Value(reading(table)),
        Kind::Slope => slope(table),
        Kind::Ratio => {
            let compare = table.require("compare");
            Statistic::Compare {
                reading: reading(table),
                numerator: side(table, "numerator"),
                denominator: side(table, "denominator"),
                comparison: compare.and_then(|node| node.word(&COMPARISONS))?,
            }
        }
        Kind::Bound => {
            let side = table.require("side");
            Statistic::Bound {
                metric: table.name("metric"),
                bound: table.name("bound"),
                window: window(table, (0.0, 1.0)),
                combine: combine(table),
                upper: side.and_then(|node| node.word(&SIDES))?,
            }
        }
        Kind::Trend => trend(table)?,
        Kind::Outcome => {
            let names = Outcome::NAMES.map(|name| (name, name));
            let is = table.require("is");
            Statistic::Outcome {
                combine: combine(table),
                is: is.and_then(|node| node.word(&names))?.to_owned(),
            }
        }
        Kind::Custom => Statistic::Custom {
            check: table.name("check"),
        },
    })
}

/// `metric`, `at` and `combine`.
fn reading(table: &Table<'_>) -> Reading {
    Reading {
        metric: table.name("metric"),
        at: table.get("at").and_then(at).unwrap_or(At::Last),
        combine: combine(table),
    }
}

fn combine(table: &Table<'_>) -> Combine {
    let given = table
        .get("combine")
        .and_then(|node| node.word(&COMBINATIONS));
    given.unwrap_or(Combine::Only)
}

/// `"last" | "max" | "min" | { share | step | ratio-from }`.
fn at(node: Node<'_>) -> Option<At> {
    const NOTE: &str = "allowed: \"last\", \"max\", \"min\", { share = 0.1 }, { step = 100 }, { ratio-from = 100 }";
    if node.value.is_str() {
        let words = ["last", "max", "min"].map(|word| (word, word));
        return node.word(&words).map(|word| match word {
            "max" => At::Max,
            "min" => At::Min,
            _ => At::Last,
        });
    }
    let Some(entries) = node.value.as_table() else {
        let problem = Problem::new(node.span, "`at` must be a word or a table with one key");
        node.push(problem.note(NOTE));
        return None;
    };
    let table = node.table("`at`")?;
    let share = table.get("share");
    let step = table.get("step");
    let from = table.get("ratio-from");
    if entries.len() > 1 {
        let problem = Problem::new(node.span, "`at` must have exactly one key");
        node.push(problem.note(NOTE));
    }
    table.finish();
    if let Some(share) = share {
        return share_of_run(share).map(At::Share);
    }
    if let Some(step) = step {
        return step.whole(0, i64::MAX).map(|step| At::Step(step as u64));
    }
    if let Some(from) = from {
        return from
            .whole(0, i64::MAX)
            .map(|step| At::RatioFrom(step as u64));
    }
    if entries.is_empty() {
        node.push(Problem::new(node.span, "`at` must have one key").note(NOTE));
    }
    None
}

/// A share of the last step.
fn share_of_run(node: Node<'_>) -> Option<f64> {
    let share = node.number()?;
    if !(0.0..=1.0).contains(&share) {
        let message = format!("`{}` must lie from 0 to 1", node.key);
        let problem = Problem::new(node.span, message).label(format!("this is {share}"));
        node.push(problem.note("it is a share of the last step"));
        return None;
    }
    Some(share)
}

/// `window = [lo, hi]` as shares of the last step.
fn window(table: &Table<'_>, default: (f64, f64)) -> (f64, f64) {
    let Some(node) = table.get("window") else {
        return default;
    };
    let Some(ends) = node.array("two shares of the last step") else {
        return default;
    };
    let [low, high] = ends.as_slice() else {
        node.problem("`window` must be two shares of the last step, [low, high]");
        return default;
    };
    let (Some(low), Some(high)) = (share_of_run(*low), share_of_run(*high)) else {
        return default;
    };
    if low > high {
        let problem = Problem::new(
            node.span,
            format!("the window from {low} to {high} is empty"),
        );
        node.push(problem.note("give [low, high] with low not above high"));
        return default;
    }
    (low, high)
}

fn slope(table: &Table<'_>) -> Statistic {
    let x_log = scale(table, "x-scale");
    let y_log = scale(table, "y-scale");
    if let Some(over) = table.get("over") {
        return Statistic::SlopeOverAxis {
            axis: over.name().unwrap_or_default().to_owned(),
            reading: reading(table),
            x_log,
            y_log,
        };
    }
    let against = table.get("against").and_then(Node::name);
    Statistic::Slope {
        metric: table.name("metric"),
        against: against.filter(|name| *name != "step").map(str::to_owned),
        x_log,
        y_log,
        window: window(table, (0.01, 1.0)),
        combine: combine(table),
    }
}

fn trend(table: &Table<'_>) -> Option<Statistic> {
    let metric = table.name("metric");
    let words = [("increasing", true), ("decreasing", false)];
    let increasing = table
        .require("direction")
        .and_then(|node| node.word(&words));
    let combine = combine(table);
    let axis = table.get("axis");
    let points = table.get("points");
    let node = table.node;
    if axis.is_some() == points.is_some() {
        let message = "a trend needs exactly one of `points` and `axis`";
        let note = "points = [0.1, 1.0] reads one run at shares of its last step; axis = \"n\" compares runs";
        node.push(Problem::new(node.span, message).note(note));
        return None;
    }
    let points = match points {
        Some(points) => increasing_shares(points)?,
        None => Vec::new(),
    };
    Some(Statistic::Trend {
        metric,
        points,
        axis: match axis {
            Some(axis) => Some(axis.name()?.to_owned()),
            None => None,
        },
        increasing: increasing?,
        combine,
    })
}

fn increasing_shares(node: Node<'_>) -> Option<Vec<f64>> {
    let items = node.array("shares of the last step")?;
    let shares: Option<Vec<f64>> = items.into_iter().map(share_of_run).collect();
    let shares = shares?;
    if shares.len() < 2 || !shares.is_sorted_by(|a, b| a < b) {
        node.problem("`points` must be at least two shares of the last step, increasing");
        return None;
    }
    Some(shares)
}

/// The axis values of one side of a comparison.
fn side(table: &Table<'_>, key: &'static str) -> Axes {
    table.require(key).map(axes::point).unwrap_or_default()
}
