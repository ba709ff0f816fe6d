//! Gradient descent on losses with exponential and polynomial tails.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow;
use super::setting::{Data, Instance, StepUnit};
use crate::losses::{Loss, TAIL_POWER};
use crate::metrics::{Measures, angle};
use crate::polynomial_direction::limit_direction;
use crate::sampling::{Order, Sampler};
use crate::sgd::Sgd;

/// Where the direction goes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Tails {
    data: Data,
    loss: Loss,
    #[expect(dead_code, reason = "read by the recording schedule alone")]
    epochs: u64,
}

impl Experiment for Tails {
    const NAME: &'static str = "tails";

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
        let (loss, order) = (self.loss, Order::FullBatch);
        let step = StepUnit::InverseSmoothness.step(&instance, loss, order, points.count());
        let polynomial_limit = limit_direction(points, reference, TAIL_POWER);
        // The full batch draws nothing.
        let sampler = Sampler::new(order, points.count(), 1, context.stream("instance")?);
        let mut run = Sgd::new(points, loss, step, sampler, &[vec![0.0; 2]]);
        let io = (context, recorder);
        follow(
            &mut run,
            points.count(),
            1e300,
            io,
            &mut (),
            |recorder, epoch, run, ()| {
                let weights = &run.chains()[0].weights;
                let seen = Measures::of(points, loss, reference, weights);
                recorder.at(
                    epoch,
                    &[
                        ("loss", seen.loss),
                        ("norm", seen.norm),
                        ("direction-gap", seen.direction_gap),
                        ("angle", seen.angle),
                        (
                            "angle-to-polynomial-limit",
                            angle(weights, &polynomial_limit),
                        ),
                    ],
                )
            },
        )
    }
}
