//! A paper whose runs are formulas.

use std::collections::BTreeMap;

use harness_core::axes::Axes;
use harness_core::cell::Cell;
use harness_core::claims::{Finding, Measurement, judge, measure};
use harness_core::grid;
use harness_core::manifest::{self, Manifest};
use harness_core::run::{Curve, Outcome, Records, Run, RunTable};
use harness_core::size::Size;
use harness_core::value::Value;
use harness_report::{Files, Report, collect, render};

pub(crate) const SIZE: Size = Size::Quick;

/// The manifest of the paper.
pub(crate) fn paper() -> Manifest {
    let text = include_str!("fixtures/descent.toml");
    match manifest::parse("descent.toml", text) {
        Ok(manifest) => manifest,
        Err(problems) => panic!("{problems}"),
    }
}

/// A number between −1 and 1 that depends on nothing but the cell.
fn noise(cell: &Cell) -> f64 {
    let [a, b, ..] = cell.id().0;
    (f64::from(a) * 256.0 + f64::from(b)) / 32_768.0 - 1.0
}

/// The runs of all cells, in the order of the grid.
pub(crate) fn runs(manifest: &Manifest) -> Vec<Run> {
    grid::cells(manifest, SIZE).into_iter().map(run).collect()
}

fn word<'a>(axes: &'a Axes, name: &str) -> &'a str {
    axes.get(name).and_then(Value::as_text).unwrap_or_default()
}

fn run(cell: Cell) -> Run {
    match cell.experiment.as_str() {
        "rates" => rates(cell),
        _ => batches(cell),
    }
}

fn batches(cell: Cell) -> Run {
    let spread = match word(&cell.axes, "sampler") {
        "reshuffled" => 0.005,
        _ => 0.04,
    };
    let records = Records {
        scalars: BTreeMap::from([("rate".to_owned(), 1.0 + spread * noise(&cell))]),
        curves: BTreeMap::new(),
    };
    Run {
        cell,
        outcome: Outcome::Done,
        records,
    }
}

fn rates(cell: Cell) -> Run {
    let (power, constant) = match word(&cell.axes, "method") {
        "gd" => (1.0, 1.0),
        "sgd" => (1.0, 0.98),
        "momentum" => (1.0, 0.1),
        _ => (0.6, 3.0),
    };
    let scale = if word(&cell.axes, "data") == "iris" {
        20.0
    } else {
        0.5
    };
    let wobble = libm::pow(10.0, 0.2 * noise(&cell));
    let diverges = word(&cell.axes, "method") == "adam" && cell.replicate.is_multiple_of(3);
    let last = cell
        .axes
        .get("epochs")
        .and_then(Value::as_f64)
        .unwrap_or(1.0);
    let (mut loss, mut predicted, mut gap) = (Curve::default(), Curve::default(), Curve::default());
    for index in 0..=30 {
        let step = libm::round(libm::pow(10.0, f64::from(index) / 6.0));
        if step > last || diverges && step > 3000.0 {
            break;
        }
        let epochs = step;
        let curves = [
            (
                &mut loss,
                scale * constant * (1.0 + 0.3 * (wobble - 1.0) / libm::sqrt(epochs))
                    / (libm::pow(epochs, power) + 0.5),
            ),
            (&mut predicted, scale / epochs),
            (&mut gap, wobble / libm::log(epochs + 2.0)),
        ];
        for (curve, value) in curves {
            if curve.steps.last() != Some(&(step as u64)) {
                curve.steps.push(step as u64);
                curve.values.push(value);
            }
        }
    }
    let outcome = if diverges {
        Outcome::Diverged { step: 3200 }
    } else {
        Outcome::Done
    };
    let records = Records {
        scalars: BTreeMap::from([("tail-share".to_owned(), 0.01 * wobble)]),
        curves: BTreeMap::from([
            ("loss".to_owned(), loss),
            ("loss-predicted".to_owned(), predicted),
            ("gap".to_owned(), gap),
        ]),
    };
    Run {
        cell,
        outcome,
        records,
    }
}

/// Everything, as a run of the paper would have it.
pub(crate) struct Made {
    pub(crate) manifest: Manifest,
    pub(crate) report: Report,
    pub(crate) findings: Vec<Finding>,
    pub(crate) files: Files,
}

/// The report made from runs in this order.
pub(crate) fn made_from(runs: Vec<Run>) -> Made {
    let manifest = paper();
    let table = RunTable::new(runs);
    let measurements: Vec<Measurement> = measure(&manifest, &[], SIZE, &table);
    let report = collect(&manifest, SIZE, &table, &measurements);
    let findings = judge(&manifest, &report.measurements);
    let files = render(&manifest, SIZE, &report, &findings).expect("the templates fit");
    Made {
        manifest,
        report,
        findings,
        files,
    }
}

/// The report made from all runs.
pub(crate) fn made() -> Made {
    made_from(runs(&paper()))
}
