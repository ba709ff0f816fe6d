//! What the batch size changes, with the step scaled along or not.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow;
use super::setting::{Data, Instance, StepUnit};
use crate::losses::Loss;
use crate::metrics::{Measures, distance};
use crate::sampling::{Order, Sampler};
use crate::sgd::Sgd;
use crate::theory::{Asymptote, predicted_loss};

/// One run from the origin with one batch size.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BatchSize {
    data: Data,
    batch: usize,
    scaling: Scaling,
    loss: Loss,
    sampler: Order,
    #[expect(dead_code, reason = "read by the recording schedule alone")]
    epochs: u64,
}

/// How the step η depends on the batch size B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Scaling {
    /// η = B s with s the same for all.
    Proportional,
    /// η the same for all, so that s = η/B shrinks.
    Fixed,
}

impl Experiment for BatchSize {
    const NAME: &'static str = "batch-size";

    fn validate(&self) -> Result<(), AxisError> {
        self.data.check_batch(self.batch)
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
        let unit = StepUnit::InverseSmoothness.step(&instance, loss, self.sampler, self.batch);
        let step = match self.scaling {
            Scaling::Proportional => unit,
            Scaling::Fixed => unit / self.batch as f64,
        };
        let asymptote = Asymptote::new(points, reference, step);
        let generator = context.stream("order")?;
        let sampler = Sampler::new(self.sampler, points.count(), self.batch, generator);
        let start = vec![0.0; points.dimension()];
        let mut run = Sgd::new(points, loss, step, sampler, &[start]);
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
                        (
                            "loss-predicted",
                            predicted_loss(step, epoch as f64, reference.margin),
                        ),
                        ("direction-gap", seen.direction_gap),
                        ("residual", distance(weights, &asymptote.at(epoch as f64))),
                    ],
                )
            },
        )
    }
}
