//! Whatever is written comes back to the bit.

use std::collections::BTreeMap;
use std::fs;

use harness_core::axes::Axes;
use harness_core::claims::{Measured, Measurement};
use harness_core::run::Outcome;
use harness_core::value::Value;
use harness_report::{CellRow, FigureKind, FigureRow, Report, Summary, TableRow, TableRows};
use harness_testkit::proptest::prelude::*;
use harness_testkit::tempfile::tempdir;

/// Any float; not-a-number in the one form that a report has.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<u64>().prop_map(f64::from_bits),
        1 => prop_oneof![
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(0.0),
            Just(-0.0),
            Just(f64::from_bits(1)),
            Just(f64::MAX),
            Just(0.1 + 0.2),
        ],
    ]
    .prop_map(|value| if value.is_nan() { f64::NAN } else { value })
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-z0-9-]{0,8}", ".{1,12}", "[\" ,=\\\\\n\r]{1,6}"]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        number()
            .prop_filter("an axis is a number", |value| !value.is_nan())
            .prop_map(Value::from),
        word().prop_map(Value::from),
        "(-?[0-9]{1,3}|true|inf|-inf|nan|1e5)?".prop_map(Value::from),
    ]
}

fn axes() -> impl Strategy<Value = Axes> {
    prop::collection::btree_map(word(), value(), 0..4).prop_map(|axes| axes.into_iter().collect())
}

fn summary() -> impl Strategy<Value = Summary> {
    (any::<u32>(), number(), number(), number()).prop_map(|(n, median, low, high)| Summary {
        n: n as usize,
        median,
        low,
        high,
    })
}

fn measurement() -> impl Strategy<Value = Measurement> {
    let value = prop_oneof![
        number().prop_map(Measured::Number),
        word().prop_map(Measured::Worst),
        word().prop_map(Measured::Absent),
        word().prop_map(Measured::Failed),
    ];
    (
        word(),
        word(),
        axes(),
        prop::option::of(word()),
        any::<u32>(),
        value,
    )
        .prop_map(
            |(claim, test, group, ablation, replicate, value)| Measurement {
                claim,
                test,
                group,
                ablation,
                replicate,
                value,
            },
        )
}

fn cell() -> impl Strategy<Value = CellRow> {
    let outcome = prop_oneof![
        Just(Outcome::Done),
        any::<u64>().prop_map(|step| Outcome::Diverged { step }),
        any::<u64>().prop_map(|step| Outcome::OutOfBudget { step }),
        word().prop_map(|reason| Outcome::Skipped { reason }),
        word().prop_map(|message| Outcome::Failed { message }),
    ];
    (word(), axes(), any::<u32>(), outcome, "[0-9a-f]{16}").prop_map(
        |(experiment, axes, replicate, outcome, digest)| CellRow {
            experiment,
            axes,
            replicate,
            outcome,
            digest,
        },
    )
}

fn figure_row() -> impl Strategy<Value = FigureRow> {
    let kind = prop_oneof![Just(FigureKind::Measured), Just(FigureKind::Overlay)];
    (word(), word(), kind, word(), number(), summary()).prop_map(
        |(panel, series, kind, metric, x, y)| FigureRow {
            panel,
            series,
            kind,
            metric,
            x,
            y,
        },
    )
}

fn table() -> impl Strategy<Value = TableRows> {
    let names = prop::collection::btree_set("[a-z]{1,6}", 0..4);
    names.prop_flat_map(|names| {
        let names: Vec<String> = names.into_iter().collect();
        let values = prop::collection::vec(value(), names.len());
        let rows = prop::collection::vec((values, word(), summary()), 0..6);
        rows.prop_map(move |rows| TableRows {
            axes: names.clone(),
            rows: rows
                .into_iter()
                .map(|(values, metric, y)| TableRow {
                    axes: names.iter().cloned().zip(values).collect(),
                    metric,
                    y,
                })
                .collect(),
        })
    })
}

fn report() -> impl Strategy<Value = Report> {
    (
        prop::collection::vec(measurement(), 0..8),
        prop::collection::vec(cell(), 0..8),
        prop::collection::vec(figure_row(), 0..8),
        table(),
    )
        .prop_map(|(measurements, cells, figure, table)| Report {
            measurements,
            cells,
            figures: BTreeMap::from([("e-f".to_owned(), figure)]),
            tables: BTreeMap::from([("e-t".to_owned(), table)]),
        })
}

/// As text, so that not-a-number equals itself and 0 differs from −0.
fn shown(report: &Report) -> String {
    format!("{report:?}")
}

proptest! {
    #[test]
    fn reports_come_back_to_the_bit(report in report()) {
        let folder = tempdir().expect("a folder");
        report.write(folder.path()).expect("written");
        let read = Report::read(folder.path()).expect("undamaged");
        prop_assert_eq!(shown(&read), shown(&report));
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        file in prop_oneof![
            Just("claims.csv"), Just("cells.csv"), Just("figures/e-f.csv"), Just("tables/e-t.csv")
        ],
        report in report(),
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let folder = tempdir().expect("a folder");
        report.write(folder.path()).expect("written");
        let path = folder.path().join(file);
        let mut damaged = fs::read(&path).expect("readable");
        let at = at.index(damaged.len() + 1);
        damaged.splice(at..(at + 2).min(damaged.len()), bytes);
        fs::write(&path, damaged).expect("written");
        if let Err(error) = Report::read(folder.path()) {
            prop_assert!(error.to_string().contains(file), "{}", error);
        }
    }
}
