//! Each estimand yields each verdict; worst values, several parts, and what makes a claim untested.

use crate::claims::*;
use harness_core::claims::{
    Criterion, Estimand, Finding, Measured, Measurement, PartState, Test, Verdict, judge,
    validate_refutable, validate_replicates,
};
use harness_core::run::Records;
use harness_core::statistics::student_t_quantile;
use harness_core::{Axes, Cell, Outcome, Size};

/// Judges one part with these numbers, one for each replicate; `None` is a diverged run.
fn judged(criterion: Criterion, estimand: Estimand, numbers: &[Option<f64>]) -> Finding {
    found_by(
        test(criterion, estimand),
        numbers.len() as u32,
        |cell| match numbers[cell.replicate as usize] {
            Some(number) => scalars(&[("x", number)]),
            None => (Outcome::Diverged { step: 9 }, Records::default()),
        },
    )
}

fn all(numbers: &[f64]) -> Vec<Option<f64>> {
    numbers.iter().copied().map(Some).collect()
}

#[track_caller]
fn assert_judged(
    criterion: Criterion,
    estimand: Estimand,
    numbers: &[Option<f64>],
    verdict: Verdict,
) {
    assert_verdict(&judged(criterion, estimand, numbers), verdict);
}

const TEN: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

#[test]
fn a_mean_yields_every_verdict() {
    let numbers = all(&TEN);
    // 0.55 ± 2.262157 · 0.302765 / √10.
    let half = student_t_quantile(0.975, 9.0) * (0.825_f64 / 9.0 / 10.0).sqrt();
    let part = judged(at_most(1.0), Estimand::Mean, &numbers)
        .parts
        .remove(0);
    assert!((part.low - (0.55 - half)).abs() < 1e-12 && (part.high - (0.55 + half)).abs() < 1e-12);
    assert!((half - 0.216_585).abs() < 1e-6);
    assert!((part.margin - (0.45 - half)).abs() < 1e-12);
    for (end, verdict) in [
        (0.767, Verdict::Reproduced),
        (0.766, Verdict::Inconclusive),
        (0.334, Verdict::Inconclusive),
        (0.333, Verdict::NotReproduced),
    ] {
        assert_judged(at_most(end), Estimand::Mean, &numbers, verdict);
    }
}

#[test]
fn a_median_yields_every_verdict() {
    // The interval is [0.2, 0.9].
    let numbers = all(&TEN);
    for (criterion, verdict) in [
        (within(0.2, 0.9), Verdict::Reproduced),
        (within(0.21, 0.9), Verdict::Inconclusive),
        (above(0.2), Verdict::Inconclusive),
        (at_least(0.9), Verdict::Inconclusive),
        (above(0.9), Verdict::NotReproduced),
        (at_most(0.19), Verdict::NotReproduced),
    ] {
        assert_judged(criterion, Estimand::Median, &numbers, verdict);
    }
    assert_judged(
        at_most(1e9),
        Estimand::Median,
        &numbers[..5],
        Verdict::Inconclusive,
    );
    let part = judged(within(0.1, 1.0), Estimand::Median, &numbers)
        .parts
        .remove(0);
    assert!((part.coverage - 0.978_515_625).abs() < 1e-12 && (part.margin - 0.1).abs() < 1e-12);
}

#[test]
fn a_share_and_a_probability_of_violations_yield_every_verdict() {
    let hits = |hits: usize, n: usize| -> Vec<Option<f64>> {
        (0..n)
            .map(|index| Some(f64::from(u8::from(index >= hits))))
            .collect()
    };
    let share = Estimand::Share { at_least: 0.9 };
    let violations = Estimand::ViolationsAtMost { p: 0.1 };
    for estimand in [share, violations] {
        assert_judged(at_most(0.5), estimand, &hits(36, 36), Verdict::Reproduced);
        assert_judged(at_most(0.5), estimand, &hits(35, 35), Verdict::Inconclusive);
        assert_judged(at_most(0.5), estimand, &hits(29, 36), Verdict::Inconclusive);
        assert_judged(
            at_most(0.5),
            estimand,
            &hits(27, 36),
            Verdict::NotReproduced,
        );
    }
    let part = judged(at_most(0.5), share, &hits(35, 35)).parts.remove(0);
    assert_eq!(part.needed, Some(36));
    assert!((part.estimate - 1.0).abs() < 1e-15 && (part.largest - 0.0).abs() < 1e-15);
}

