//! What a test's number must be, and what is judged over replicates.

use super::reader::{Node, Table};
use super::statistic::Kind;
use crate::claims::{Combine, Criterion, Estimand, Statistic, Test};
use crate::diagnostics::Problem;

const ALL: Criterion = Criterion {
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
    open: false,
};

/// Reads the criterion of a test of some kind.
pub(super) fn criterion(table: &Table<'_>, kind: Kind) -> Option<Criterion> {
    match kind {
        Kind::Equals => equality(table),
        Kind::Bound => {
            let high = table.require("slack")?.number()?;
            Some(Criterion { high, ..ALL })
        }
        Kind::Trend => Some(Criterion {
            low: 0.0,
            open: true,
            ..ALL
        }),
        _ => interval(table),
    }
}

/// `value = v` with `absolute = t` or `relative = t`.
fn equality(table: &Table<'_>) -> Option<Criterion> {
    let value = table.require("value").and_then(Node::number);
    let absolute = table.get("absolute");
    let relative = table.get("relative");
    let node = table.node;
    let ((Some(given), None) | (None, Some(given))) = (absolute, relative) else {
        node.problem("kind \"equals\" needs exactly one of `absolute` and `relative`");
        return None;
    };
    let (value, tolerance) = (value?, given.number()?);
    if tolerance < 0.0 {
        given.problem(format!("`{}` must not be negative", given.key));
        return None;
    }
    let reach = if relative.is_some() {
        tolerance * value.abs()
    } else {
        tolerance
    };
    if relative.is_some() && tolerance > 0.0 && reach <= 0.0 {
        let problem = Problem::new(given.span, "a relative tolerance around 0 has no width");
        node.push(problem.label("use `absolute`"));
        return None;
    }
    Some(Criterion {
        low: value - reach,
        high: value + reach,
        open: false,
    })
}

/// Exactly one of `within`, `at-least`, `at-most`, `above`, `below`.
fn interval(table: &Table<'_>) -> Option<Criterion> {
    const KEYS: [&str; 5] = ["within", "at-least", "at-most", "above", "below"];
    let given: Vec<Node<'_>> = KEYS.iter().filter_map(|key| table.get(key)).collect();
    let node = table.node;
    let only = match given.as_slice() {
        [only] => *only,
        [] => {
            let problem = Problem::new(node.span, "a test without a criterion");
            node.push(problem.note(format!("give one of {}", KEYS.join(", "))));
            return None;
        }
        [first, rest @ ..] => {
            for other in rest {
                let message = format!(
                    "`{}` beside `{}`: a test has one criterion",
                    other.key, first.key
                );
                let problem = Problem::new(other.key_span, message);
                node.push(problem.note("for an interval give within = [low, high]"));
            }
            return None;
        }
    };
    if only.key == "within" {
        return within(only);
    }
    let end = only.number()?;
    let open = matches!(only.key, "above" | "below");
    Some(if matches!(only.key, "at-least" | "above") {
        Criterion {
            low: end,
            open,
            ..ALL
        }
    } else {
        Criterion {
            high: end,
            open,
            ..ALL
        }
    })
}

fn within(node: Node<'_>) -> Option<Criterion> {
    let ends = node.array("two numbers, [low, high]")?;
    let [low, high] = ends.as_slice() else {
        node.problem("`within` must be two numbers, [low, high]");
        return None;
    };
    let (low, high) = (low.number()?, high.number()?);
    if low > high {
        let problem = Problem::new(node.span, format!("no number lies from {low} to {high}"));
        node.push(problem.label(format!("did you mean [{high}, {low}]?")));
        return None;
    }
    Some(Criterion {
        low,
        high,
        open: false,
    })
}

/// Refuses a criterion that some outcome of the test can never meet or never miss.
pub(super) fn possible(test: &Test, criterion: Criterion, node: Node<'_>) {
    let Statistic::Outcome { combine, .. } = &test.statistic else {
        return;
    };
    // A combination other than the mean leaves 0 or 1; the spread of such numbers is meaningless.
    if *combine == Combine::Spread {
        let problem = Problem::new(node.child("combine").span, "an outcome has no spread");
        node.push(problem.note("allowed: only, max, min, mean, median"));
        return;
    }
    if criterion.holds(0.0) == criterion.holds(1.0) && *combine != Combine::Mean {
        let message = if criterion.holds(0.0) {
            "this criterion cannot fail"
        } else {
            "this criterion cannot be met"
        };
        let key = ["within", "at-least", "at-most", "above", "below"]
            .into_iter()
            .find(|key| node.has(key));
        let place = key.map_or(node, |key| node.child(key));
        let note = "an outcome is 1 for a cell that ended so, else 0";
        node.push(Problem::new(place.span, message).note(note));
    }
}

/// `"mean" | "median" | "surely" | "deterministic" | { share = p } | { violations = p }`.
pub(super) fn estimand(node: Node<'_>) -> Option<Estimand> {
    const WORDS: [(&str, Estimand); 4] = [
        ("mean", Estimand::Mean),
        ("median", Estimand::Median),
        ("surely", Estimand::Surely),
        ("deterministic", Estimand::Deterministic),
    ];
    const NOTE: &str = "allowed: \"mean\", \"median\", \"surely\", \"deterministic\", { share = 0.9 }, { violations = 0.1 }";
    if node.value.is_str() {
        return node.word(&WORDS);
    }
    let keys = node.value.as_table().map(toml::map::Map::len);
    if keys != Some(1) {
        let message = "`estimand` must be a word or a table with one key";
        node.push(Problem::new(node.span, message).note(NOTE));
        return None;
    }
    let table = node.table("`estimand`")?;
    let share = table.get("share");
    let violations = table.get("violations");
    table.finish();
    let given = share.or(violations)?;
    let p = given.number()?;
    if p <= 0.0 || p >= 1.0 {
        let message = format!("`{}` must lie between 0 and 1", given.key);
        let problem = Problem::new(given.span, message).label(format!("this is {p}"));
        node.push(problem.note("for all replicates use \"surely\""));
        return None;
    }
    Some(if share.is_some() {
        Estimand::Share { at_least: p }
    } else {
        Estimand::ViolationsAtMost { p }
    })
}
