//! One architecture and optimiser at many depths: exponents, increments, trend and noise.
//!
//! A cell is a whole study, so that exponents, their fitted lines and the trend that several depths
//! share come from one replicate. The step of its curves is the depth. Every network draws from
//! streams named by its depth, so that adding a depth changes no other.

use harness_core::{AxisError, CellError, Context, Outcome, Recorder};
use serde::{Deserialize, Serialize};

use super::rows::{Row, plain};
use crate::activation::{Activation, ActivationName, Relu, Tanh};
use crate::data::{self, Samples};
use crate::training::schedule::{self, Shuffle};
use crate::training::train::{self, Optimiser, Plan};
use crate::training::{Initialisation, Network, Scaling, Workspace};
use crate::trend::{self, Split};

/// What is learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataName {
    /// The paper's generator.
    Synthetic,
    /// Embedded digits, of width 25.
    Digits,
    /// Embedded MNIST, of width 25: data that are not part of the repository.
    Mnist,
    /// MNIST left out, which ends alike on every machine, whether the data are there or not.
    LeftOut,
}

const MNIST: &str = "mnist-10k";
const HOW: &str = "data set `mnist-10k` is read at size paper only; fetch it with `cargo reproduce data \
    fetch mnist-10k`, then `cargo reproduce run resnet-scaling --size paper`";

/// Training samples of the synthetic data, and test samples drawn after them.
pub(super) const TRAINING: usize = 1024;
pub(super) const TEST: usize = 256;

/// The axes of a study.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Study {
    pub(super) data: DataName,
    width: usize,
    activation: ActivationName,
    scaling: Scaling,
    optimiser: Optimiser,
    step_size: f64,
    /// Beyond this depth L₀ the step size is multiplied by (L₀/L)^½; 0 for the same everywhere.
    full_step_depth: usize,
    tolerance: f64,
    max_epochs: u32,
    shuffle: Shuffle,
    initialisation: Initialisation,
    initial_deviation: f64,
    depth_ratio: f64,
    min_depth: usize,
    max_depth: usize,
    /// T of the split into trend and noise; 0 for none.
    trend_bins: usize,
    pub(super) trend_exponent: f64,
    /// Depths up to this one enter `beta-judged`.
    pub(super) judged_depth: usize,
}

/// What the split needs of one converged network.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Source {
    depth: usize,
    sums: Vec<f64>,
    scales: Vec<f64>,
    loss: f64,
    own_ratio: f64,
}

/// Finished depths, sources of the trend, and the training in progress.
type Saved = (Vec<Row>, Vec<Source>, Option<train::State>);

impl Study {
    /// Refuses what the engine has no kernel for.
    ///
    /// # Errors
    /// The axis at fault.
    pub fn validate(&self) -> Result<(), AxisError> {
        let widths: &[usize] = match self.data {
            DataName::Synthetic => &[10, 20, 50],
            _ => &[25],
        };
        if !widths.contains(&self.width) {
            let allowed: Vec<String> = widths.iter().map(ToString::to_string).collect();
            let message = format!(
                "there is no kernel of this width; allowed: {}",
                allowed.join(", ")
            );
            return Err(AxisError::invalid("width", message));
        }
        if self.activation == ActivationName::Nsp {
            return Err(AxisError::invalid(
                "activation",
                "nsp is not trained; allowed: tanh, relu",
            ));
        }
        if self.depth_ratio.is_nan() || self.depth_ratio <= 1.0 {
            return Err(AxisError::invalid("depth-ratio", "must be more than 1"));
        }
        if self.min_depth < 2 || self.min_depth > self.max_depth {
            return Err(AxisError::invalid(
                "min-depth",
                "must lie from 2 to max-depth",
            ));
        }
        if self.max_epochs == 0 {
            return Err(AxisError::invalid("max-epochs", "must be at least 1"));
        }
        Ok(())
    }