#[test]
fn surely_is_refuted_by_one_and_says_by_how_much() {
    let mut numbers = all(&TEN);
    assert_judged(
        at_most(1.0),
        Estimand::Surely,
        &numbers,
        Verdict::Reproduced,
    );
    let part = judged(within(-1.0, 3.0), Estimand::Surely, &numbers)
        .parts
        .remove(0);
    assert!((part.estimate - 0.1).abs() < 1e-15 && (part.margin - 1.1).abs() < 1e-15);
    numbers[3] = Some(1.5);
    let finding = judged(at_most(1.0), Estimand::Surely, &numbers);
    assert_verdict(&finding, Verdict::NotReproduced);
    let part = &finding.parts[0];
    assert!((part.estimate - 1.5).abs() < 1e-15 && (part.margin + 0.5).abs() < 1e-15);
    numbers[3] = None;
    assert_judged(
        at_most(1.0),
        Estimand::Surely,
        &numbers,
        Verdict::NotReproduced,
    );
}

#[test]
fn deterministic_replicates_must_agree_to_the_bit() {
    let same = all(&[0.5; 4]);
    let last_bit = [Some(0.5), Some(f64::from_bits(0.5_f64.to_bits() + 1))];
    let deterministic = Estimand::Deterministic;
    assert_judged(at_most(1.0), deterministic, &same, Verdict::Reproduced);
    assert_judged(at_most(1.0), deterministic, &same[..1], Verdict::Reproduced);
    assert_judged(at_most(0.4), deterministic, &same, Verdict::NotReproduced);
    assert_judged(
        at_most(1.0),
        deterministic,
        &last_bit,
        Verdict::Inconclusive,
    );
    assert_judged(
        at_most(0.4),
        deterministic,
        &last_bit,
        Verdict::NotReproduced,
    );
    assert_judged(
        at_most(0.5),
        deterministic,
        &last_bit,
        Verdict::NotReproduced,
    );
}

#[test]
fn the_worst_value_meets_no_criterion() {
    let with_worst = |worst: usize| -> Vec<Option<f64>> {
        (0..10)
            .map(|index| Some(0.5).filter(|_| index >= worst))
            .collect()
    };
    for criterion in [at_most(1.0), at_least(0.0), within(0.0, 1.0)] {
        let judge = |worst, estimand| judged(criterion, estimand, &with_worst(worst)).verdict;
        assert_eq!(judge(1, Estimand::Mean), Verdict::NotReproduced);
        // The interval of the median runs from the second to the ninth of ten.
        assert_eq!(judge(1, Estimand::Median), Verdict::Reproduced);
        assert_eq!(judge(2, Estimand::Median), Verdict::Inconclusive);
        assert_eq!(judge(8, Estimand::Median), Verdict::Inconclusive);
        assert_eq!(judge(9, Estimand::Median), Verdict::NotReproduced);
        let half = Estimand::Share { at_least: 0.5 };
        assert_eq!(judge(0, half), Verdict::Reproduced);
        assert_eq!(judge(2, half), Verdict::Inconclusive);
        assert_eq!(judge(9, half), Verdict::NotReproduced);
        assert_eq!(judge(10, Estimand::Deterministic), Verdict::NotReproduced);
    }
    let part = judged(at_least(0.0), Estimand::Mean, &with_worst(1))
        .parts
        .remove(0);
    assert_eq!(part.estimate.to_bits(), f64::NEG_INFINITY.to_bits());
}

