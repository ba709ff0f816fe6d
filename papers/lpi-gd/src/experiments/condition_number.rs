//! E1: iterations and calls over the condition number, on quadratics.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{calls, hit, passes, validate_above, validate_count, validate_grid};
use crate::contest::{Contest, Gradient};
use crate::loss::{Field, Quadratic};
use crate::methods::MethodName;
use crate::points::Points;
use crate::theory;

/// One method on a quadratic that is smooth in the data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConditionNumber {
    sigma: f64,
    method: MethodName,
    gradient: Gradient,
    n: usize,
    p: usize,
    m: usize,
    degree: usize,
    relative_target: f64,
    cap: u64,
}

impl Experiment for ConditionNumber {
    const NAME: &'static str = "condition-number";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_count("n", self.n)?;
        validate_above("p", self.p as f64, 1.0)?;
        validate_above("relative-target", self.relative_target, 0.0)?;
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
        let first = contest.first_excess();
        let target = self.relative_target * first;
        let who = (self.method, self.gradient);
        let hit = hit(&contest, who, target, self.cap, recorder)?;
        let share = match self.gradient {
            Gradient::Exact => 1.0,
            Gradient::Interpolated => 2.0,
        };
        recorder.scalars(&[
            ("calls", calls(hit)),
            ("iterations", passes(&contest, self.gradient, hit)),
            (
                "predicted-iterations",
                predicted(self.method, contest.constants, first, target, share),
            ),
            (
                "floor-over-target",
                contest.floor_of(self.gradient) / target,
            ),
        ])?;
        Ok(Outcome::Done)
    }
}

/// What theory says of a method's iterations.
pub(super) fn predicted(
    method: MethodName,
    constants: theory::Constants,
    first: f64,
    target: f64,
    share: f64,
) -> f64 {
    match method {
        MethodName::Gd => theory::descent_iterations(constants, first, target, share),
        MethodName::Agd | MethodName::Stm => {
            theory::accelerated_iterations(constants, first, target, share)
        }
        MethodName::Ragd => theory::restarted_iterations(constants, first, target, share),
    }
}
