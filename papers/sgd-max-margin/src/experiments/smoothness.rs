//! A step at which the logistic loss converges and the exponential loss blows up.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow;
use super::setting::{Data, Instance};
use crate::losses::Loss;
use crate::metrics::Measures;
use crate::sampling::{Order, Sampler};
use crate::sgd::Sgd;
use crate::theory::predicted_loss;

/// Weights longer than this in one coordinate count as diverged.
const LIMIT: f64 = 1e3;

/// One run from the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Smoothness {
    data: Data,
    loss: Loss,
    sampler: Order,
    step: f64,
    #[expect(dead_code, reason = "read by the recording schedule alone")]
    epochs: u64,
}

impl Experiment for Smoothness {
    const NAME: &'static str = "smoothness";

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
        let loss = self.loss;
        let generator = context.stream("order")?;
        let sampler = Sampler::new(self.sampler, points.count(), 1, generator);
        let mut run = Sgd::new(points, loss, self.step, sampler, &[vec![0.0; 2]]);
        let record = |recorder: &mut Recorder<'_>, epoch: u64, weights: &[f64]| {
            let seen = Measures::of(points, loss, reference, weights);
            let predicted = predicted_loss(self.step, epoch as f64, reference.margin);
            recorder.at(
                epoch,
                &[
                    ("loss", seen.loss),
                    ("loss-constant", seen.loss / predicted),
                    ("norm", seen.norm),
                ],
            )
        };
        let io = (context, &mut *recorder);
        let outcome = follow(
            &mut run,
            points.count(),
            LIMIT,
            io,
            &mut (),
            |recorder, epoch, run, ()| record(recorder, epoch, &run.chains()[0].weights),
        )?;
        if let Outcome::Diverged { step } = outcome {
            record(recorder, step, &run.chains()[0].weights)?;
        }
        Ok(outcome)
    }
}
