//! Residual convolution networks on digits: norms of the kernels over depth.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::random;
use serde::Deserialize;

use super::norms::Norms;
use crate::convolution::layers::LANES;
use crate::convolution::network::CHANNELS;
use crate::convolution::{Convolutional, spectral};

/// Training images; the others of the 1797 are for testing.
const TRAINING: usize = 1408;
const BATCH: usize = 128;
const MOMENTUM: f64 = 0.9;

/// One depth and weight decay.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DigitsConvolution {
    depth: usize,
    weight_decay: f64,
    peak_step_size: f64,
    steps: u64,
}

fn norms(network: &Convolutional, second: bool) -> Norms {
    let mut norms = Norms::NONE;
    for block in 0..network.depth {
        let kernel = network.kernel(block, second);
        norms.add(spectral::norm(kernel, CHANNELS));
        if block > 0 {
            let before = network.kernel(block - 1, second);
            let change: Vec<f64> = kernel.iter().zip(before).map(|(a, b)| a - b).collect();
            norms.add_increment(spectral::norm(&change, CHANNELS));
        }
    }
    norms
}

impl Experiment for DigitsConvolution {
    const NAME: &'static str = "digits-convolution";

    fn validate(&self) -> Result<(), AxisError> {
        if self.depth < 2 {
            return Err(AxisError::invalid("depth", "must be at least 2"));
        }
        if self.steps == 0 {
            return Err(AxisError::invalid("steps", "must be at least 1"));
        }
        Ok(())
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec!["digits"]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let data = context.dataset("digits")?;
        let mut order: Vec<usize> = (0..data.rows).collect();
        random::shuffle(&mut context.stream("split")?, &mut order);
        let image = |index: &usize| -> (Vec<f64>, usize) {
            let pixels = data.features(*index).iter().map(|grey| grey / 16.0);
            (pixels.collect(), data.label(*index) as usize)
        };
        let images: Vec<(Vec<f64>, usize)> = order.iter().map(image).collect();
        let (training, test) = images.split_at(TRAINING.min(images.len()));
        let per_epoch = (training.len() / BATCH) as u64;

        let saved: Option<(u64, f64, Vec<f64>, Vec<f64>)> = context.resume(recorder);
        let mut network = Convolutional::draw(self.depth, &mut context.stream("init")?);
        let mut velocity = vec![0.0; network.weights.len()];
        let (mut start, mut last_loss) = (0, f64::NAN);
        if let Some((step, loss, weights, speed)) = saved {
            (start, last_loss, network.weights, velocity) = (step, loss, weights, speed);
        }
        let epochs = self.steps.div_ceil(per_epoch);
        let mut batches: Vec<usize> = Vec::new();
        let mut drawn = None;
        for step in start..self.steps {
            let epoch = step / per_epoch;
            if drawn != Some(epoch) {
                batches = (0..training.len()).collect();
                let mut rng = context.substream("order", &format!("epoch={epoch}"))?;
                random::shuffle(&mut rng, &mut batches);
                drawn = Some(epoch);
            }
            let first = (step % per_epoch) as usize * BATCH;
            let mut gradient = network.gradient();
            for group in batches[first..first + BATCH].chunks(LANES) {
                let samples: Vec<(&[f64], usize)> = group
                    .iter()
                    .map(|index| (&training[*index].0[..], training[*index].1))
                    .collect();
                network.add(&samples, BATCH, &mut gradient);
            }
            last_loss = gradient.loss / BATCH as f64;
            let phase = std::f64::consts::PI * epoch as f64 / epochs as f64;
            let step_size = 0.5 * self.peak_step_size * (1.0 + libm::cos(phase));
            for (place, weight) in network.weights.iter_mut().enumerate() {
                let slope = gradient.weights[place] + self.weight_decay * *weight;
                velocity[place] = MOMENTUM * velocity[place] + slope;
                *weight -= step_size * velocity[place];
            }
            recorder.check_stop()?;
            if !last_loss.is_finite() {
                return Ok(Outcome::Diverged { step });
            }
            if context.snapshots.due() {
                context.snapshot(
                    recorder,
                    &(step + 1, last_loss, &network.weights, &velocity),
                )?;
            }
        }
        let mut tested = network.gradient();
        for group in test.chunks(LANES) {
            let samples: Vec<(&[f64], usize)> = group
                .iter()
                .map(|(image, label)| (&image[..], *label))
                .collect();
            network.add(&samples, 0, &mut tested);
        }
        let (first, second) = (norms(&network, false), norms(&network, true));
        recorder.scalars(&[
            ("a-max-norm", first.largest),
            ("a-min-norm", first.smallest),
            ("a-root-sum-of-squares", first.root_sum_of_squares()),
            ("a-increment", first.largest_increment),
            ("delta-max-norm", second.largest),
            ("delta-min-norm", second.smallest),
            ("delta-root-sum-of-squares", second.root_sum_of_squares()),
            ("delta-increment", second.largest_increment),
            ("training-loss", last_loss),
            ("test-accuracy", f64::from(tested.right) / test.len() as f64),
        ])?;
        Ok(Outcome::Done)
    }
}
