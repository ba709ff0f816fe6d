//! What a valid manifest becomes.

use harness_core::claims::{At, Combine, Criterion, Estimand, Statistic};
use harness_core::manifest::{FigureX, Spacing, override_axis, parse};
use harness_core::seeds::Scope;
use harness_core::{Size, Value};

use super::{TOY, edited};

fn toy() -> harness_core::manifest::Manifest {
    parse("toy.toml", TOY).unwrap_or_else(|problems| panic!("\n{problems}"))
}

#[test]
fn every_part_arrives() {
    let toy = toy();
    assert_eq!(toy.paper.slug, "toy");
    assert_eq!(toy.paper.links["arxiv"], "2000.00000");
    assert_eq!(toy.experiments.len(), 2);
    assert_eq!(toy.claims.len(), 4);
    assert_eq!(toy.deviations[0].claims, ["C1", "C2"]);
    let rates = toy.experiment("rates").expect("it is declared");
    assert_eq!(rates.metrics.curves, ["distance", "loss", "loss-bound"]);
    assert_eq!(rates.metrics.scalars, ["tail-share"]);
    assert_eq!(rates.descriptions["loss"], "L(w)");
    assert_eq!(rates.streams["instance"], Scope::Paper);
    let axes = vec!["data".to_owned(), "batch".to_owned()];
    assert_eq!(rates.streams["noise"], Scope::Axes(axes));
    let record = rates.record.as_ref().expect("there are curves");
    assert_eq!(record.spacing, Spacing::PerDecade(10));
    assert!(record.from_zero);
    assert_eq!(rates.figures[0].overlays[0].label, "bound");
    assert!(rates.figures[0].x_log && !rates.figures[0].y_log);
    assert_eq!(rates.figures[1].x, FigureX::Metric("loss".into()));
    assert_eq!(rates.figures[1].x_label, "L(w)");
    assert_eq!(rates.figures[2].x, FigureX::Axis("samples".into()));
    assert_eq!(rates.cases.len(), 2);
}

#[test]
fn a_size_left_out_takes_the_next_smaller_one() {
    let toy = toy();
    let rates = toy.experiment("rates").expect("it is declared");
    let counts = Size::ALL.map(|size| *rates.replicates.at(size));
    assert_eq!(counts, [2, 10, 20, 20]);
    let samples = Size::ALL.map(|size| rates.axis_values("samples", size).len());
    assert_eq!(samples, [2, 3, 3, 3]);
    assert_eq!(
        rates.axis_values("epochs", Size::Quick),
        [Value::from(10_000)]
    );
    let points = Size::ALL.map(|size| harness_core::grid::points(rates, size).len());
    assert_eq!(points, [8, 12, 12, 12]);
}

#[test]
fn tests_arrive_with_their_criteria() {
    let toy = toy();
    let test = |name: &str| {
        let tests = toy.claims.iter().flat_map(|claim| &claim.tests);
        let found = tests.into_iter().find(|test| test.name == name);
        found.unwrap_or_else(|| panic!("no test {name}"))
    };
    let closed = |low, high| Criterion {
        low,
        high,
        open: false,
    };
    let inf = f64::INFINITY;
    assert_eq!(test("slope of the loss").criterion, closed(-1.1, -0.9));
    assert_eq!(test("loss below the bound").criterion, closed(-inf, 1e-12));
    let form = test("closed form");
    assert_eq!(form.criterion, closed(0.1 - 1e-7, 0.1 + 1e-7));
    assert_eq!(form.estimand, Estimand::Deterministic);
    let below = Criterion {
        low: -inf,
        high: 0.1,
        open: true,
    };
    assert_eq!(test("small").criterion, below);
    let rising = Criterion {
        low: 0.0,
        high: inf,
        open: true,
    };
    assert_eq!(test("falls").criterion, rising);
    assert_eq!(
        test("improves").estimand,
        Estimand::ViolationsAtMost { p: 0.4 }
    );
    let Statistic::Slope {
        against,
        window,
        combine,
        ..
    } = &test("slope of the loss").statistic
    else {
        panic!("a slope over steps");
    };
    assert_eq!(
        (against, *window, *combine),
        (&None, (0.1, 1.0), Combine::Only)
    );
    let Statistic::Value(reading) = &test("improves").statistic else {
        panic!("a value");
    };
    assert_eq!(reading.at, At::RatioFrom(10));
    assert_eq!(test("large steps diverge").experiment, "divergence");
}