    /// The data sets that this cell reads.
    pub fn datasets(&self) -> Vec<&'static str> {
        match self.data {
            DataName::Synthetic | DataName::LeftOut => Vec::new(),
            DataName::Digits => vec!["digits"],
            DataName::Mnist => vec![MNIST],
        }
    }

    /// Trains and measures all depths.
    ///
    /// # Errors
    /// Bugs and interruptions.
    pub fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        match self.activation {
            ActivationName::Relu => self.run_activation::<Relu>(context, recorder),
            _ => self.run_activation::<Tanh>(context, recorder),
        }
    }

    fn run_activation<A: Activation>(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let samples = match self.data {
            DataName::Synthetic => return self.run_widths::<A>(context, recorder),
            DataName::LeftOut => {
                let reason = HOW.to_owned();
                return Ok(Outcome::Skipped { reason });
            }
            DataName::Digits => {
                data::digits(context.dataset("digits")?, &mut context.stream("data")?)?
            }
            DataName::Mnist => data::mnist(context.dataset(MNIST)?, &mut context.stream("data")?)?,
        };
        self.run_samples::<A, 25, 28>(&samples, None, context, recorder)
    }

    fn run_widths<A: Activation>(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        match self.width {
            20 => self.run_synthetic::<A, 20, 20>(context, recorder),
            50 => self.run_synthetic::<A, 50, 52>(context, recorder),
            _ => self.run_synthetic::<A, 10, 12>(context, recorder),
        }
    }

    fn run_synthetic<A: Activation, const D: usize, const P: usize>(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut samples = Samples::<D>::synthetic(TRAINING + TEST, &mut context.stream("data")?);
        let test = samples.split_off(TRAINING);
        self.run_samples::<A, D, P>(&samples, Some(&test), context, recorder)
    }

    fn split(&self) -> Split {
        Split {
            bins: self.trend_bins,
            exponent: self.trend_exponent,
            folded: self.activation == ActivationName::Relu,
        }
    }

    fn plan(&self, depth: usize) -> Plan {
        let shrink = if self.full_step_depth > 0 && depth > self.full_step_depth {
            (self.full_step_depth as f64 / depth as f64).sqrt()
        } else {
            1.0
        };
        Plan {
            optimiser: self.optimiser,
            step_size: self.step_size * shrink,
            tolerance: self.tolerance,
            max_epochs: self.max_epochs,
            shuffle: self.shuffle,
        }
    }

    fn run_samples<A: Activation, const D: usize, const P: usize>(
        &self,
        samples: &Samples<D>,
        test: Option<&Samples<D>>,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let depths = schedule::depths(self.depth_ratio, self.min_depth, self.max_depth);
        let saved: Option<Saved> = context.resume(recorder);
        let (mut rows, mut sources, mut training) = saved.unwrap_or_default();
        for depth in &depths[rows.len().min(depths.len())..] {
            let depth = *depth;
            let mut workspace = Workspace::<f64, D, P>::new(depth);
            let shape = (D, depth);
            let mut init = context.substream("init", &format!("depth={depth}"))?;
            let network = Network::draw(
                shape,
                self.scaling,
                self.initialisation,
                self.initial_deviation,
                &mut init,
            );
            let stream =
                |epoch: u32| context.substream("order", &format!("depth={depth} epoch={epoch}"));
            let between = |state: &dyn Fn() -> train::State| {
                recorder.check_stop()?;
                if context.snapshots.due() {
                    context.snapshot(recorder, &(&rows, &sources, Some(state())))?;
                }
                Ok::<(), CellError>(())
            };
            let plan = self.plan(depth);
            let resumed = training.take();
            let trained = train::train::<A, _, D, P>(
                &mut workspace,
                network,
                samples,
                &plan,
                resumed,
                stream,
                between,
            )?;
            let tested = match test {
                Some(test) => train::full_loss::<A, D, P>(&mut workspace, &trained.network, test),
                None => train::accuracy::<A, D, P>(&mut workspace, &trained.network, samples),
            };
            rows.push(Row::of(&trained, tested));
            if trained.converged && self.trend_bins > 0 && depth > self.trend_bins {
                sources.push(self.source::<A, D, P>(&mut workspace, &trained.network, samples));
            }
            recorder.check_stop()?;
            if context.snapshots.due() {
                context.snapshot(recorder, &(&rows, &sources, None::<train::State>))?;
            }
        }
        self.record_exponents(&rows, recorder)?;
        if self.trend_bins > 0 {
            self.record_trend::<A, D, P>(samples, &sources, recorder)?;
        }
        Ok(Outcome::Done)
    }

    fn source<A: Activation, const D: usize, const P: usize>(
        &self,
        workspace: &mut Workspace<f64, D, P>,
        network: &Network<f64>,
        samples: &Samples<D>,
    ) -> Source {
        let split = self.split();
        let sums = split.sums(network);
        let loss = train::full_loss::<A, D, P>(workspace, network, samples);
        let own = split.network(&sums, (D, network.depth), &network.scales);
        Source {
            depth: network.depth,
            own_ratio: train::full_loss::<A, D, P>(workspace, &own, samples) / loss,
            sums,
            scales: network.scales.clone(),
            loss,
        }
    }

    /// The trend is the mean over the eighth- to fifth-deepest of the converged networks with
    /// more layers than bins; not a number where there are fewer than eight.
    fn record_trend<A: Activation, const D: usize, const P: usize>(
        &self,
        samples: &Samples<D>,
        sources: &[Source],
        recorder: &mut Recorder<'_>,
    ) -> Result<(), CellError> {
        let split = self.split();
        let reference = sources.len().checked_sub(8).map(|from| {
            let sums: Vec<&[f64]> = sources[from..from + 4].iter().map(|s| &*s.sums).collect();
            trend::mean(&sums)
        });
        let mut workspace = Workspace::<f64, D, P>::new(0);
        let (mut ratios, mut own_ratios) = (Vec::new(), Vec::new());
        for source in sources {
            let shape = (D, source.depth);
            let loss = reference.as_ref().map_or(f64::NAN, |sums| {
                let network = split.network(sums, shape, &source.scales);
                train::full_loss::<A, D, P>(&mut workspace, &network, samples)
            });
            ratios.push(loss / source.loss);
            own_ratios.push(source.own_ratio);
            let values = [
                ("trained-loss", source.loss),
                ("trend-loss", loss),
                ("trend-ratio", loss / source.loss),
                ("own-trend-ratio", source.own_ratio),
            ];
            recorder.at(source.depth as u64, &values.map(plain))?;
        }
        if sources.is_empty() {
            let none = [
                "trained-loss",
                "trend-loss",
                "trend-ratio",
                "own-trend-ratio",
            ];
            recorder.at(self.max_depth as u64, &none.map(|name| (name, f64::NAN)))?;
        }
        let medians = [
            ("median-trend-ratio", median(ratios)),
            ("median-own-trend-ratio", median(own_ratios)),
        ];
        recorder.scalars(&medians.map(plain))
    }
}

/// The middle value, or the mean of the two middle ones; not a number for none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

/// An experiment of the manifest that is a study.
macro_rules! studies {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Study);

        impl harness_core::Experiment for $name {
            const NAME: &'static str = $text;

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
    )*};
}

studies! {
    /// tanh with a shared δ.
    TanhStudy = "tanh";
    /// `relu` with a δ for each layer.
    ReluStudy = "relu";
    /// δ ≡ 1.
    UnscaledStudy = "unscaled";
    /// Other optimisers and step sizes.
    OptimiserStudy = "optimisers";
    /// Other shuffles, kinds of δ and step rules.
    VariantStudy = "variants";
    /// Embedded digits.
    DigitsStudy = "digits";
    /// Embedded MNIST.
    MnistStudy = "mnist";
    /// Depths beyond those of the paper.
    DeepStudy = "deep";
}
