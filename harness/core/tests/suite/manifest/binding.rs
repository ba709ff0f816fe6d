//! The manifest against a paper's code and the data sets.

use std::time::{Duration, Instant};

use harness_core::axes::AxisError;
use harness_core::claims::CheckView;
use harness_core::experiment::{CellError, Experiment};
use harness_core::manifest::{Manifest, check};
use harness_core::{Check, Context, Diagnostics, Outcome, Paper, Recorder, Runner};
use harness_testkit::insta::assert_snapshot;
use serde::Deserialize;

use super::{TOY, refusals};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sampler {
    Wr,
    Rr,
    Frozen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rates {
    sampler: Sampler,
    batch: u32,
    samples: u32,
    epochs: u64,
    data: String,
    dimension: usize,
}

impl Experiment for Rates {
    const NAME: &'static str = "rates";

    fn validate(&self) -> Result<(), AxisError> {
        let frozen = matches!(self.sampler, Sampler::Frozen);
        if frozen && self.dimension != 2 {
            return Err(AxisError::invalid(
                "sampler",
                "`frozen` needs two dimensions",
            ));
        }
        if self.batch > self.samples {
            let message = format!("a batch of {} is larger than the data", self.batch);
            return Err(AxisError::invalid("batch", message));
        }
        if self.epochs > 1_000_000 {
            return Err(AxisError::invalid("epochs", "at most a million"));
        }
        Ok(())
    }

    fn datasets(&self) -> Vec<&'static str> {
        if self.data == "iris" {
            vec!["iris"]
        } else {
            Vec::new()
        }
    }

    fn run(&self, _: &Context<'_>, _: &mut Recorder<'_>) -> Result<Outcome, CellError> {
        Ok(Outcome::Done)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Divergence {
    step_size: f64,
    fast: bool,
}

impl Experiment for Divergence {
    const NAME: &'static str = "divergence";

    fn validate(&self) -> Result<(), AxisError> {
        if self.fast && self.step_size > 3.0 {
            return Err(AxisError::invalid("step-size", "at most 3 where `fast`"));
        }
        Ok(())
    }

    fn run(&self, _: &Context<'_>, _: &mut Recorder<'_>) -> Result<Outcome, CellError> {
        Ok(Outcome::Done)
    }
}

fn toy_check(view: &CheckView<'_>) -> f64 {
    view.runs.len() as f64
}

const RATES: Runner = Runner::of::<Rates>();
const DIVERGENCE: Runner = Runner::of::<Divergence>();
const TOY_CHECK: Check = Check {
    name: "toy-check",
    evaluate: toy_check,
};

const PAPER: Paper = Paper {
    slug: "toy",
    manifest: TOY,
    experiments: &[RATES, DIVERGENCE],
    checks: &[TOY_CHECK],
};

fn bind(paper: &Paper, text: &str) -> Result<Manifest, Diagnostics> {
    let manifest: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let datasets = ["digits".to_owned(), "iris".to_owned()];
    check(&Paper { manifest, ..*paper }, "toy.toml", &datasets)
}

#[test]
fn the_toy_paper_fits() {
    assert_eq!(bind(&PAPER, TOY).map(|_| ()), Ok(()));
}

#[test]
fn slips_are_shown_at_the_axis() {
    let report = refusals(
        &[
            ("another slug", &[("slug = \"toy\"", "slug = \"toys\"")]),
            (
                "an experiment without code",
                &[
                    ("name = \"divergence\"", "name = \"divergances\""),
                    (
                        "experiment = \"divergence\"",
                        "experiment = \"divergances\"",
                    ),
                ],
            ),
            (
                "an unknown word",
                &[(
                    "sampler = [\"wr\", \"rr\"]\nbatch",
                    "sampler = [\"wr\", \"rr\", \"rrr\"]\nbatch",
                )],
            ),
            ("a value of the wrong kind", &[("batch = 1", "batch = 1.5")]),
            (
                "a value at one size only",
                &[("paper = 1e5, large = 1e6", "paper = 1e5, large = 2e6")],
            ),
            (
                "a case of the wrong kind",
                &[("dimension = 4", "dimension = \"four\"")],
            ),
            (
                "an axis that the code lacks",
                &[("batch = 1", "batch = 1\nbatches = 3")],
            ),
            (
                "an axis that the manifest lacks",
                &[
                    ("epochs = { smoke = 100", "epoch = { smoke = 100"),
                    ("until = \"epochs\"", "until = \"epoch\""),
                ],
            ),
            (
                "values that do not go together",
                &[(
                    "axes = { step-size = [0.5, 2.5]",
                    "axes = { step-size = [0.5, 2.5, 3.5]",
                )],
            ),
            (
                "an ablation with an unknown word",
                &[(
                    "set = { sampler = \"frozen\" }",
                    "set = { sampler = \"froze\" }",
                )],
            ),
            (
                "an ablation that does not fit",
                &[("where = { data = \"asym\" }\nbecause", "because")],
            ),
            (
                "an ablation with values that do not go together",
                &[("set = { batch = 8 }", "set = { batch = 64 }")],
            ),
            (
                "an unknown data set",
                &[("datasets = [\"iris\"]", "datasets = [\"iris\", \"digit\"]")],
            ),
            ("an undeclared data set", &[("datasets = [\"iris\"]\n", "")]),
            (
                "an unknown check",
                &[("check = \"toy-check\"", "check = \"toy-chick\"")],
            ),
        ],
        |text| bind(&PAPER, text).err(),
    );
    assert_snapshot!("binding", report);
}

#[test]
fn code_without_manifest_is_shown() {
    let unused = Check {
        name: "unused",
        evaluate: toy_check,
    };
    let more = Runner {
        name: "more",
        ..RATES
    };
    let paper = Paper {
        experiments: Box::leak(Box::new([RATES, DIVERGENCE, more])),
        checks: Box::leak(Box::new([TOY_CHECK, unused])),
        ..PAPER
    };
    let problems = bind(&paper, TOY).expect_err("two are not in the manifest");
    assert_snapshot!("code_without_manifest", problems.to_string());
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test is about the time that a check takes"
)]
fn large_grids_are_checked_quickly() {
    let values: Vec<String> = (10..5010).map(|value| value.to_string()).collect();
    let text = TOY
        .replace(
            "quick = [10, 20, 40]",
            &format!("quick = [10, 20], large = [{}]", values.join(", ")),
        )
        .replace("replicates = 6", "replicates = 1000000");
    let start = Instant::now();
    assert_eq!(bind(&PAPER, &text).map(|_| ()), Ok(()));
    assert!(start.elapsed() < Duration::from_secs(10));
}
