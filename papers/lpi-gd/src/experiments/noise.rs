//! E7: gradient noise without structure, which acceleration does amplify.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::limits::{GradientError, NOISE};
use super::{validate_above, validate_count, validate_grid};
use crate::contest::Contest;
use crate::loss::{Field, Quadratic};
use crate::methods::{GradientOracle, MethodName};
use crate::oracle::{Counted, Noisy};
use crate::points::Points;
use crate::random::Normal;
use crate::theory;

/// The mean excess over the second half of a long run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Noise {
    sigma: f64,
    method: MethodName,
    error: GradientError,
    n: usize,
    p: usize,
    m: usize,
    degree: usize,
    steps: u64,
}

impl Experiment for Noise {
    const NAME: &'static str = "noise";

    fn validate(&self) -> Result<(), AxisError> {
        if !matches!(self.method, MethodName::Gd | MethodName::Agd) {
            return Err(AxisError::invalid("method", "must be gd or agd"));
        }
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
        let field = Field::cosine(&mut context.stream("features")?, self.p, 1, 3.0);
        let loss = Quadratic::log_spaced(self.sigma, field);
        let points = Points::uniform(&mut context.stream("data")?, self.n, 1);
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let mut oracle: Box<dyn GradientOracle + '_> = match self.error {
            GradientError::Interpolation => Box::new(Counted::new(contest.surrogate.as_ref())),
            GradientError::Noise => Box::new(Noisy {
                exact: Counted::new(contest.mean.as_ref()),
                deviation: NOISE,
                rng: context.stream("noise")?,
                normal: Normal::default(),
            }),
        };
        let constants = contest.constants;
        let mut method = self.method.start(
            constants.smoothness,
            constants.strong_convexity,
            contest.parameters,
        );
        let mut sum = 0.0;
        for step in 1..=self.steps {
            method.step(oracle.as_mut());
            if step > self.steps / 2 {
                sum += contest.excess(method.iterate());
            }
            if step.is_multiple_of(1024) {
                recorder.check_stop()?;
            }
        }
        let predict = match self.method {
            MethodName::Agd => theory::noisy_momentum_floor,
            _ => theory::noisy_descent_floor,
        };
        let predicted = match self.error {
            GradientError::Noise => {
                predict(loss.eigenvalues(), constants.smoothness, NOISE * NOISE)
            }
            GradientError::Interpolation => contest.floor(),
        };
        recorder.scalars(&[
            ("floor", sum / (self.steps - self.steps / 2) as f64),
            ("predicted-floor", predicted),
        ])?;
        Ok(Outcome::Done)
    }
}
