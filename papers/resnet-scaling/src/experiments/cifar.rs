//! The convolutional study as the paper has it, on a user's own copy of CIFAR-10.

use std::path::Path;

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::random;
use serde::Deserialize;

use super::norms::Norms;
use crate::cifar::{Cifar, Crop, check_length};
use crate::convolution::layers::LANES;
use crate::convolution::{Staged, spectral, staged};

const MOMENTUM: f64 = 0.9;

/// The word for no data; other words are `file:PATH`.
const LEFT_OUT: &str = "left-out";
const HOW: &str = "CIFAR-10 has no explicit licence and is not shipped. With a copy of its binary \
    version: `cat data_batch_[1-5].bin test_batch.bin > cifar-10.bin`, then `cargo reproduce run \
    resnet-scaling --size paper --claim X1 --set cifar-convolution.images=file:cifar-10.bin` (16 \
    networks, 200 epochs: years of one core; axes depth, width and epochs make it smaller)";

/// One depth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CifarConvolution {
    images: String,
    /// Number of blocks.
    depth: usize,
    /// Channels of the first stage.
    width: usize,
    epochs: u64,
    batch: usize,
    peak_step_size: f64,
    weight_decay: f64,
}

/// The file that a word of the axis `images` names.
fn file(images: &str) -> Option<&Path> {
    images.strip_prefix("file:").map(Path::new)
}

impl CifarConvolution {
    fn check_images(&self) -> Result<(), String> {
        let Some(path) = file(&self.images) else {
            let left_out = self.images == LEFT_OUT;
            let message = format!("`{}` is neither `{LEFT_OUT}` nor `file:PATH`", self.images);
            return if left_out { Ok(()) } else { Err(message) };
        };
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let bytes = std::fs::metadata(path).map_err(|error| told(&error))?.len();
        check_length(bytes).map_err(|error| told(&error))
    }

    fn read(path: &Path) -> Result<Cifar, CellError> {
        let told =
            |error: &dyn std::fmt::Display| CellError::Bug(format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| told(&error))?;
        Cifar::parse(bytes).map_err(|error| told(&error))
    }
}

impl Experiment for CifarConvolution {
    const NAME: &'static str = "cifar-convolution";

