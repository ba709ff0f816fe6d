//! Statistics that only this paper's claims need: one number from one replicate's runs.

use harness_core::claims::CheckView;
use harness_core::{Axes, Check, Run};

/// All of them.
pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "bits-saved",
        evaluate: |view| {
            let target = target(view);
            bits_to(view, "dense", target) / bits_to(view, "topk-ef", target)
        },
    },
    Check {
        name: "least-advantage",
        evaluate: least_advantage,
    },
];

fn run<'a>(view: &CheckView<'a>, method: &str) -> Option<&'a Run> {
    view.find(&Axes::new().with("method", method))
}

/// Twice the dense run's last suboptimality.
fn target(view: &CheckView<'_>) -> f64 {
    let last = run(view, "dense").and_then(|run| {
        let curve = run.records.curves.get("suboptimality")?;
        curve.values.last().copied()
    });
    last.map_or(f64::NAN, |value| 2.0 * value)
}

/// Megabits at the first recorded step at which the suboptimality is at most `target`; infinite if
/// there is none.
fn bits_to(view: &CheckView<'_>, method: &str, target: f64) -> f64 {
    let Some(run) = run(view, method) else {
        return f64::NAN;
    };
    let curves = &run.records.curves;
    let (Some(values), Some(bits)) = (curves.get("suboptimality"), curves.get("megabits")) else {
        return f64::NAN;
    };
    if target.is_nan() {
        return f64::NAN;
    }
    let reached = values.values.iter().position(|value| *value <= target);
    reached.map_or(f64::INFINITY, |place| bits.values[place])
}

/// The smallest of the ratios that the order `TopK` < 1-bit < QSGD < dense, `TopK` < large batches
/// makes larger than 1. A method that never arrives is behind all that do; not a number if neither
/// of a pair arrives.
fn least_advantage(view: &CheckView<'_>) -> f64 {
    let target = target(view);
    let bits = |method| bits_to(view, method, target);
    let pairs = [
        ("onebit-ef", "topk-ef"),
        ("qsgd-7", "onebit-ef"),
        ("dense", "qsgd-7"),
        ("large-batch", "topk-ef"),
    ];
    pairs
        .into_iter()
        .map(|(more, less)| bits(more) / bits(less))
        .fold(f64::INFINITY, |least, ratio| {
            if ratio < least || ratio.is_nan() {
                ratio
            } else {
                least
            }
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use harness_core::run::{Curve, Records};
    use harness_core::{Cell, Outcome};

    use super::*;

    /// A run that reaches each of the values, at one megabit times `price` a step.
    fn run(method: &str, price: f64, values: &[f64]) -> (Axes, Run) {
        let axes = Axes::new().with("method", method);
        let steps: Vec<u64> = (0..values.len() as u64).collect();
        let bits = steps.iter().map(|step| price * *step as f64).collect();
        let curve = |values: Vec<f64>| Curve {
            steps: steps.clone(),
            values,
        };
        let curves = BTreeMap::from([
            ("suboptimality".to_owned(), curve(values.to_vec())),
            ("megabits".to_owned(), curve(bits)),
        ]);
        let run = Run {
            cell: Cell {
                paper: "p".into(),
                experiment: "e".into(),
                axes: axes.clone(),
                replicate: 0,
            },
            outcome: Outcome::Done,
            records: Records {
                scalars: BTreeMap::new(),
                curves,
            },
        };
        (axes, run)
    }

    fn evaluate(name: &str, runs: &[(Axes, Run)]) -> f64 {
        let view = CheckView {
            runs: runs.iter().map(|(axes, run)| (axes.clone(), run)).collect(),
        };
        let check = CHECKS.iter().find(|check| check.name == name);
        (check.expect("registered").evaluate)(&view)
    }

    #[test]
    fn bits_are_counted_to_twice_the_dense_end() {
        // The dense run ends at 1, so the target is 2: step 2 for dense, step 3 for TopK.
        let mut runs = vec![
            run("dense", 32.0, &[9.0, 3.0, 2.0, 1.0]),
            run("topk-ef", 1.0, &[9.0, 4.0, 3.0, 2.0]),
            run("onebit-ef", 2.0, &[9.0, 3.0, 2.0, 2.0]),
            run("qsgd-7", 4.0, &[9.0, 3.0, 2.0, 2.0]),
            run("large-batch", 32.0, &[9.0, 8.0, 7.0, 6.0]),
        ];
        assert!((evaluate("bits-saved", &runs) - 64.0 / 3.0).abs() < 1e-12);
        assert!((evaluate("least-advantage", &runs) - 4.0 / 3.0).abs() < 1e-12);
        runs[1] = run("topk-ef", 1.0, &[9.0, 4.0, 3.0, 3.0]);
        assert!(evaluate("bits-saved", &runs).abs() < 1e-12, "never arrives");
        assert!(
            evaluate("least-advantage", &runs).is_nan(),
            "nor do the large batches"
        );
        runs.remove(0);
        assert!(evaluate("bits-saved", &runs).is_nan());
    }
}
