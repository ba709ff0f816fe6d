//! A support vector without multiplier: the residual grows like log log t.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::elementary::{exp, ln};
use serde::Deserialize;

use super::follow::follow_steps;
use super::setting::{Data, Instance};
use crate::gradient_descent::HeavyBall;
use crate::losses::Loss;
use crate::metrics::Measures;

/// Gradient descent from the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Degenerate {
    data: Data,
    loss: Loss,
    step: f64,
    epochs: u64,
}

impl Experiment for Degenerate {
    const NAME: &'static str = "degenerate";

    fn validate(&self) -> Result<(), AxisError> {
        self.data.check_planar()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let instance = Instance::new(self.data, context)?;
        let Instance {
            points, reference, ..
        } = &instance;
        let mut run = HeavyBall::new(points, self.loss, self.step, 0.0, &[0.0; 2]);
        let advance = |steps| {
            run.advance(steps);
            run.weights.clone()
        };
        follow_steps(
            (context, recorder),
            self.epochs,
            advance,
            |recorder, epoch, weights| {
                let seen = Measures::of(points, self.loss, reference, weights);
                recorder.at(
                    epoch,
                    &[
                        ("flow-invariant", exp(weights[1]) + weights[1] - weights[0]),
                        ("second-weight", weights[1]),
                        ("log-first-weight", ln(weights[0])),
                        ("direction-gap", seen.direction_gap),
                    ],
                )
            },
        )
    }
}