#[test]
fn the_worst_value_cannot_balance_misses_on_the_other_side() {
    // Thirty too low and thirty-five diverged of a hundred: with the diverged ones above, the
    // median would be inside.
    let numbers: Vec<Option<f64>> = (0..100)
        .map(|index| match index {
            0..30 => Some(-1.0),
            30..65 => None,
            _ => Some(0.5),
        })
        .collect();
    assert_judged(
        within(0.0, 1.0),
        Estimand::Median,
        &numbers,
        Verdict::NotReproduced,
    );
}

#[test]
fn infinite_numbers_are_judged_as_they_are() {
    let mut numbers = all(&[1.0; 10]);
    numbers[0] = Some(f64::INFINITY);
    assert_judged(at_least(0.0), Estimand::Mean, &numbers, Verdict::Reproduced);
    assert_judged(above(0.0), Estimand::Mean, &numbers, Verdict::Reproduced);
    assert_judged(
        at_most(9.0),
        Estimand::Mean,
        &numbers,
        Verdict::NotReproduced,
    );
    numbers[1] = Some(f64::NEG_INFINITY);
    assert_judged(
        at_least(0.0),
        Estimand::Mean,
        &numbers,
        Verdict::NotReproduced,
    );
    assert_judged(
        at_most(9.0),
        Estimand::Median,
        &numbers,
        Verdict::Reproduced,
    );
}

/// Numbers of one test that ranges over `n`, by the place of `n` on its axis.
fn ranging(estimand: Estimand, number: impl Fn(&Cell) -> f64) -> Finding {
    let mut test = test(at_most(1.0), estimand);
    test.select.0.remove("n");
    test.each = vec!["n".into()];
    found_by(test, 10, |cell| scalars(&[("x", number(cell))]))
}

#[test]
fn every_part_must_be_met_and_one_missed_refutes() {
    let at = |cell: &Cell, wrong: f64, centre: f64| {
        around(cell, 10, if n(cell) > 50.0 { wrong } else { centre }, 0.2)
    };
    let verdict = |wrong, centre| ranging(Estimand::Mean, |cell| at(cell, wrong, centre)).verdict;
    assert_eq!(verdict(0.5, 0.5), Verdict::Reproduced);
    assert_eq!(verdict(1.0, 0.5), Verdict::Inconclusive);
    assert_eq!(verdict(2.0, 0.5), Verdict::NotReproduced);
    assert_eq!(verdict(2.0, 1.0), Verdict::NotReproduced);
    let finding = ranging(Estimand::Mean, |cell| at(cell, 2.0, 0.5));
    let groups: Vec<String> = finding
        .parts
        .iter()
        .map(|part| part.group.to_string())
        .collect();
    assert_eq!(groups, ["n=1", "n=10", "n=100"]);
    let states: Vec<PartState> = finding.parts.iter().map(|part| part.state).collect();
    assert_eq!(states, [PartState::Met, PartState::Met, PartState::Missed]);
    assert!(finding.parts[2].margin < 0.0);
}

#[test]
fn with_more_parts_a_miss_takes_more() {
    // Outside at 95 %, not at 1 − 0.05/3.
    let deviation = (0.2_f64 * 0.2 * 4.0 * 82.5 / 81.0 / 9.0).sqrt();
    let half = |p: f64| student_t_quantile(p, 9.0) * deviation / 10.0_f64.sqrt();
    let alone = half(0.975);
    let of_three = half(1.0 - 0.025 / 3.0);
    let centre = 1.0 + 0.5 * (alone + of_three);
    let number = |cell: &Cell| around(cell, 10, if n(cell) > 50.0 { centre } else { 0.0 }, 0.2);
    assert_eq!(
        ranging(Estimand::Mean, number).verdict,
        Verdict::Inconclusive
    );
    let mut single = test(at_most(1.0), Estimand::Mean);
    single.select = select(&[("method", "a".into()), ("n", 100.into())]);
    let finding = found_by(single, 10, |cell| scalars(&[("x", number(cell))]));
    assert_verdict(&finding, Verdict::NotReproduced);
    assert!((finding.parts[0].low - (centre - alone)).abs() < 1e-12);
}

