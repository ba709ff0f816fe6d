//! Each kind of statistic: the number that it measures, and that it can yield each verdict.

use crate::claims::*;
use harness_core::claims::{
    At, Combine, Comparison, Estimand, Measured, Reading, Statistic, Test, Verdict,
};
use harness_core::run::Records;
use harness_core::{Axes, Cell, Outcome};

const N: u32 = 10;
const STEPS: [u64; 7] = [0, 1, 10, 20, 50, 70, 100];

/// A statistic, and runs for which its number is a given one.
struct Kind {
    name: &'static str,
    statistic: Statistic,
    methods: &'static [&'static str],
    numbers: &'static [i32],
    make: fn(&Cell, f64) -> Made,
}

#[expect(clippy::too_many_lines, reason = "one entry for each kind")]
fn kinds() -> Vec<Kind> {
    let slope = |against: Option<&str>| Statistic::Slope {
        metric: "y".into(),
        against: against.map(str::to_owned),
        x_log: true,
        y_log: true,
        window: (0.01, 1.0),
        combine: Combine::Only,
    };
    let compare = |comparison| Statistic::Compare {
        reading: reading("x"),
        numerator: Axes::new().with("method", "a"),
        denominator: Axes::new().with("method", "b"),
        comparison,
    };
    let bound = |upper| Statistic::Bound {
        metric: "y".into(),
        bound: "z".into(),
        upper,
        window: (0.0, 1.0),
        combine: Combine::Only,
    };
    let trend = |points: &[f64], axis: Option<&str>, increasing| Statistic::Trend {
        metric: "y".into(),
        points: points.to_vec(),
        axis: axis.map(str::to_owned),
        increasing,
        combine: Combine::Only,
    };
    let read = |at| Statistic::Value(Reading { at, ..reading("y") });
    let kind = |name, statistic, make| Kind {
        name,
        statistic,
        methods: &["a"],
        numbers: &[1],
        make,
    };
    let over_n = |kind| Kind {
        numbers: &[1, 10, 100],
        ..kind
    };
    let over_methods = |kind| Kind {
        methods: &METHODS,
        ..kind
    };
    vec![
        kind("scalar", Statistic::Value(reading("x")), |_, x| {
            scalars(&[("x", x)])
        }),
        kind("last", read(At::Last), |_, x| {
            curves(&STEPS, &[("y", &|step| if step == 100 { x } else { 7.0 })])
        }),
        kind("step", read(At::Step(20)), |_, x| {
            curves(&STEPS, &[("y", &|step| if step == 20 { x } else { 7.0 })])
        }),
        // 0.6 of 100 is as near to 50 as to 70: the earlier counts.
        kind("share", read(At::Share(0.6)), |_, x| {
            curves(&STEPS, &[("y", &|step| if step == 50 { x } else { 7.0 })])
        }),
        kind("maximum", read(At::Max), |_, x| {
            curves(&STEPS, &[("y", &|step| if step == 10 { x } else { -7.0 })])
        }),
        kind("minimum", read(At::Min), |_, x| {
            curves(&STEPS, &[("y", &|step| if step == 10 { x } else { 7.0 })])
        }),
        kind("ratio from", read(At::RatioFrom(10)), |_, x| {
            curves(
                &STEPS,
                &[("y", &|step| if step == 100 { 3.0 * x } else { 3.0 })],
            )
        }),
        kind("slope", slope(None), |_, x| {
            curves(&STEPS, &[("y", &|step| 5.0 * libm::pow(step as f64, x))])
        }),
        kind("slope against", slope(Some("h")), |_, x| {
            let h = |step: u64| 1.0 + (step as f64).sqrt();
            curves(
                &STEPS,
                &[("h", &h), ("y", &|step| 5.0 * libm::pow(h(step), x))],
            )
        }),
        over_n(kind(
            "slope over axis",
            Statistic::SlopeOverAxis {
                reading: reading("x"),
                axis: "n".into(),
                x_log: true,
                y_log: true,
            },
            |cell, x| scalars(&[("x", 5.0 * libm::pow(n(cell), x))]),
        )),
        over_methods(kind("ratio", compare(Comparison::Ratio), |cell, x| {
            scalars(&[("x", if method(cell) == "a" { 3.0 * x } else { 3.0 })])
        })),
        over_methods(kind(
            "log-ratio",
            compare(Comparison::LogRatio),
            |cell, x| {
                scalars(&[(
                    "x",
                    if method(cell) == "a" {
                        3.0 * libm::exp(x)
                    } else {
                        3.0
                    },
                )])
            },
        )),
        over_methods(kind(
            "difference",
            compare(Comparison::Difference),
            |cell, x| scalars(&[("x", if method(cell) == "a" { 3.0 + x } else { 3.0 })]),
        )),
        // The bound is exceeded by the factor 1 + x at one step and kept with room elsewhere.
        kind("bound from above", bound(true), |_, x| {
            let value = |step| if step == 20 { 4.0 * (1.0 + x) } else { -9.0 };
            curves(&STEPS, &[("z", &|_| 4.0), ("y", &value)])
        }),
        kind("bound from below", bound(false), |_, x| {
            let value = |step| if step == 20 { 4.0 * (1.0 - x) } else { 99.0 };
            curves(&STEPS, &[("z", &|_| 4.0), ("y", &value)])
        }),
        kind(
            "trend at points",
            trend(&[0.1, 0.5, 1.0], None, true),
            |_, x| {
                let value = |step| match step {
                    10 => 2.0,
                    50 => 2.0 + x,
                    _ => 20.0,
                };
                curves(&STEPS, &[("y", &value)])
            },
        ),
        over_n(kind(
            "trend over axis",
            trend(&[], Some("n"), false),
            |cell, x| {
                scalars(&[(
                    "y",
                    if n(cell) < 5.0 {
                        20.0
                    } else {
                        -x * libm::log10(n(cell))
                    },
                )])
            },
        )),
        over_n(kind(
            "custom",
            Statistic::Custom {
                check: "sum".into(),
            },
            |_, x| scalars(&[("x", x / 3.0)]),
        )),
    ]
}

