//! Loss, norm, direction and margin against epochs, beside the theory's leading terms.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::follow::follow;
use super::setting::{Data, Instance, StepUnit};
use crate::losses::Loss;
use crate::metrics::{Measures, distance};
use crate::sampling::{Order, Sampler};
use crate::sgd::Sgd;
use crate::theory::{Asymptote, predicted_loss};

/// A point that ŵ misclassifies for the asymmetric data: ŵ·x = −1.5.
const VALIDATION: [f64; 2] = [-2.0, -1.0];

/// One run from the origin with batches of one (or the full batch).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Rates {
    data: Data,
    loss: Loss,
    sampler: Order,
    step_unit: StepUnit,
    step_factor: f64,
    #[expect(dead_code, reason = "read by the recording schedule alone")]
    epochs: u64,
}

impl Experiment for Rates {
    const NAME: &'static str = "rates";

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
        let unit = self.step_unit.step(&instance, loss, self.sampler, 1);
        let step = self.step_factor * unit;
        let asymptote = Asymptote::new(points, reference, step);
        let generator = context.stream("order")?;
        let sampler = Sampler::new(self.sampler, points.count(), 1, generator);
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
                let path = asymptote.at(epoch as f64);
                let seen = Measures::of(points, loss, reference, weights);
                let expected = Measures::of(points, loss, reference, &path);
                let loss_expected = predicted_loss(step, epoch as f64, reference.margin);
                let (gap, gap_expected) = (
                    reference.margin - seen.margin,
                    reference.margin - expected.margin,
                );
                let validation = weights[0] * VALIDATION[0] + weights[1] * VALIDATION[1];
                recorder.at(
                    epoch,
                    &[
                        ("loss", seen.loss),
                        ("loss-predicted", loss_expected),
                        ("loss-constant", seen.loss / loss_expected),
                        ("norm", seen.norm),
                        ("norm-predicted", expected.norm),
                        ("log-time", seen.log_time),
                        ("residual", distance(weights, &path)),
                        ("direction-gap", seen.direction_gap),
                        ("direction-gap-predicted", expected.direction_gap),
                        (
                            "direction-ratio",
                            seen.direction_gap / expected.direction_gap,
                        ),
                        ("angle-gap", seen.angle_gap),
                        ("angle-gap-predicted", expected.angle_gap),
                        ("angle-ratio", seen.angle_gap / expected.angle_gap),
                        ("margin-gap", gap),
                        ("margin-gap-predicted", gap_expected),
                        ("margin-gap-ratio", gap / gap_expected),
                        ("validation-loss", loss.value(validation)),
                    ],
                )
            },
        )
    }
}
