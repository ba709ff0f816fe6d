//! What holds of measuring and judging whatever the numbers are, and how often verdicts are wrong.

use std::collections::BTreeSet;

use crate::claims::*;
use crate::statistics_coverage::Draws;
use harness_core::claims::{
    Criterion, Estimand, Measured, Measurement, PartState, Test, Verdict, judge, measure,
};
use harness_core::manifest::Manifest;
use harness_core::{Axes, Run, RunTable, Size};
use harness_testkit::proptest::prelude::*;

fn paper(criterion: Criterion, estimand: Estimand, n: u32) -> Manifest {
    let mut ranging = test(criterion, estimand);
    ranging.select.0.remove("n");
    ranging.each = vec!["n".into()];
    let second = Test {
        name: "again".into(),
        ..test(criterion, estimand)
    };
    let mut other = claim(vec![second.clone()], Vec::new());
    other.id = "C0".into();
    manifest(
        n,
        vec![claim(vec![ranging, second], vec![ablation()]), other],
    )
}

fn rows(numbers: &[Option<f64>]) -> Vec<Measurement> {
    let row = |(replicate, number): (usize, &Option<f64>)| Measurement {
        claim: "C1".into(),
        test: "t".into(),
        group: Axes::new(),
        ablation: None,
        replicate: replicate as u32,
        value: match number {
            Some(number) => Measured::Number(*number),
            None => Measured::Worst("diverged at step 1: a cell".into()),
        },
    };
    numbers.iter().enumerate().map(row).collect()
}

fn state(criterion: Criterion, estimand: Estimand, numbers: &[Option<f64>]) -> PartState {
    let manifest = manifest(
        numbers.len() as u32,
        vec![claim(vec![test(criterion, estimand)], Vec::new())],
    );
    judge(&manifest, &rows(numbers))[0].parts[0].state
}

fn estimands() -> impl Strategy<Value = Estimand> {
    prop_oneof![
        Just(Estimand::Mean),
        Just(Estimand::Median),
        (0.05..0.95).prop_map(|at_least| Estimand::Share { at_least }),
        (0.05..0.95).prop_map(|p| Estimand::ViolationsAtMost { p }),
        Just(Estimand::Surely),
        Just(Estimand::Deterministic),
    ]
}

/// Small whole numbers, so that ties and hits on an end are common; now and then infinite or none.
fn numbers(least: usize) -> impl Strategy<Value = Vec<Option<f64>>> {
    let number = prop_oneof![
        12 => (-4..=4).prop_map(|whole| Some(f64::from(whole))),
        1 => Just(Some(f64::INFINITY)),
        1 => Just(Some(f64::NEG_INFINITY)),
        2 => Just(None),
    ];
    prop::collection::vec(number, least..60)
}

fn ends() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (-9..=9).prop_map(|half| 0.5 * f64::from(half)), 1 => Just(f64::INFINITY)]
}

#[test]
fn there_is_one_measurement_for_everything_planned_in_order() {
    let manifest = paper(at_most(1.0), Estimand::Mean, 4);
    let rows = measure(&manifest, &CHECKS, Size::Quick, &RunTable::default());
    let keys: Vec<String> = rows
        .iter()
        .map(|row| {
            let ablation = row.ablation.as_deref().unwrap_or("-");
            format!(
                "{} {} [{}] {} {}",
                row.claim, row.test, row.group, ablation, row.replicate
            )
        })
        .collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    // C1: three groups and one, each with and without the ablation; then C0, as in the manifest.
    assert_eq!(keys.len(), (3 + 1) * 2 * 4 + 4);
    assert_eq!(keys[0], "C1 t [n=1] - 0");
    assert_eq!(keys[7], "C1 t [n=1] other method 3");
    assert_eq!(keys[8], "C1 t [n=10] - 0");
    assert_eq!(keys[24], "C1 again [] - 0");
    assert_eq!(keys[32], "C0 again [] - 0");
    assert!(
        rows.iter()
            .all(|row| matches!(row.value, Measured::Absent(_))),
        "no run, no number"
    );
}