fn test_of(kind: &Kind) -> Test {
    let mut test = test(within(0.9, 1.1), Estimand::Mean);
    let values = |name: &str, values| (name.to_owned(), values);
    test.select.0 = [
        values(
            "method",
            kind.methods.iter().map(|name| (*name).into()).collect(),
        ),
        values(
            "n",
            kind.numbers.iter().map(|number| (*number).into()).collect(),
        ),
    ]
    .into();
    test.statistic = kind.statistic.clone();
    test
}

#[test]
fn every_statistic_measures_the_number_that_the_runs_were_made_for() {
    for kind in kinds() {
        for wanted in [0.2, 1.0, 1.7] {
            let finding = found_by(test_of(&kind), N, |cell| {
                (kind.make)(cell, around(cell, N, wanted, 0.1))
            });
            let part = &finding.parts[0];
            assert!(
                (part.estimate - wanted).abs() < 1e-9,
                "{}: {part:?}",
                kind.name
            );
            assert!(
                (part.smallest - wanted + 0.1).abs() < 1e-9,
                "{}: {part:?}",
                kind.name
            );
            assert!(
                (part.largest - wanted - 0.1).abs() < 1e-9,
                "{}: {part:?}",
                kind.name
            );
        }
    }
}

#[test]
fn every_statistic_yields_every_verdict() {
    let expected = [
        (1.0, Verdict::Reproduced),
        (0.5, Verdict::NotReproduced),
        (1.5, Verdict::NotReproduced),
        (1.1, Verdict::Inconclusive),
    ];
    for kind in kinds() {
        for (centre, verdict) in expected {
            let finding = found_by(test_of(&kind), N, |cell| {
                (kind.make)(cell, around(cell, N, centre, 0.05))
            });
            assert_eq!(finding.verdict, verdict, "{} around {centre}", kind.name);
        }
        for outcome in [
            Outcome::Skipped {
                reason: "no data".into(),
            },
            Outcome::Failed {
                message: "a bug".into(),
            },
        ] {
            let finding = found_by(test_of(&kind), N, |cell| {
                let (done, records) = (kind.make)(cell, 1.0);
                (
                    if cell.replicate == 3 {
                        outcome.clone()
                    } else {
                        done
                    },
                    records,
                )
            });
            assert_eq!(finding.verdict, Verdict::Untested, "{}", kind.name);
            assert!(finding.parts[0].estimate.is_nan());
        }
        for outcome in [
            Outcome::Diverged { step: 3 },
            Outcome::OutOfBudget { step: 3 },
        ] {
            let finding = found_by(test_of(&kind), N, |cell| {
                let (done, records) = (kind.make)(cell, 1.0);
                (
                    if cell.replicate == 3 {
                        outcome.clone()
                    } else {
                        done
                    },
                    records,
                )
            });
            assert_eq!(
                finding.verdict,
                Verdict::NotReproduced,
                "{}: the mean is infinite",
                kind.name
            );
        }
    }
}