#[test]
fn an_undecided_part_says_how_many_replicates_would_settle_it() {
    let finding = found_by(test(at_most(1.0), Estimand::Mean), 10, |cell| {
        scalars(&[("x", around(cell, 10, 0.95, 0.2))])
    });
    assert_verdict(&finding, Verdict::Inconclusive);
    let needed = finding.parts[0].needed.expect("not on the edge") as u32;
    assert!(needed > 10);
    let more = found_by(test(at_most(1.0), Estimand::Mean), needed, |cell| {
        // Two values with the same standard deviation as the ten.
        let deviation = (0.2_f64 * 0.2 * 4.0 * 82.5 / 81.0 / 9.0).sqrt();
        let even = f64::from(needed / 2 * 2);
        let width = deviation * ((even - 1.0) / even).sqrt();
        let sign = if cell.replicate % 2 == 0 { 1.0 } else { -1.0 };
        scalars(&[("x", 0.95 + sign * width)])
    });
    let part = &more.parts[0];
    assert!(
        part.margin.abs() < 0.01,
        "about the number that settles it: {part:?}"
    );
}

fn untested_reason(make: impl Fn(&Cell) -> Made) -> String {
    let finding = found_by(test(at_most(1.0), Estimand::Mean), 4, make);
    assert_verdict(&finding, Verdict::Untested);
    finding.reason
}

#[test]
fn a_claim_without_all_its_cells_is_untested_with_the_reason() {
    let skipped = untested_reason(|cell| {
        let outcome = Outcome::Skipped {
            reason: "data set `iris` is absent".into(),
        };
        if cell.replicate < 2 {
            (outcome, Records::default())
        } else {
            scalars(&[("x", 1.0)])
        }
    });
    assert_reason(
        &skipped,
        "skipped: data set `iris` is absent (p/e method=a n=1 replicate=0) (and 1 more)",
    );
    let failed = untested_reason(|cell| {
        let outcome = match cell.replicate {
            0 => Outcome::Skipped {
                reason: "absent".into(),
            },
            1 => Outcome::Failed {
                message: "panicked".into(),
            },
            _ => Outcome::Diverged { step: 1 },
        };
        (outcome, Records::default())
    });
    assert_reason(
        &failed,
        "failed: p/e method=a n=1 replicate=1: panicked (and 1 more)",
    );
}

#[track_caller]
fn assert_reason(found: &str, expected: &str) {
    assert_eq!(found, expected);
}

#[test]
fn a_table_with_lost_or_doubled_rows_is_not_judged() {
    let one = test(at_most(1.0), Estimand::Mean);
    let manifest = manifest(6, vec![claim(vec![one], Vec::new())]);
    let rows = measured(&manifest, |_| scalars(&[("x", 0.5)]));
    assert_verdict(&judge(&manifest, &rows)[0], Verdict::Reproduced);
    for lost in 0..5 {
        let mut fewer = rows.clone();
        fewer.remove(lost);
        assert_verdict(&judge(&manifest, &fewer)[0], Verdict::Untested);
    }
    let mut doubled = rows.clone();
    doubled.push(rows[2].clone());
    assert_verdict(&judge(&manifest, &doubled)[0], Verdict::Untested);
    let finding = &judge(&manifest, &[])[0];
    assert_verdict(finding, Verdict::Untested);
    assert_eq!(finding.reason, "test `t` has no measurements");
}

