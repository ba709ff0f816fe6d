//! E9: a loss that is rough in the data, on a grid that is ample for a smooth one.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{validate_above, validate_count, validate_grid};
use crate::contest::Contest;
use crate::loss::{Field, Quadratic};
use crate::methods::{Descent, Method};
use crate::oracle::Counted;
use crate::points::Points;

/// How smooth the loss is in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LossKind {
    /// Cosines.
    Smooth,
    /// Weierstrass sums of order ½.
    Rough,
}

/// Gradient descent with interpolated gradients, to the end of its budget.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Roughness {
    loss: LossKind,
    n: usize,
    p: usize,
    sigma: f64,
    m: usize,
    degree: usize,
    relative_target: f64,
    steps: u64,
}

impl Experiment for Roughness {
    const NAME: &'static str = "roughness";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("p", self.p as f64, 1.0)?;
        validate_count("n", self.n)?;
        validate_grid(self.m, 1, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut features = context.stream("features")?;
        let field = match self.loss {
            LossKind::Smooth => Field::cosine(&mut features, self.p, 1, 3.0),
            LossKind::Rough => Field::weierstrass(&mut features, self.p, 0.5),
        };
        let loss = Quadratic::log_spaced(self.sigma, field);
        let points = Points::uniform(&mut context.stream("data")?, self.n, 1);
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let first = contest.first_excess();
        let mut oracle = Counted::new(contest.surrogate.as_ref());
        let mut method = Descent::new(contest.constants.smoothness, contest.parameters);
        let mut reached = f64::INFINITY;
        let mut gap = f64::NAN;
        let mut checkpoints = context.checkpoints.iter().peekable();
        for step in 1..=self.steps {
            method.step(&mut oracle);
            gap = contest.excess(method.iterate()) / first;
            if gap <= self.relative_target {
                reached = reached.min(step as f64);
            }
            if checkpoints.next_if_eq(&&step).is_some() {
                recorder.at(step, &[("gap", gap)])?;
            }
        }
        recorder.scalars(&[
            ("reached", f64::from(u8::from(reached.is_finite()))),
            ("steps-to-target", reached),
            ("final-gap", gap),
            ("floor", contest.floor() / first),
        ])?;
        Ok(Outcome::Done)
    }
}
