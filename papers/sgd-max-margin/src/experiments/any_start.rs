//! The convergence theorem as stated: any start, any order, steps below its limits.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::elementary::exp;
use serde::Deserialize;

use super::follow::follow;
use super::setting::{Data, Instance, StepUnit};
use crate::losses::Loss;
use crate::sampling::{Order, Sampler};
use crate::sgd::Sgd;
use crate::theory::predicted_loss;

/// Loss, margins and travelled length after a long run, the worst over the starts.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AnyStart {
    data: Data,
    loss: Loss,
    sampler: Order,
    start: Start,
    step_unit: StepUnit,
    step_factor: f64,
    epochs: u64,
}

/// Where the weights start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Start {
    /// −5 ŵ/‖ŵ‖: every sample misclassified.
    Behind,
    /// 0, −5 ŵ/‖ŵ‖ and (3, −3), side by side on the same samples.
    All,
}

impl Start {
    fn weights(self, instance: &Instance) -> Vec<Vec<f64>> {
        let unit = instance.reference.unit();
        let behind = unit.iter().map(|entry| -5.0 * entry).collect();
        match self {
            Self::Behind => vec![behind],
            Self::All => vec![vec![0.0; 2], behind, vec![3.0, -3.0]],
        }
    }
}

impl Experiment for AnyStart {
    const NAME: &'static str = "any-start";

    fn validate(&self) -> Result<(), AxisError> {
        self.data.check_planar()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let instance = Instance::new(self.data, context)?;
        let (points, loss) = (&instance.points, self.loss);
        let unit = self.step_unit.step(&instance, loss, self.sampler, 1);
        let step = self.step_factor * unit;
        let starts = self.start.weights(&instance);
        let log_loss = |weights: &[f64]| loss.log_total(&points.margins(weights));
        let at_start: Vec<f64> = starts.iter().map(|weights| log_loss(weights)).collect();
        let generator = context.stream("order")?;
        let sampler = Sampler::new(self.sampler, points.count(), 1, generator);
        let mut run = Sgd::new(points, loss, step, sampler, &starts);
        let mut early = vec![0.0; starts.len()];
        let samples = points.count();
        let io = (context, &mut *recorder);
        follow(
            &mut run,
            samples,
            1e300,
            io,
            &mut early,
            |recorder, epoch, run, early| {
                let chains = run.chains();
                if epoch <= self.epochs.div_ceil(10) {
                    *early = chains.iter().map(|chain| chain.travelled).collect();
                }
                let predicted = predicted_loss(step, epoch as f64, instance.reference.margin);
                let losses = chains.iter().map(|chain| log_loss(&chain.weights));
                let losses: Vec<f64> = losses.collect();
                let ratios = losses
                    .iter()
                    .zip(&at_start)
                    .map(|(after, before)| after - before);
                let smallest = chains
                    .iter()
                    .flat_map(|chain| points.margins(&chain.weights));
                let tails = chains.iter().zip(&*early);
                let tails = tails.map(|(chain, early)| 1.0 - early / chain.travelled);
                let (lowest, highest) =
                    (least(losses.iter().copied()), most(losses.iter().copied()));
                recorder.at(
                    epoch,
                    &[
                        ("smallest-margin", least(smallest)),
                        ("loss", exp(highest)),
                        ("loss-predicted", predicted),
                        ("loss-ratio", exp(most(ratios))),
                        ("loss-constant-least", exp(lowest) / predicted),
                        ("loss-constant-most", exp(highest) / predicted),
                        ("tail-share", most(tails)),
                    ],
                )
            },
        )
    }
}

/// The smallest; not-a-number if there is one.
fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(
        f64::INFINITY,
        |a, b| if b.is_nan() || b < a { b } else { a },
    )
}

/// The largest; not-a-number if there is one.
fn most(values: impl Iterator<Item = f64>) -> f64 {
    -least(values.map(|value| -value))
}