#[test]
fn an_axis_can_be_set_for_one_size() {
    let mut toy = toy();
    let set = override_axis(
        &mut toy,
        Size::Quick,
        "rates",
        "batch",
        vec![2.into(), 4.into()],
    );
    assert_eq!(set, Ok(()));
    let rates = toy.experiment("rates").expect("it is declared");
    assert_eq!(
        rates.axis_values("batch", Size::Quick),
        [2.into(), 4.into()]
    );
    assert_eq!(rates.axis_values("batch", Size::Paper), [Value::from(1)]);
    let mut refused = |experiment, axis, values| {
        let size = Size::Quick;
        override_axis(&mut toy, size, experiment, axis, values).expect_err("refused")
    };
    let messages = [
        refused("rate", "batch", vec![2.into()]),
        refused("rates", "bach", vec![2.into()]),
        refused("rates", "data", vec!["asym".into()]),
        refused("rates", "batch", vec![]),
        refused("rates", "batch", vec![2.into(), 2.into()]),
        refused("rates", "epochs", vec![0.into()]),
    ];
    harness_testkit::insta::assert_snapshot!(messages.join("\n"), @"
    unknown experiment `rate`; did you mean `rates`?; allowed: rates, divergence
    unknown axis `bach` of experiment `rates`; did you mean `batch`?; allowed: batch, epochs, sampler, samples
    axis `data` of experiment `rates` belongs to its explicit cases and cannot be set; allowed: batch, epochs, sampler, samples
    axis `batch` needs at least one value
    axis `batch` has the value `2` twice
    axis `epochs` cannot be `0`: runs end at its value; allowed: whole numbers of at least 1
    ");
}

#[test]
fn other_forms_are_taken_too() {
    let forms: [&[(&str, &str)]; 9] = [
        &[("window = [0.5, 1.0]", "window = [1.0, 1.0]")],
        &[("per-decade = 10,", "every = 10,")],
        &[("{ smoke = 2, quick = 10, paper = 20 }", "20")],
        &[("series = [\"sampler\"]", "series = \"sampler\"")],
        &[("metrics = [\"loss\", \"tail-share\"]", "metrics = \"loss\"")],
        &[("claims = [\"C1\", \"C2\"]", "claims = \"C1\"")],
        &[("links = { arxiv = \"2000.00000\" }", "")],
        &[("[-1.1, -0.9]", "[-1, -1]")],
        // A scalar may be bounded by a scalar, a curve by one too.
        &[("bound = \"loss-bound\"", "bound = \"tail-share\"")],
    ];
    for edits in forms {
        if let Err(problems) = parse("toy.toml", &edited(edits)) {
            panic!("{edits:?}\n{problems}");
        }
    }
}

#[test]
fn an_experiment_may_be_a_single_cell() {
    let text = edited(&[
        (
            "axes = { step-size = [0.5, 2.5], fast = [true, false] }\n",
            "",
        ),
        ("where = { step-size = 2.5 }\ncombine = \"min\"\n", ""),
    ]);
    let manifest = parse("toy.toml", &text).unwrap_or_else(|problems| panic!("\n{problems}"));
    let single = manifest.experiment("divergence").expect("it is declared");
    let points = harness_core::grid::points(single, Size::Quick);
    assert_eq!(points, [harness_core::Axes::new()]);
}
