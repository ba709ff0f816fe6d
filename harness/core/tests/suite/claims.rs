//! A small synthetic paper whose runs are made to order, for the tests of measuring and judging.

use std::collections::BTreeMap;

use harness_core::claims::{
    Ablation, At, Claim, Combine, Criterion, Estimand, Finding, Measurement, Reading, Statistic,
    Test, Verdict, Weight, judge, measure,
};
use harness_core::manifest::{ExperimentSpec, Manifest, PaperInfo, Selection};
use harness_core::recorder::Declared;
use harness_core::run::{Curve, Records};
use harness_core::size::PerSize;
use harness_core::{Axes, Cell, Check, Outcome, Run, RunTable, Size, Value, grid};

/// The experiment's axes: `method` (a, b) and `n` (1, 10, 100).
pub(crate) const METHODS: [&str; 2] = ["a", "b"];

/// What one cell leaves behind.
pub(crate) type Made = (Outcome, Records);

/// A finished run with these scalars.
pub(crate) fn scalars(values: &[(&str, f64)]) -> Made {
    let mut records = Records::default();
    for (name, value) in values {
        records.scalars.insert((*name).to_owned(), *value);
    }
    (Outcome::Done, records)
}

/// A finished run with one curve, and another metric at the same steps.
pub(crate) fn curves(steps: &[u64], metrics: &[(&str, &dyn Fn(u64) -> f64)]) -> Made {
    let mut records = Records::default();
    for (name, value) in metrics {
        let curve = Curve {
            steps: steps.to_vec(),
            values: steps.iter().map(|step| value(*step)).collect(),
        };
        records.curves.insert((*name).to_owned(), curve);
    }
    (Outcome::Done, records)
}

/// A manifest with one experiment `e` and these claims.
pub(crate) fn manifest(replicates: u32, claims: Vec<Claim>) -> Manifest {
    let values = |values: &[Value]| PerSize::same(values.to_vec());
    let experiment = ExperimentSpec {
        name: "e".into(),
        question: String::new(),
        analysis: String::new(),
        axes: BTreeMap::from([
            ("method".to_owned(), values(&METHODS.map(Value::from))),
            ("n".to_owned(), values(&[1, 10, 100].map(Value::from))),
        ]),
        cases: Vec::new(),
        replicates: PerSize::same(replicates),
        paired: Vec::new(),
        streams: BTreeMap::new(),
        datasets: Vec::new(),
        metrics: Declared::default(),
        descriptions: BTreeMap::new(),
        record: None,
        figures: Vec::new(),
        tables: Vec::new(),
    };
    Manifest {
        paper: PaperInfo {
            slug: "p".into(),
            title: String::new(),
            authors: Vec::new(),
            year: 2020,
            venue: String::new(),
            links: BTreeMap::new(),
            summary: String::new(),
        },
        experiments: vec![experiment],
        claims,
        deviations: Vec::new(),
    }
}

/// A claim `C1` of these tests and ablations.
pub(crate) fn claim(tests: Vec<Test>, ablations: Vec<Ablation>) -> Claim {
    Claim {
        id: "C1".into(),
        says: String::new(),
        source: String::new(),
        sheet: String::new(),
        weight: Weight::Headline,
        tolerance: String::new(),
        tests,
        ablations,
        no_ablation: String::new(),
        untested: None,
    }
}

/// Reads scalar `x` of method `a` at n = 1 by default.
pub(crate) fn test(criterion: Criterion, estimand: Estimand) -> Test {
    Test {
        name: "t".into(),
        experiment: "e".into(),
        select: select(&[("method", "a".into()), ("n", 1.into())]),
        each: Vec::new(),
        statistic: Statistic::Value(reading("x")),
        criterion,
        estimand,
    }
}

/// Reads the last value of a metric in the only cell.
pub(crate) fn reading(metric: &str) -> Reading {
    Reading {
        metric: metric.into(),
        at: At::Last,
        combine: Combine::Only,
    }
}

/// One value for each of these axes.
pub(crate) fn select(pairs: &[(&str, Value)]) -> Selection {
    let pair = |(name, value): &(&str, Value)| ((*name).to_owned(), vec![value.clone()]);
    Selection(pairs.iter().map(pair).collect())
}

/// Puts method `b` in the place of `a`.
pub(crate) fn ablation() -> Ablation {
    Ablation {
        name: "other method".into(),
        set: Axes::new().with("method", "b"),
        select: Selection::default(),
        experiment: None,
        because: String::new(),
        finding: None,
    }
}

pub(crate) const fn within(low: f64, high: f64) -> Criterion {
    Criterion {
        low,
        high,
        open: false,
    }
}

pub(crate) const fn at_most(high: f64) -> Criterion {
    within(f64::NEG_INFINITY, high)
}

pub(crate) const fn at_least(low: f64) -> Criterion {
    within(low, f64::INFINITY)
}

pub(crate) const fn above(low: f64) -> Criterion {
    Criterion {
        low,
        high: f64::INFINITY,
        open: true,
    }
}

/// Runs every planned cell.
pub(crate) fn run(manifest: &Manifest, make: impl Fn(&Cell) -> Made) -> RunTable {
    let run = |cell: Cell| {
        let (outcome, records) = make(&cell);
        Run {
            cell,
            outcome,
            records,
        }
    };
    let cells = grid::cells(manifest, Size::Quick).into_iter();
    RunTable::new(cells.map(run).collect())
}

/// Measurements of a manifest on runs made to order.
pub(crate) fn measured(manifest: &Manifest, make: impl Fn(&Cell) -> Made) -> Vec<Measurement> {
    measure(manifest, &CHECKS, Size::Quick, &run(manifest, make))
}

/// The one finding of a manifest with one claim.
pub(crate) fn found(manifest: &Manifest, make: impl Fn(&Cell) -> Made) -> Finding {
    judge(manifest, &measured(manifest, make)).remove(0)
}

/// The finding of a claim of one test.
pub(crate) fn found_by(test: Test, replicates: u32, make: impl Fn(&Cell) -> Made) -> Finding {
    found(
        &manifest(replicates, vec![claim(vec![test], Vec::new())]),
        make,
    )
}

/// Numbers around a centre, one for each replicate, from centre − width to centre + width.
pub(crate) fn around(cell: &Cell, replicates: u32, centre: f64, width: f64) -> f64 {
    let last = f64::from(replicates - 1);
    centre + width * (2.0 * f64::from(cell.replicate) / last - 1.0)
}

pub(crate) fn method(cell: &Cell) -> &str {
    cell.axes
        .get("method")
        .and_then(Value::as_text)
        .expect("an axis")
}

pub(crate) fn n(cell: &Cell) -> f64 {
    cell.axes.get("n").and_then(Value::as_f64).expect("an axis")
}

/// The paper's own statistics.
pub(crate) const CHECKS: [Check; 2] = [
    Check {
        name: "sum",
        evaluate: |view| {
            view.runs
                .iter()
                .map(|(_, run)| run.records.scalars["x"])
                .sum()
        },
    },
    Check {
        name: "none",
        evaluate: |_| f64::NAN,
    },
];

#[track_caller]
pub(crate) fn assert_verdict(finding: &Finding, verdict: Verdict) {
    assert_eq!(finding.verdict, verdict, "{finding:#?}");
}
