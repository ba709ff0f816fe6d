//! Ablations: what they substitute, when they count, and what makes a run an error.

use crate::claims::*;
use harness_core::claims::{
    Ablation, Control, ControlState, Estimand, Finding, Measured, Statistic, Test, Verdict, judge,
    problems,
};
use harness_core::run::Records;
use harness_core::{Axes, Cell, Outcome, Size};

fn finding_with(ablation: Ablation, make: impl Fn(&Cell) -> Made) -> Finding {
    let test = test(at_most(1.0), Estimand::Mean);
    found(&manifest(10, vec![claim(vec![test], vec![ablation])]), make)
}

fn control_with(make: impl Fn(&Cell) -> Made) -> Control {
    finding_with(ablation(), make).controls.remove(0)
}

/// The claim's own cells are fine; those of the ablation are around `centre`.
fn broken_to(centre: f64) -> impl Fn(&Cell) -> Made {
    move |cell| {
        let centre = if method(cell) == "b" { centre } else { 0.0 };
        scalars(&[("x", around(cell, 10, centre, 0.2))])
    }
}

/// The claim's own cells are fine; those of the ablation end in this way.
fn ending(outcome: &Outcome) -> impl Fn(&Cell) -> Made + '_ {
    move |cell| {
        let (done, records) = scalars(&[("x", 0.5)]);
        (
            if method(cell) == "b" {
                outcome.clone()
            } else {
                done
            },
            records,
        )
    }
}

#[test]
fn a_control_fails_survives_or_is_undecided_as_the_claim_under_it() {
    for (centre, state) in [
        (2.0, ControlState::Fails),
        (0.0, ControlState::Survives),
        (1.0, ControlState::Undecided),
    ] {
        let control = control_with(broken_to(centre));
        assert_eq!(control.state, state);
        assert!((control.parts[0].estimate - centre).abs() < 1e-12);
    }
}

#[test]
fn a_control_counts_only_if_its_cells_ended_done_or_diverged() {
    let diverged = control_with(ending(&Outcome::Diverged { step: 3 }));
    assert_eq!(diverged.state, ControlState::Fails);
    let spent = control_with(ending(&Outcome::OutOfBudget { step: 3 }));
    assert_eq!(spent.state, ControlState::Untested);
    assert_eq!(
        spent.reason,
        "out-of-budget at step 3: p/e method=b n=1 replicate=0"
    );
    let skipped = control_with(ending(&Outcome::Skipped {
        reason: "no data".into(),
    }));
    assert_eq!(skipped.state, ControlState::Untested);
    let failed = control_with(ending(&Outcome::Failed {
        message: "a bug".into(),
    }));
    assert_eq!(failed.state, ControlState::Untested);
    assert!(failed.reason.starts_with("failed: "));
}

#[test]
fn one_cell_out_of_budget_spoils_a_control_even_beside_diverged_ones() {
    let control = control_with(|cell| {
        let outcome = match (method(cell), cell.replicate) {
            ("b", 7) => Outcome::OutOfBudget { step: 3 },
            ("b", _) => Outcome::Diverged { step: 3 },
            _ => Outcome::Done,
        };
        (outcome, scalars(&[("x", 0.5)]).1)
    });
    assert_eq!(control.state, ControlState::Untested);
}

#[test]
fn where_outcomes_are_read_out_of_budget_is_the_predicted_failure() {
    let reaches = Test {
        statistic: Statistic::Outcome {
            is: "done".into(),
            combine: harness_core::claims::Combine::Only,
        },
        ..test(at_least(1.0), Estimand::Surely)
    };
    let manifest = manifest(10, vec![claim(vec![reaches], vec![ablation()])]);
    let finding = found(&manifest, ending(&Outcome::OutOfBudget { step: 3 }));
    assert_verdict(&finding, Verdict::Reproduced);
    assert_eq!(finding.controls[0].state, ControlState::Fails);
}

#[test]
fn an_ablation_changes_the_runs_and_not_the_labels() {
    // The claim compares a with b; under the ablation the cells of b at n = 10 alone are replaced
    // by those of a new n, which is not in the grid.
    let compare = Test {
        select: select(&[("n", 10.into())]),
        statistic: Statistic::Compare {
            reading: reading("x"),
            numerator: Axes::new().with("method", "a"),
            denominator: Axes::new().with("method", "b"),
            comparison: harness_core::claims::Comparison::Difference,
        },
        ..test(at_most(1.0), Estimand::Mean)
    };
    let replaced = Ablation {
        name: "other n".into(),
        set: Axes::new().with("n", 1000),
        select: select(&[("method", "b".into())]),
        ..ablation()
    };
    let manifest = manifest(3, vec![claim(vec![compare], vec![replaced])]);
    let rows = measured(&manifest, |cell| {
        let offset = if method(cell) == "a" { 1e6 } else { 0.0 };
        scalars(&[("x", offset + n(cell) + 0.25 * f64::from(cell.replicate))])
    });
    let numbers: Vec<(Option<&str>, u32, &Measured)> = rows
        .iter()
        .map(|row| (row.ablation.as_deref(), row.replicate, &row.value))
        .collect();
    let own = Measured::Number(1e6);
    let other = Measured::Number(1e6 + 10.0 - 1000.0);
    let name = Some("other n");
    assert_eq!(
        numbers,
        [
            (None, 0, &own),
            (None, 1, &own),
            (None, 2, &own),
            (name, 0, &other),
            (name, 1, &other),
            (name, 2, &other),
        ]
    );
}