#[test]
fn a_claim_that_the_sheet_does_not_attempt_says_why() {
    let mut untested = claim(Vec::new(), Vec::new());
    untested.untested = Some("the data are not public".into());
    let manifest = manifest(6, vec![untested]);
    let finding = &judge(&manifest, &[])[0];
    assert_verdict(finding, Verdict::Untested);
    assert_eq!(finding.reason, "the data are not public");
    assert!(
        harness_core::claims::problems(&manifest, &judge(&manifest, &[]), Size::Paper).is_empty()
    );
}

#[test]
fn a_number_that_is_none_counts_as_the_worst_value_in_a_table_too() {
    let manifest = manifest(
        6,
        vec![claim(
            vec![test(at_most(1.0), Estimand::Surely)],
            Vec::new(),
        )],
    );
    let row = |replicate| Measurement {
        claim: "C1".into(),
        test: "t".into(),
        group: Axes::new(),
        ablation: None,
        replicate,
        value: Measured::Number(if replicate == 0 { f64::NAN } else { 0.0 }),
    };
    let rows: Vec<Measurement> = (0..6).map(row).collect();
    assert_verdict(&judge(&manifest, &rows)[0], Verdict::NotReproduced);
}

#[test]
fn too_few_replicates_are_refused_by_name() {
    let check = |estimand, n| validate_replicates(&test(at_most(1.0), estimand), n);
    assert!(check(Estimand::Mean, 3).is_ok() && check(Estimand::Median, 6).is_ok());
    assert!(check(Estimand::Surely, 1).is_ok() && check(Estimand::Deterministic, 1).is_ok());
    assert!(check(Estimand::Share { at_least: 0.9 }, 36).is_ok());
    assert!(check(Estimand::ViolationsAtMost { p: 0.1 }, 36).is_ok());
    let message = |estimand, n| check(estimand, n).expect_err("too few");
    assert_eq!(
        message(Estimand::Mean, 2),
        "a mean's interval needs at least 3 replicates; there are 2"
    );
    assert_eq!(
        message(Estimand::Median, 5),
        "a median's 95 % interval needs at least 6 replicates; there are 5"
    );
    assert_eq!(
        message(Estimand::Share { at_least: 0.9 }, 10),
        "a share of at least 0.9 needs at least 36 replicates; there are 10"
    );
    assert_eq!(
        message(Estimand::ViolationsAtMost { p: 0.1 }, 35),
        "a probability of violations of at most 0.1 needs at least 36 replicates; there are 35"
    );
    assert!(message(Estimand::Share { at_least: 1.0 }, 99).contains("use `surely`"));
    assert!(message(Estimand::ViolationsAtMost { p: 0.0 }, 99).contains("use `surely`"));
    let outcome = Test {
        statistic: harness_core::claims::Statistic::Outcome {
            is: "done".into(),
            combine: harness_core::claims::Combine::Only,
        },
        ..test(at_least(1.0), Estimand::Mean)
    };
    assert!(
        validate_replicates(&outcome, 50)
            .expect_err("0 or 1")
            .contains("use `share`")
    );
}

#[test]
fn a_test_that_could_never_be_missed_is_refused() {
    let mut ranging = test(at_most(1.0), Estimand::Median);
    ranging.select.0.remove("n");
    ranging.each = vec!["n".into()];
    let problems = |n: u32, test: &Test| {
        let manifest = manifest(n, vec![claim(vec![test.clone()], Vec::new())]);
        validate_refutable(&manifest, &manifest.claims[0], Size::Quick)
    };
    assert_eq!(
        problems(6, &ranging),
        [
            "test `t` could never be missed: at level 1 - 0.05/3 its interval needs at least 7 replicates; there are 6"
        ]
    );
    assert!(problems(7, &ranging).is_empty());
    // With all of them wrong, and no more replicates than just pass, the verdict is what was
    // promised.
    for (n, verdict) in [(6, Verdict::Inconclusive), (7, Verdict::NotReproduced)] {
        let finding = found_by(ranging.clone(), n, |_| scalars(&[("x", 2.0)]));
        assert_verdict(&finding, verdict);
    }
}