    fn validate(&self) -> Result<(), AxisError> {
        if staged::stages(self.depth).is_none() {
            let known = (0..200).filter(|depth| staged::stages(*depth).is_some());
            let known: Vec<String> = known.map(|depth| depth.to_string()).collect();
            let message = format!(
                "the paper has no such network; allowed: {}",
                known.join(", ")
            );
            return Err(AxisError::invalid("depth", message));
        }
        if self.width == 0 || !self.width.is_multiple_of(4) {
            return Err(AxisError::invalid("width", "must be a multiple of four"));
        }
        if self.epochs == 0 {
            return Err(AxisError::invalid("epochs", "must be at least 1"));
        }
        if self.batch == 0 {
            return Err(AxisError::invalid("batch", "must be at least 1"));
        }
        self.check_images()
            .map_err(|message| AxisError::invalid("images", message))
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let (Some(path), Some(stages)) = (file(&self.images), staged::stages(self.depth)) else {
            let reason = HOW.to_owned();
            return Ok(Outcome::Skipped { reason });
        };
        let cifar = Self::read(path)?;
        let (training, testing) = cifar.counts();
        let per_epoch = (training / self.batch) as u64;
        if per_epoch == 0 {
            let message = format!("{training} images are less than one batch");
            return Err(CellError::Bug(message));
        }
        let saved: Option<(u64, f64, Vec<f64>, Vec<f64>)> = context.resume(recorder);
        let mut network = Staged::draw(stages, self.width, &mut context.stream("init")?);
        let mut velocity = vec![0.0; network.weights.len()];
        let (mut start, mut last_loss) = (0, f64::NAN);
        if let Some((step, loss, weights, speed)) = saved {
            (start, last_loss, network.weights, velocity) = (step, loss, weights, speed);
        }
        let mut order: Vec<(usize, Crop)> = Vec::new();
        let mut drawn = None;
        for step in start..self.epochs * per_epoch {
            let epoch = step / per_epoch;
            if drawn != Some(epoch) {
                let mut rng = context.substream("order", &format!("epoch={epoch}"))?;
                let mut indices: Vec<usize> = (0..training).collect();
                random::shuffle(&mut rng, &mut indices);
                let cropped = |index| (index, Crop::draw(&mut rng));
                order = indices.into_iter().map(cropped).collect();
                drawn = Some(epoch);
            }
            let first = (step % per_epoch) as usize * self.batch;
            let mut gradient = network.gradient();
            for group in order[first..first + self.batch].chunks(LANES) {
                let images = group.iter().map(|(index, crop)| cifar.image(*index, *crop));
                let samples: Vec<(Vec<f64>, usize)> = images.collect();
                network.add(&samples, self.batch, &mut gradient);
            }
            last_loss = gradient.loss / self.batch as f64;
            let phase = std::f64::consts::PI * epoch as f64 / self.epochs as f64;
            let step_size = 0.5 * self.peak_step_size * (1.0 + libm::cos(phase));
            let parameters = network.weights.iter_mut().zip(&mut velocity);
            for ((weight, velocity), slope) in parameters.zip(&gradient.weights) {
                *velocity = MOMENTUM * *velocity + (slope + self.weight_decay * *weight);
                *weight -= step_size * *velocity;
            }
            recorder.check_stop()?;
            if !last_loss.is_finite() {
                return Ok(Outcome::Diverged { step });
            }
            if context.snapshots.due() {
                let state = (step + 1, last_loss, &network.weights, &velocity);
                context.snapshot(recorder, &state)?;
            }
        }
        let mut tested = network.gradient();
        let indices: Vec<usize> = (training..training + testing).collect();
        for group in indices.chunks(LANES) {
            let images = group.iter().map(|index| cifar.image(*index, Crop::WHOLE));
            let samples: Vec<(Vec<f64>, usize)> = images.collect();
            network.add(&samples, 0, &mut tested);
            recorder.check_stop()?;
        }
        let accuracy = f64::from(tested.right) / testing as f64;
        record(&network, last_loss, accuracy, recorder)?;
        Ok(Outcome::Done)
    }
}

/// Spectral norms over the blocks; increments between neighbours of one shape only.
fn record(
    network: &Staged,
    training_loss: f64,
    test_accuracy: f64,
    recorder: &mut Recorder<'_>,
) -> Result<(), CellError> {
    let broken =
        |error: harness_numerics::spectrum::SpectrumError| CellError::Bug(error.to_string());
    let mut both = [Norms::NONE, Norms::NONE];
    for (second, norms) in both.iter_mut().enumerate() {
        for block in 0..network.depth() {
            let (kernel, shape) = network.kernel(block, second == 1);
            norms.add(spectral::norm_of(kernel, shape).map_err(broken)?);
            if block == 0 {
                continue;
            }
            let (before, shape_before) = network.kernel(block - 1, second == 1);
            if shape == shape_before {
                let change: Vec<f64> = kernel.iter().zip(before).map(|(a, b)| a - b).collect();
                norms.add_increment(spectral::norm_of(&change, shape).map_err(broken)?);
            }
            recorder.check_stop()?;
        }
    }
    let [first, second] = both;
    recorder.scalars(&[
        ("a-max-norm", first.largest),
        ("a-min-norm", first.smallest),
        ("a-root-sum-of-squares", first.root_sum_of_squares()),
        ("a-increment", first.largest_increment),
        ("delta-max-norm", second.largest),
        ("delta-min-norm", second.smallest),
        ("delta-root-sum-of-squares", second.root_sum_of_squares()),
        ("delta-increment", second.largest_increment),
        ("training-loss", training_loss),
        ("test-accuracy", test_accuracy),
    ])
}
