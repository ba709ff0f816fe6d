//! However a cell ends, the others are not touched, and only results are remembered.

use std::sync::atomic::AtomicBool;

use harness_core::Outcome;
use harness_engine::{EngineError, Options, PlanError};
use harness_testkit::tempfile::tempdir;

use crate::support::{Ears, engine, manifest, misbehave, plan, run, split, walk, work};

#[test]
fn bugs_and_panics_spare_the_others_and_are_tried_again() {
    let folder = tempdir().expect("a folder");
    let kinds = ["fine", "panic", "bug", "missing", "interrupted", "skipped"];
    let manifest = manifest(vec![walk(), misbehave(&kinds)]);
    for cached in [0, 5] {
        let engine = engine(folder.path());
        let (stop, ears) = (AtomicBool::new(false), Ears::default());
        let options = Options {
            progress: &ears,
            ..Options::new(&stop)
        };
        let planned = plan(&engine, &manifest);
        let (table, summary) = split(engine.execute(&planned, &options).expect("it runs"));
        assert_eq!(summary.cached, cached);
        assert_eq!((summary.ran, summary.failed), (10 - cached, 4));
        assert_eq!((summary.skipped, summary.interrupted), (1, 0));
        let message = |kind: &str| {
            let fits = |run: &&harness_core::Run| {
                run.cell.axes.get("kind").and_then(|value| value.as_text()) == Some(kind)
            };
            let run = table.runs().iter().find(fits).expect("it was planned");
            match &run.outcome {
                Outcome::Failed { message } => message.clone(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(message("fine"), "Done");
        assert!(message("panic").contains("the walls came in"));
        assert!(
            message("panic").contains("support.rs:"),
            "{}",
            message("panic")
        );
        assert_eq!(message("bug"), "a promise was broken");
        assert_eq!(message("missing"), "declared but never recorded: extra");
        assert!(message("interrupted").contains("nobody interrupted"));
        assert!(message("skipped").contains("not today"));
        let heard = ears.finished.into_inner().expect("no panic");
        assert_eq!(heard.len(), 10, "each cell is heard of once");
        assert_eq!(heard.iter().filter(|heard| heard.2).count(), cached);
    }
}

#[test]
fn divergence_and_spent_budgets_are_results() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![misbehave(&["diverged", "out-of-budget"])]);
    let (table, summary) = run(folder.path(), &manifest);
    assert_eq!(summary.ran, 2);
    assert_eq!(table.runs()[0].outcome, Outcome::Diverged { step: 7 });
    assert_eq!(table.runs()[1].outcome, Outcome::OutOfBudget { step: 8 });
    assert_eq!(
        table.runs()[0].records.scalars["end"].to_bits(),
        1.0_f64.to_bits()
    );
    let (again, summary) = run(folder.path(), &manifest);
    assert_eq!(summary.cached, 2);
    assert_eq!(again, table);
}

#[test]
fn cells_that_do_not_fit_are_refused_before_anything_runs() {
    let folder = tempdir().expect("a folder");
    let engine = engine(folder.path());
    let refused = |manifest| match engine.plan([work(&manifest)]) {
        Err(EngineError::Plan(error)) => error,
        other => panic!("{other:?}"),
    };

    let mut no_steps = walk();
    no_steps.axes.remove("steps");
    let error = refused(manifest(vec![no_steps]));
    assert!(matches!(error, PlanError::Axes { .. }));
    assert!(error.to_string().contains("axis `steps`"), "{error}");

    let mut unknown = walk();
    unknown.name = "wlak".into();
    let error = refused(manifest(vec![unknown]));
    assert!(matches!(error, PlanError::NoRunner { .. }));
    assert!(error.to_string().contains("the code has walk"), "{error}");

    let mut zero = walk();
    zero.axes.insert(
        "steps".into(),
        harness_core::size::PerSize::same(vec![0.into()]),
    );
    let error = refused(manifest(vec![zero]));
    assert!(matches!(error, PlanError::LastStep { .. }), "{error}");

    let error = refused(manifest(vec![misbehave(&["undeclared-data"])]));
    assert!(
        matches!(error, PlanError::UndeclaredDataset { .. }),
        "{error}"
    );
    assert!(
        !folder.path().join("runs").exists(),
        "planning writes nothing"
    );
}