proptest! {
    #[test]
    fn the_order_of_runs_and_rows_changes_nothing(seed in any::<u64>(), estimand in estimands()) {
        let manifest = paper(within(-1.0, 1.0), estimand, 7);
        let mut draws = Draws::new(seed);
        let table = run(&manifest, |cell| {
            let key = u64::from_le_bytes(cell.id().0[..8].try_into().expect("eight bytes"));
            scalars(&[("x", Draws::new(seed ^ key).normal())])
        });
        let mut shuffled: Vec<(u64, Run)> = table
            .runs()
            .iter()
            .map(|run| (draws.uniform().to_bits(), run.clone()))
            .collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled = RunTable::new(shuffled.into_iter().map(|(_, run)| run).collect());
        let measured = measure(&manifest, &CHECKS, Size::Quick, &table);
        prop_assert_eq!(&measured, &measure(&manifest, &CHECKS, Size::Quick, &shuffled));
        let mut backwards = measured.clone();
        backwards.reverse();
        let (one, other) = (judge(&manifest, &measured), judge(&manifest, &backwards));
        prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }

    #[test]
    fn which_replicate_gave_which_number_changes_nothing(
        numbers in numbers(1),
        estimand in estimands(),
        turn in 0_usize..60,
    ) {
        let claims = vec![claim(vec![test(within(-1.0, 1.0), estimand)], Vec::new())];
        let manifest = manifest(numbers.len() as u32, claims);
        let mut turned = numbers.clone();
        turned.rotate_left(turn % numbers.len());
        let part = |numbers: &[Option<f64>]| {
            format!("{:?}", judge(&manifest, &rows(numbers))[0].parts)
        };
        prop_assert_eq!(part(&numbers), part(&turned));
    }

    /// A narrower criterion is harder: met before may be lost, missed before is missed.
    #[test]
    fn a_narrower_criterion_never_helps(
        numbers in numbers(1),
        estimand in estimands(),
        mut ends in prop::array::uniform4(ends()),
        signs in any::<[bool; 2]>(),
    ) {
        // The outermost ends may be infinite, on either side.
        ends.sort_by(f64::total_cmp);
        let outer_low = if signs[0] { f64::NEG_INFINITY } else { ends[0] };
        let outer_high = if signs[1] { f64::INFINITY } else { ends[3] };
        let (wide, narrow) = (within(outer_low, outer_high), within(ends[1], ends[2]));
        prop_assume!(outer_low.is_finite() || outer_high.is_finite());
        prop_assume!(ends[1].is_finite());
        let rank = |state| match state {
            PartState::Missed => 0,
            PartState::Undecided => 1,
            PartState::Met => 2,
        };
        let before = rank(state(wide, estimand, &numbers));
        let after = rank(state(narrow, estimand, &numbers));
        prop_assert!(after <= before, "{before} became {after}");
    }

    #[test]
    fn a_number_replaced_by_the_worst_value_never_helps(
        mut numbers in numbers(1),
        estimand in estimands(),
        place in 0_usize..60,
        half in 0_i32..9,
    ) {
        prop_assume!(estimand != Estimand::Deterministic);
        let end = 0.5 * f64::from(half);
        for criterion in [at_most(end), at_least(-end), within(-end, end)] {
            let before = state(criterion, estimand, &numbers);
            let place = place % numbers.len();
            let kept = numbers[place].take();
            let after = state(criterion, estimand, &numbers);
            numbers[place] = kept;
            if estimand != Estimand::Mean {
                prop_assert!(before != PartState::Missed || after == PartState::Missed);
            }
            prop_assert!(after != PartState::Met || before == PartState::Met);
        }
    }

    #[test]
    fn mirrored_numbers_and_criteria_give_the_same_state(
        numbers in numbers(1),
        estimand in estimands(),
        half in -9_i32..9,
    ) {
        let end = 0.5 * f64::from(half);
        let mirrored: Vec<Option<f64>> = numbers.iter().map(|number| number.map(|x| -x)).collect();
        prop_assert_eq!(
            state(at_most(end), estimand, &numbers),
            state(at_least(-end), estimand, &mirrored)
        );
    }

    #[test]
    fn margin_and_state_agree(numbers in numbers(3), estimand in estimands(), half in -9_i32..9) {
        let end = 0.5 * f64::from(half);
        let claims = vec![claim(vec![test(at_most(end), estimand)], Vec::new())];
        let manifest = manifest(numbers.len() as u32, claims);
        let part = &judge(&manifest, &rows(&numbers))[0].parts[0];
        prop_assert!(part.low <= part.high && part.smallest <= part.largest);
        match part.state {
            PartState::Met => prop_assert!(part.margin >= 0.0),
            PartState::Missed => prop_assert!(part.margin < 0.0),
            PartState::Undecided => {
                prop_assert!(part.margin <= 0.0 || estimand == Estimand::Deterministic);
            }
        }
        prop_assert!(part.needed.is_none_or(|needed| needed > numbers.len() as u64));
    }
}

/// How often a verdict comes out for normal numbers with this mean, three parts and n replicates.
fn rate(verdict: Verdict, estimand: Estimand, n: u32, means: [f64; 3], seed: u64) -> f64 {
    const TRIALS: u32 = 4000;
    let mut ranging = test(at_most(0.0), estimand);
    ranging.each = vec!["n".into()];
    let manifest = manifest(n, vec![claim(vec![ranging], Vec::new())]);
    let mut draws = Draws::new(seed);
    let mut trial = || {
        let mut table = Vec::new();
        for (index, mean) in means.iter().enumerate() {
            table.extend((0..n).map(|replicate| Measurement {
                claim: "C1".into(),
                test: "t".into(),
                group: Axes::new().with("n", index as i32),
                ablation: None,
                replicate,
                value: Measured::Number(mean + draws.normal()),
            }));
        }
        judge(&manifest, &table)[0].verdict == verdict
    };
    let hits = (0..TRIALS).filter(|_| trial()).count();
    hits as f64 / f64::from(TRIALS)
}

/// 2.5 % and 5 %, with four standard errors of four thousand trials.
const FALSE_REPRODUCED: f64 = 0.025 + 0.01;
const FALSE_REFUTED: f64 = 0.05 + 0.014;

#[test]
fn false_verdicts_are_as_rare_as_promised() {
    for (estimand, n) in [
        (Estimand::Mean, 6),
        (Estimand::Mean, 10),
        (Estimand::Median, 10),
    ] {
        // One part false by next to nothing, the others clearly true.
        let rate_met = rate(Verdict::Reproduced, estimand, n, [1e-9, -9.0, -9.0], 1);
        assert!(rate_met < FALSE_REPRODUCED, "{estimand:?}: {rate_met}");
        // All parts true, on the very edge.
        let rate_missed = rate(Verdict::NotReproduced, estimand, n, [0.0; 3], 2);
        assert!(rate_missed < FALSE_REFUTED, "{estimand:?}: {rate_missed}");
        // And the rules are not empty: clear cases are told.
        assert!(rate(Verdict::Reproduced, estimand, n, [-3.0; 3], 3) > 0.95);
        assert!(rate(Verdict::NotReproduced, estimand, n, [3.0, -9.0, -9.0], 4) > 0.95);
    }
}
