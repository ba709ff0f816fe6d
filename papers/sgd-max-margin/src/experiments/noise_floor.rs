//! Where a fixed step stops if the data cannot be separated.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::{Deserialize, Serialize};

use super::setting::{Data, Instance};
use crate::losses::Loss;
use crate::sampling::{Order, Sampler};
use crate::sgd::{Sgd, SgdState};
use crate::theory::{minimiser, noise_floor};

/// Sampling with replacement, batches of one, from the origin.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct NoiseFloor {
    data: Data,
    step: f64,
    epochs: u64,
}

/// What is summed on the way.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Sums {
    /// Σ (L − L*) over the epoch ends of the last 80 %.
    excess: f64,
    /// The number of those.
    count: u64,
    /// Q after a tenth of the epochs.
    early: f64,
}

impl Experiment for NoiseFloor {
    const NAME: &'static str = "noise-floor";

    fn validate(&self) -> Result<(), AxisError> {
        self.data.check_planar()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let instance = Instance::new(self.data, context)?;
        let points = &instance.points;
        let loss = Loss::Logistic;
        // Separable data have no minimum: the infimum is 0, and so is the predicted floor.
        let (lowest, predicted) = match minimiser(points, loss) {
            Some(weights) => (
                loss.total(&points.margins(&weights)),
                noise_floor(points, loss, &weights, self.step),
            ),
            None => (0.0, 0.0),
        };
        let generator = context.stream("order")?;
        let sampler = Sampler::new(Order::WithReplacement, points.count(), 1, generator);
        let mut run = Sgd::new(points, loss, self.step, sampler, &[vec![0.0; 2]]);
        let mut sums = Sums::default();
        if let Some((state, kept)) = context.resume::<(SgdState, Sums)>(recorder) {
            run.restore(state);
            sums = kept;
        }
        for checkpoint in context.checkpoints {
            if *checkpoint <= run.epoch() {
                continue;
            }
            let mut excess = 0.0;
            while run.epoch() < *checkpoint {
                run.advance(1);
                let chain = &run.chains()[0];
                excess = loss.total(&points.margins(&chain.weights)) - lowest;
                if run.epoch() > self.epochs / 5 {
                    sums.excess += excess;
                    sums.count += 1;
                }
                if run.epoch() <= self.epochs.div_ceil(10) {
                    sums.early = chain.travelled;
                }
            }
            recorder.at(
                *checkpoint,
                &[("excess-loss", excess), ("floor-predicted", predicted)],
            )?;
            context.snapshot(recorder, &(run.state(), sums))?;
        }
        let floor = sums.excess / sums.count as f64;
        recorder.scalars(&[
            ("floor", floor),
            ("floor-constant", floor / predicted),
            ("tail-share", 1.0 - sums.early / run.chains()[0].travelled),
        ])?;
        Ok(Outcome::Done)
    }
}
