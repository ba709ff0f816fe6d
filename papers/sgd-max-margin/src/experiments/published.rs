//! The published figure: symmetric data, step 1/σ, with and without momentum.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::elementary::ln;
use serde::Deserialize;

use super::follow::follow_steps;
use super::setting::{Data, Instance, StepUnit};
use crate::gradient_descent::HeavyBall;
use crate::losses::Loss;
use crate::metrics::Measures;
use crate::sampling::Order;
use crate::theory::predicted_loss;

/// Gradient descent from the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PublishedFigure {
    data: Data,
    momentum: f64,
    step_unit: StepUnit,
    epochs: u64,
}

impl Experiment for PublishedFigure {
    const NAME: &'static str = "published-figure";

    fn validate(&self) -> Result<(), AxisError> {
        if !(0.0..1.0).contains(&self.momentum) {
            return Err(AxisError::invalid("momentum", "must be from 0 to below 1"));
        }
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
        let (loss, order) = (Loss::Logistic, Order::FullBatch);
        let step = self.step_unit.step(&instance, loss, order, points.count());
        let mut run = HeavyBall::new(points, loss, step, self.momentum, &[0.0; 2]);
        let advance = |steps| {
            run.advance(steps);
            run.weights.clone()
        };
        follow_steps(
            (context, recorder),
            self.epochs,
            advance,
            |recorder, epoch, weights| {
                let seen = Measures::of(points, loss, reference, weights);
                let predicted = predicted_loss(step, epoch as f64, reference.margin);
                recorder.at(
                    epoch,
                    &[
                        ("norm", seen.norm),
                        ("loss", seen.loss),
                        ("loss-predicted", predicted),
                        ("loss-constant", seen.loss / predicted),
                        ("angle", seen.angle),
                        ("margin-gap", reference.margin - seen.margin),
                        ("direction-constant", seen.direction_gap * ln(epoch as f64)),
                    ],
                )
            },
        )
    }
}