#[test]
fn outcomes_are_read_where_they_are_the_question() {
    let reads = |is: &str, estimand| Test {
        statistic: Statistic::Outcome {
            is: is.into(),
            combine: Combine::Only,
        },
        ..test(at_least(1.0), estimand)
    };
    let ends = |hits: u32| {
        move |cell: &Cell| {
            let outcome = if cell.replicate < hits {
                Outcome::Diverged { step: 5 }
            } else {
                Outcome::Done
            };
            (outcome, Records::default())
        }
    };
    let share = Estimand::Share { at_least: 0.5 };
    assert_verdict(
        &found_by(reads("diverged", share), N, ends(10)),
        Verdict::Reproduced,
    );
    assert_verdict(
        &found_by(reads("diverged", share), N, ends(6)),
        Verdict::Inconclusive,
    );
    assert_verdict(
        &found_by(reads("diverged", share), N, ends(0)),
        Verdict::NotReproduced,
    );
    assert_verdict(
        &found_by(reads("done", Estimand::Surely), N, ends(0)),
        Verdict::Reproduced,
    );
    assert_verdict(
        &found_by(reads("done", Estimand::Surely), N, ends(1)),
        Verdict::NotReproduced,
    );
    let skipped = |_: &Cell| {
        (
            Outcome::Skipped {
                reason: "no data".into(),
            },
            Records::default(),
        )
    };
    assert_verdict(
        &found_by(reads("done", Estimand::Surely), N, skipped),
        Verdict::Untested,
    );
}

/// The only measurement of a test on one replicate.
fn measure_one(test: Test, make: impl Fn(&Cell) -> Made) -> Measured {
    let manifest = manifest(1, vec![claim(vec![test], Vec::new())]);
    measured(&manifest, make).remove(0).value
}

fn of(statistic: Statistic) -> Test {
    Test {
        statistic,
        ..test(at_most(1.0), Estimand::Mean)
    }
}

#[track_caller]
fn assert_number(measured: &Measured, wanted: f64) {
    let Measured::Number(number) = measured else {
        panic!("{measured:?} is no number")
    };
    assert!((number - wanted).abs() < 1e-12, "{number} is not {wanted}");
}

#[test]
fn cells_are_combined_as_asked() {
    let combined = |combine| {
        let mut test = of(Statistic::Value(Reading {
            combine,
            ..reading("x")
        }));
        test.select.0.remove("n");
        measure_one(test, |cell| scalars(&[("x", n(cell))]))
    };
    assert_number(&combined(Combine::Max), 100.0);
    assert_number(&combined(Combine::Min), 1.0);
    assert_number(&combined(Combine::Mean), 37.0);
    assert_number(&combined(Combine::Median), 10.0);
    assert_number(&combined(Combine::Spread), 99.0);
    assert!(matches!(combined(Combine::Only), Measured::Failed(why) if why.contains("3 selected")));
    let mut test = of(Statistic::Value(Reading {
        combine: Combine::Spread,
        ..reading("x")
    }));
    test.select.0.remove("n");
    let signed = measure_one(test, |cell| scalars(&[("x", n(cell) - 5.0)]));
    assert!(
        matches!(signed, Measured::Worst(_)),
        "a spread across 0 is none: {signed:?}"
    );
}

#[test]
fn windows_hold_their_ends_and_nothing_else() {
    let in_window = |window| {
        let statistic = Statistic::Slope {
            metric: "y".into(),
            against: None,
            x_log: false,
            y_log: false,
            window,
            combine: Combine::Only,
        };
        let steps: Vec<u64> = (0..=100).collect();
        // Slope 1 from 7 to 21 and wild elsewhere.
        let value = |step: u64| {
            if (7..=21).contains(&step) {
                step as f64
            } else {
                1e6
            }
        };
        measure_one(of(statistic), |_| curves(&steps, &[("y", &value)]))
    };
    assert_number(&in_window((0.07, 0.21)), 1.0);
    let Measured::Number(wider) = in_window((0.06, 0.21)) else {
        panic!("a number")
    };
    assert!(wider < 0.0);
    assert!(
        matches!(in_window((0.071, 0.079)), Measured::Failed(_)),
        "no step at all"
    );
}

