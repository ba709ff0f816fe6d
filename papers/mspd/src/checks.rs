//! Statistics that only this paper's claims need: one number from one replicate's runs.

use harness_core::claims::CheckView;
use harness_core::{Axes, Check, Run};

/// All of them.
pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "network-factor",
        evaluate: |view| {
            largest(view, "worst-error") / at(view, "graph", "complete", "worst-error")
        },
    },
    Check {
        name: "rounds-slope",
        evaluate: |view| gap_slope(view, |_| true),
    },
    Check {
        name: "descent-slope-to-36",
        evaluate: |view| gap_slope(view, |axes| is(axes, "method", "dgd") && small(axes)),
    },
    Check {
        name: "slope-difference-to-36",
        evaluate: |view| {
            let descent = gap_slope(view, |axes| is(axes, "method", "dgd") && small(axes));
            descent - gap_slope(view, |axes| is(axes, "method", "mspd") && small(axes))
        },
    },
    Check {
        name: "slope-difference",
        evaluate: |view| {
            let descent = gap_slope(view, |axes| is(axes, "method", "dgd"));
            descent - gap_slope(view, |axes| is(axes, "method", "mspd"))
        },
    },
    Check {
        name: "smoothing-advantage",
        evaluate: smoothing_advantage,
    },
    Check {
        name: "least-break-beyond",
        evaluate: |view| break_ratios(view, |kappa| kappa > BREAK).fold(f64::NAN, f64::min),
    },
    Check {
        name: "greatest-break-within",
        evaluate: |view| break_ratios(view, |kappa| kappa <= BREAK).fold(f64::NAN, f64::max),
    },
];

/// `ησλ_1` beyond which the primal–dual iteration is not known to converge.
const BREAK: f64 = 4.0 / 3.0;

/// A scalar, or a curve's last value.
fn read(run: &Run, metric: &str) -> f64 {
    let records = &run.records;
    let last = || records.curves.get(metric)?.values.last().copied();
    let scalar = records.scalars.get(metric).copied();
    scalar.or_else(last).unwrap_or(f64::NAN)
}

fn is(axes: &Axes, axis: &str, word: &str) -> bool {
    axes.get(axis).and_then(|value| value.as_text()) == Some(word)
}

/// The comparison with decentralised descent is made for up to 36 nodes: beyond, the hard path
/// takes it longer than any horizon in use.
fn small(axes: &Axes) -> bool {
    number(axes, "nodes") <= 36.0
}

fn number(axes: &Axes, axis: &str) -> f64 {
    axes.get(axis)
        .and_then(harness_core::Value::as_f64)
        .unwrap_or(f64::NAN)
}

fn at(view: &CheckView<'_>, axis: &str, word: &str, metric: &str) -> f64 {
    let run = view.find(&Axes::new().with(axis, word));
    run.map_or(f64::NAN, |run| read(run, metric))
}

fn largest(view: &CheckView<'_>, metric: &str) -> f64 {
    let values = view.runs.iter().map(|(_, run)| read(run, metric));
    values.fold(f64::NEG_INFINITY, |most, value| {
        if value.is_nan() || value > most {
            value
        } else {
            most
        }
    })
}

/// The least-squares slope of ln(rounds) against ln γ; not a number if some run never arrived.
fn gap_slope(view: &CheckView<'_>, take: impl Fn(&Axes) -> bool) -> f64 {
    let taken = view.runs.iter().filter(|(axes, _)| take(axes));
    let points: Vec<(f64, f64)> = taken
        .map(|(_, run)| (libm::log(read(run, "gap")), libm::log(read(run, "rounds"))))
        .collect();
    let count = points.len() as f64;
    let x_mean = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let y_mean = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let across = points
        .iter()
        .map(|(x, y)| (x - x_mean) * (y - y_mean))
        .sum::<f64>();
    let along = points
        .iter()
        .map(|(x, _)| (x - x_mean) * (x - x_mean))
        .sum::<f64>();
    across / along
}

/// The largest ratio of DRS rounds to subgradient rounds over D ≥ 64.
fn smoothing_advantage(view: &CheckView<'_>) -> f64 {
    let mut most = f64::NAN;
    for (axes, run) in &view.runs {
        if !is(axes, "method", "drs") || number(axes, "dimension") < 64.0 {
            continue;
        }
        let rival = axes.clone().with("method", "subgradient");
        let Some(rival) = view.find(&rival) else {
            return f64::NAN;
        };
        let ratio = read(run, "rounds") / read(rival, "rounds");
        if ratio.is_nan() {
            return f64::NAN;
        }
        most = most.max(ratio);
    }
    most
}

