//! Gradient descent with momentum, beside the path of a step divided by 1 − μ.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow_steps;
use super::setting::{Data, Instance, StepUnit};
use crate::gradient_descent::HeavyBall;
use crate::losses::Loss;
use crate::metrics::{Measures, distance};
use crate::sampling::Order;
use crate::theory::{Asymptote, predicted_loss};

/// Heavy ball from rest at the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::struct_field_names, reason = "fields are named after the axes")]
pub(super) struct Momentum {
    data: Data,
    loss: Loss,
    momentum: f64,
    step_factor: f64,
    predicted_step: PredictedStep,
    epochs: u64,
}

/// The step whose asymptotic path the run is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PredictedStep {
    /// s/(1 − μ).
    Amplified,
    /// s.
    Plain,
}

impl Experiment for Momentum {
    const NAME: &'static str = "momentum";

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
        let loss = self.loss;
        let unit = StepUnit::InverseSmoothness;
        let step = self.step_factor * unit.step(&instance, loss, Order::FullBatch, points.count());
        let effective = match self.predicted_step {
            PredictedStep::Amplified => step / (1.0 - self.momentum),
            PredictedStep::Plain => step,
        };
        let asymptote = Asymptote::new(points, reference, effective);
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
                let predicted = predicted_loss(effective, epoch as f64, reference.margin);
                recorder.at(
                    epoch,
                    &[
                        ("loss", seen.loss),
                        ("loss-predicted", predicted),
                        ("loss-constant", seen.loss / predicted),
                        ("direction-gap", seen.direction_gap),
                        ("residual", distance(weights, &asymptote.at(epoch as f64))),
                    ],
                )
            },
        )
    }
}
