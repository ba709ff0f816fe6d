//! E3 and E10: networks on images.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::observe::{self, Plan};
use super::setting::{self, OptionalData, check_percent, check_positive, outcome};
use crate::cluster::Cluster;
use crate::data::{Images, digits, images};
use crate::methods::{Method, kept};
use crate::models::{Model, NetworkModel};
use crate::network::Network;
use crate::schedule::{Schedule, StepSizes};
use crate::split;

const MNIST: &str = "mnist-10k";
const CLASSES: usize = 10;
/// P.
const NODES: usize = 8;

/// What is trained, and how.
struct Training {
    model: NetworkModel,
    test_model: NetworkModel,
    cluster: Cluster,
    step_sizes: StepSizes,
    /// ⌊m/(P B)⌋.
    steps_per_epoch: u64,
}

/// One choice of the axes.
struct Choice {
    hidden: usize,
    batch: usize,
    epochs: u64,
    method: Method,
    percent: f64,
    schedule: Schedule,
    /// Half the range of the cosine, and its floor.
    cosine: (f64, f64),
}

impl Training {
    fn new(images: Images, choice: &Choice, context: &Context<'_>) -> Result<Self, CellError> {
        let network = Network {
            inputs: images.width,
            hidden: choice.hidden,
            classes: CLASSES,
        };
        let training = NetworkModel::new(network, images.training, images.training_classes);
        let testing = NetworkModel::new(network, images.testing, images.testing_classes);
        let start = network.initial(&mut context.stream("start")?);
        let parts = split::uniform(training.rows(), NODES, &mut context.stream("split")?);
        let steps_per_epoch = (training.rows() / (NODES * choice.batch)) as u64;
        let step_sizes = match choice.schedule {
            Schedule::Constant => StepSizes::Constant(0.1),
            Schedule::Cosine => StepSizes::Cosine {
                amplitude: choice.cosine.0,
                floor: choice.cosine.1,
                steps: (choice.epochs * steps_per_epoch) as f64,
            },
        };
        let kept = kept(choice.percent, start.len());
        let cluster = setting::cluster(start, parts, choice.batch, choice.method, kept, context)?;
        Ok(Self {
            model: training,
            test_model: testing,
            cluster,
            step_sizes,
            steps_per_epoch,
        })
    }

    /// Trains and records loss, accuracy and bits at checkpoints counted in epochs.
    fn run(
        &mut self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        for &epoch in context.checkpoints {
            while self.cluster.steps < epoch * self.steps_per_epoch {
                let size = self.step_sizes.at(self.cluster.steps);
                self.cluster.step(&mut self.model, size);
                recorder.check_stop()?;
            }
            let parameters = &self.cluster.parameters;
            let values = [
                ("loss", self.model.value(parameters)),
                ("accuracy", self.test_model.accuracy(parameters)),
                ("megabits", 1e-6 * self.cluster.bits_up()),
            ];
            recorder.at(epoch, &values)?;
        }
        let steps = self.cluster.steps as f64;
        recorder.scalars(&[
            ("bits-per-step", self.cluster.bits_up() / steps),
            ("megabits-down", 1e-6 * self.cluster.bits_down as f64),
        ])?;
        Ok(outcome(&self.cluster))
    }
}

/// Every method on the digits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DigitsMethods {
    hidden: usize,
    epochs: u64,
    method: Method,
    percent: f64,
}

impl Experiment for DigitsMethods {
    const NAME: &'static str = "digits-methods";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("hidden", self.hidden as u64)?;
        check_percent(self.percent)
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec!["digits"]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let choice = Choice {
            hidden: self.hidden,
            batch: 8,
            epochs: self.epochs,
            method: self.method,
            percent: self.percent,
            schedule: Schedule::Cosine,
            cosine: (0.15, 0.003),
        };
        let images = digits(context.dataset("digits")?);
        Training::new(images, &choice, context)?.run(context, recorder)
    }
}

/// ξ over training on the digits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DigitsAssumption {
    hidden: usize,
    epochs: u64,
    percent: f64,
    schedule: Schedule,
}

impl Experiment for DigitsAssumption {
    const NAME: &'static str = "digits-assumption";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("hidden", self.hidden as u64)?;
        check_percent(self.percent)
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec!["digits"]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let choice = Choice {
            hidden: self.hidden,
            batch: 8,
            epochs: self.epochs,
            method: Method::TopkEf,
            percent: self.percent,
            schedule: self.schedule,
            cosine: (0.15, 0.003),
        };
        let images = digits(context.dataset("digits")?);
        let mut training = Training::new(images, &choice, context)?;
        let per_epoch = training.steps_per_epoch;
        let checkpoints = context.checkpoints.iter();
        let checkpoints = checkpoints.map(|epoch| (epoch * per_epoch, *epoch));
        let plan = Plan {
            kept: kept(self.percent, training.model.dimension()),
            step_sizes: training.step_sizes,
            steps: self.epochs * per_epoch,
            every: 1,
            checkpoints: &checkpoints.collect::<Vec<_>>(),
        };
        observe::run(&mut training.cluster, &mut training.model, &plan, recorder)
    }
}

/// Methods on 10,000 images of MNIST.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct MnistMethods {
    data: OptionalData,
    hidden: usize,
    epochs: u64,
    method: Method,
    percent: f64,
}

impl Experiment for MnistMethods {
    const NAME: &'static str = "mnist-methods";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("hidden", self.hidden as u64)?;
        check_percent(self.percent)
    }

    fn datasets(&self) -> Vec<&'static str> {
        self.data.datasets(MNIST)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        if let Some(skipped) = self.data.skipped(MNIST) {
            return Ok(skipped);
        }
        let choice = Choice {
            hidden: self.hidden,
            batch: 16,
            epochs: self.epochs,
            method: self.method,
            percent: self.percent,
            schedule: Schedule::Cosine,
            cosine: (0.1, 0.002),
        };
        let images = images(context.dataset(MNIST)?, 1.0);
        Training::new(images, &choice, context)?.run(context, recorder)
    }
}
