//! ADAM beside gradient descent with and without momentum.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow_steps;
use super::setting::{Data, Instance, StepUnit};
use crate::losses::Loss;
use crate::methods::{Method, Setting};
use crate::metrics::Measures;
use crate::sampling::Order;

/// One full-batch run from the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Adaptive {
    data: Data,
    method: Method,
    step_unit: StepUnit,
    step_factor: f64,
    epsilon: f64,
    steps: u64,
    /// The number of steps of ADAM without ε, before its squared gradients underflow.
    steps_without_epsilon: u64,
}

impl Experiment for Adaptive {
    const NAME: &'static str = "adaptive";

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
        let loss = Loss::Logistic;
        let order = Order::FullBatch;
        let step = self.step_factor * self.step_unit.step(&instance, loss, order, points.count());
        let record = |recorder: &mut Recorder<'_>, count, weights: &[f64]| {
            let seen = Measures::of(points, loss, reference, weights);
            recorder.at(
                count,
                &[
                    ("loss", seen.loss),
                    ("angle", seen.angle),
                    ("margin-share", seen.margin / reference.margin),
                ],
            )
        };
        let io = (context, recorder);
        let last = if self.method.needs_epsilon && self.epsilon <= 0.0 {
            self.steps.min(self.steps_without_epsilon)
        } else {
            self.steps
        };
        let epsilon = self.epsilon;
        let advance = (self.method.start)(Setting {
            points,
            loss,
            step,
            epsilon,
        });
        follow_steps(io, last, advance, record)
    }
}