/// Disagreement under the printed dual step over that under the safe one, for the networks whose
/// `ησλ_1` under the printed step is as asked for.
fn break_ratios<'a>(
    view: &'a CheckView<'a>,
    take: impl Fn(f64) -> bool + 'a,
) -> impl Iterator<Item = f64> + 'a {
    view.runs.iter().filter_map(move |(axes, run)| {
        let printed = is(axes, "dual-step", "printed") && take(read(run, "condition"));
        if !printed {
            return None;
        }
        let safe = view.find(&axes.clone().with("dual-step", "safe"));
        let safe = safe.map_or(f64::NAN, |run| read(run, "disagreement"));
        Some(read(run, "disagreement") / safe)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use harness_core::run::Records;
    use harness_core::{Cell, Outcome};

    fn run(scalars: &[(&str, f64)]) -> Run {
        let scalars = scalars
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value));
        Run {
            cell: Cell {
                paper: "mspd".into(),
                experiment: "e".into(),
                axes: Axes::new(),
                replicate: 0,
            },
            outcome: Outcome::Done,
            records: Records {
                scalars: scalars.collect(),
                curves: BTreeMap::new(),
            },
        }
    }

    #[test]
    fn slopes_are_fitted_in_the_gap_and_never_arriving_spoils_them() {
        let runs: Vec<(Axes, Run)> = [(8, 0.1_f64), (16, 0.02), (72, 0.001)]
            .into_iter()
            .flat_map(|(nodes, gap)| {
                let axes = Axes::new().with("nodes", nodes);
                let far = nodes > 36;
                let descent = if far { f64::INFINITY } else { 3.0 / gap };
                let mspd = 5.0 * libm::pow(gap, -0.5);
                [
                    (
                        axes.clone().with("method", "dgd"),
                        run(&[("gap", gap), ("rounds", descent)]),
                    ),
                    (
                        axes.with("method", "mspd"),
                        run(&[("gap", gap), ("rounds", mspd)]),
                    ),
                ]
            })
            .collect();
        let view = CheckView {
            runs: runs.iter().map(|(axes, run)| (axes.clone(), run)).collect(),
        };
        let check = |name: &str| {
            let check = CHECKS.iter().find(|check| check.name == name);
            (check.expect("registered").evaluate)(&view)
        };
        assert!((check("descent-slope-to-36") + 1.0).abs() < 1e-12);
        assert!((check("slope-difference-to-36") + 0.5).abs() < 1e-12);
        assert!(check("slope-difference").is_nan());
    }

    #[test]
    fn breaks_are_told_apart_by_the_condition() {
        let axes =
            |graph: &str, step: &str| Axes::new().with("graph", graph).with("dual-step", step);
        let values = |kappa, spread| run(&[("condition", kappa), ("disagreement", spread)]);
        let runs = [
            (axes("path", "printed"), values(1.7, 8.0)),
            (axes("path", "safe"), values(1.0, 1.0)),
            (axes("grid", "printed"), values(1.9, 6.0)),
            (axes("grid", "safe"), values(1.0, 1.0)),
            (axes("star", "printed"), values(1.1, 2.0)),
            (axes("star", "safe"), values(1.0, 1.0)),
        ];
        let view = CheckView {
            runs: runs.iter().map(|(axes, run)| (axes.clone(), run)).collect(),
        };
        let least = break_ratios(&view, |kappa| kappa > BREAK).fold(f64::NAN, f64::min);
        let greatest = break_ratios(&view, |kappa| kappa <= BREAK).fold(f64::NAN, f64::max);
        assert!((least - 6.0).abs() < 1e-12 && (greatest - 2.0).abs() < 1e-12);
        let safe_only = CheckView {
            runs: view
                .runs
                .iter()
                .filter(|(a, _)| is(a, "dual-step", "safe"))
                .cloned()
                .collect(),
        };
        assert!(
            break_ratios(&safe_only, |_| true)
                .fold(f64::NAN, f64::min)
                .is_nan()
        );
    }
}