#[test]
fn an_axis_that_an_ablation_replaces_keeps_its_place_in_a_slope() {
    let slope = Test {
        select: select(&[("method", "a".into())]),
        statistic: Statistic::SlopeOverAxis {
            reading: reading("x"),
            axis: "n".into(),
            x_log: true,
            y_log: true,
        },
        ..test(at_least(0.9), Estimand::Mean)
    };
    let frozen = Ablation {
        set: Axes::new().with("n", 10),
        ..ablation()
    };
    let manifest = manifest(3, vec![claim(vec![slope], vec![frozen])]);
    let finding = found(&manifest, |cell| scalars(&[("x", n(cell))]));
    assert!((finding.parts[0].estimate - 1.0).abs() < 1e-12);
    assert!(finding.controls[0].parts[0].estimate.abs() < 1e-12);
    assert_eq!(finding.controls[0].state, ControlState::Fails);
}

#[test]
fn an_ablation_of_another_experiment_leaves_the_cells_alone() {
    let elsewhere = Ablation {
        experiment: Some("other".into()),
        ..ablation()
    };
    let finding = finding_with(elsewhere, broken_to(2.0));
    assert_eq!(finding.controls[0].state, ControlState::Survives);
}

#[test]
fn a_control_measured_in_other_replicates_does_not_count() {
    let test = test(at_most(1.0), Estimand::Mean);
    let manifest = manifest(10, vec![claim(vec![test], vec![ablation()])]);
    let mut rows = measured(&manifest, broken_to(2.0));
    assert_eq!(
        judge(&manifest, &rows)[0].controls[0].state,
        ControlState::Fails
    );
    rows.pop();
    assert_eq!(
        judge(&manifest, &rows)[0].controls[0].state,
        ControlState::Untested
    );
}

fn told(ablation: Ablation, size: Size, make: impl Fn(&Cell) -> Made) -> Vec<String> {
    let test = test(at_most(1.0), Estimand::Mean);
    let manifest = manifest(10, vec![claim(vec![test], vec![ablation])]);
    let finding = found(&manifest, make);
    problems(&manifest, &[finding], size)
}

#[test]
fn what_makes_a_run_an_error_depends_on_the_size() {
    let recorded = || Ablation {
        finding: Some("not needed here".into()),
        ..ablation()
    };
    let nothing: [&str; 0] = [];
    for size in [Size::Quick, Size::Paper] {
        assert_eq!(told(ablation(), size, broken_to(2.0)), nothing);
        assert_eq!(told(recorded(), size, broken_to(0.0)), nothing);
        assert_eq!(
            told(ablation(), size, broken_to(0.0)),
            [
                "C1: ablation `other method` does not break the claim, which is vacuous without a `finding` that says so"
            ]
        );
        assert_eq!(
            told(recorded(), size, broken_to(2.0)),
            [
                "C1: ablation `other method` breaks the claim, but its `finding` says that it does not"
            ]
        );
    }
    assert_eq!(told(ablation(), Size::Smoke, broken_to(0.0)), nothing);
    assert_eq!(told(ablation(), Size::Quick, broken_to(0.95)), nothing);
    let undecided = told(ablation(), Size::Paper, broken_to(0.95));
    assert!(
        undecided[0].contains("undecided; about") && undecided.len() == 1,
        "{undecided:?}"
    );
    let spent = Outcome::OutOfBudget { step: 3 };
    assert_eq!(told(ablation(), Size::Quick, ending(&spent)), nothing);
    assert!(told(ablation(), Size::Paper, ending(&spent))[0].contains("could not be judged"));
    let failed = Outcome::Failed {
        message: "a bug".into(),
    };
    for size in Size::ALL {
        let told = told(ablation(), size, ending(&failed));
        assert!(
            told[0].contains("failed: p/e method=b n=1 replicate=0: a bug"),
            "{told:?}"
        );
    }
}

#[test]
fn failed_cells_and_broken_determinism_are_errors_at_every_size() {
    let deterministic = test(at_most(9.0), Estimand::Deterministic);
    let manifest = manifest(3, vec![claim(vec![deterministic], Vec::new())]);
    let by_replicate = |cell: &Cell| scalars(&[("x", f64::from(cell.replicate))]);
    for size in Size::ALL {
        let finding = found(&manifest, by_replicate);
        assert_eq!(
            problems(&manifest, &[finding], size),
            ["C1: test `t` is declared deterministic, but its replicates range from 0 to 2"]
        );
        let failed = |_: &Cell| {
            (
                Outcome::Failed {
                    message: "a bug".into(),
                },
                Records::default(),
            )
        };
        let finding = found(&manifest, failed);
        assert_eq!(
            problems(&manifest, &[finding], size),
            ["C1: failed: p/e method=a n=1 replicate=0: a bug (and 2 more)"]
        );
    }
}
