//! Real separable data: the same behaviour, slowly.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow;
use super::setting::{Data, Instance, StepUnit};
use crate::losses::Loss;
use crate::metrics::Measures;
use crate::sampling::{Order, Sampler};
use crate::sgd::Sgd;
use crate::theory::predicted_loss;

/// A data set of measurements; one run from the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RealData {
    data: Data,
    loss: Loss,
    sampler: Order,
    batch: usize,
    #[expect(dead_code, reason = "read by the recording schedule alone")]
    epochs: u64,
}

/// A data set of images, whose epochs cost more and of which there are fewer.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct RealImages(RealData);

impl Experiment for RealData {
    const NAME: &'static str = "real-data";

    fn validate(&self) -> Result<(), AxisError> {
        self.data.check_batch(self.batch)
    }

    fn datasets(&self) -> Vec<&'static str> {
        self.data.dataset().into_iter().collect()
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
        let (loss, order) = (self.loss, self.sampler);
        let step = StepUnit::InverseSmoothness.step(&instance, loss, order, self.batch);
        let generator = context.stream("order")?;
        let sampler = Sampler::new(order, points.count(), self.batch, generator);
        let start = vec![0.0; points.dimension()];
        let mut run = Sgd::new(points, loss, step, sampler, &[start]);
        let io = (context, recorder);
        let samples = points.count();
        follow(
            &mut run,
            samples,
            1e300,
            io,
            &mut (),
            |recorder, epoch, run, ()| {
                let seen = Measures::of(points, loss, reference, &run.chains()[0].weights);
                let predicted = predicted_loss(step, epoch as f64, reference.margin);
                recorder.at(
                    epoch,
                    &[
                        ("loss", seen.loss),
                        ("loss-predicted", predicted),
                        ("loss-constant", seen.loss / predicted),
                        ("margin-share", seen.margin / reference.margin),
                        ("norm", seen.norm),
                    ],
                )
            },
        )
    }
}

impl Experiment for RealImages {
    const NAME: &'static str = "real-images";

    fn validate(&self) -> Result<(), AxisError> {
        self.0.validate()
    }

    fn datasets(&self) -> Vec<&'static str> {
        self.0.datasets()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        self.0.run(context, recorder)
    }
}