#[test]
fn what_has_no_number_is_the_worst_value_and_says_so() {
    let slope = |y: f64| {
        let statistic = Statistic::Slope {
            metric: "y".into(),
            against: None,
            x_log: true,
            y_log: true,
            window: (0.0, 1.0),
            combine: Combine::Only,
        };
        measure_one(of(statistic), |_| {
            curves(&STEPS, &[("y", &|step| if step == 50 { y } else { 1.0 })])
        })
    };
    // Step 0 is in the window but not on a logarithmic axis.
    assert_number(&slope(1.0), 0.0);
    for y in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        assert!(matches!(slope(y), Measured::Worst(why) if why.contains("slope of `y`")));
    }
    let extreme = |at| {
        measure_one(of(Statistic::Value(Reading { at, ..reading("y") })), |_| {
            curves(
                &STEPS,
                &[("y", &|step| if step == 50 { f64::NAN } else { 1.0 })],
            )
        })
    };
    assert!(matches!(extreme(At::Max), Measured::Worst(_)));
    assert!(matches!(extreme(At::Min), Measured::Worst(_)));
    assert_number(&extreme(At::Last), 1.0);
    let custom = |check: &str| {
        measure_one(
            of(Statistic::Custom {
                check: check.into(),
            }),
            |_| scalars(&[("x", 1.0)]),
        )
    };
    assert!(matches!(custom("none"), Measured::Worst(why) if why.contains("check `none`")));
    assert!(matches!(custom("unknown"), Measured::Failed(_)));
    let infinite = measure_one(of(Statistic::Value(reading("x"))), |_| {
        scalars(&[("x", f64::INFINITY)])
    });
    assert_eq!(infinite, Measured::Number(f64::INFINITY));
}

#[test]
fn a_bound_at_zero_or_infinity_is_judged_by_what_it_says() {
    let against = |upper, y: f64, z: f64| {
        let statistic = Statistic::Bound {
            metric: "y".into(),
            bound: "z".into(),
            upper,
            window: (0.0, 1.0),
            combine: Combine::Only,
        };
        measure_one(of(statistic), |_| {
            curves(&STEPS, &[("y", &|_| y), ("z", &|_| z)])
        })
    };
    let infinite = f64::INFINITY;
    assert_number(&against(true, 0.0, 0.0), 0.0);
    assert_number(&against(true, -0.0, 0.0), 0.0);
    assert_eq!(against(true, 1e-300, 0.0), Measured::Number(infinite));
    assert_eq!(against(true, -1.0, 0.0), Measured::Number(-infinite));
    assert_number(&against(true, 1.0, infinite), -1.0);
    assert_number(&against(false, 1.0, -infinite), -1.0);
    assert!(matches!(against(true, 1.0, -infinite), Measured::Worst(_)));
    assert!(matches!(
        against(true, infinite, infinite),
        Measured::Worst(_)
    ));
    assert_eq!(against(true, infinite, 1.0), Measured::Number(infinite));
    assert_number(&against(false, 3.0, -2.0), -2.5);
    assert_number(&against(false, -3.0, -2.0), 0.5);
}

#[test]
fn what_the_runs_should_hold_and_do_not_is_an_error_that_names_the_cell() {
    let cases = [
        (
            Statistic::Value(reading("lost")),
            "metric `lost` was not recorded",
        ),
        (
            Statistic::Value(Reading {
                at: At::Step(21),
                ..reading("y")
            }),
            "metric `y` was not recorded at step 21",
        ),
        (
            Statistic::Trend {
                metric: "y".into(),
                points: Vec::new(),
                axis: Some("n".into()),
                increasing: true,
                combine: Combine::Only,
            },
            "axis `n` needs two values",
        ),
    ];
    for (statistic, message) in cases {
        let value = measure_one(of(statistic), |_| curves(&STEPS, &[("y", &|_| 1.0)]));
        assert!(
            matches!(&value, Measured::Failed(why) if why.contains(message)),
            "{value:?}"
        );
    }
}
