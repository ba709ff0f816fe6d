//! One architecture and optimiser at many depths: exponents, increments, trend and noise.
//!
//! A cell is a whole study, so that exponents, their fitted lines and the trend that several depths
//! share come from one replicate. The step of its curves is the depth. Every network draws from
//! streams named by its depth, so that adding a depth changes no other.

use harness_core::{AxisError, CellError, Context, Outcome, Recorder};
use serde::{Deserialize, Serialize};

use crate::activation::{Activation, ActivationName, Relu, Tanh};
use crate::data::{self, Samples};
use crate::statistics::{Hypothesis, PowerLaw, TensorStatistics};
use crate::training::schedule::{self, Shuffle};
use crate::training::train::{self, Optimiser, Plan, Trained};
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
    data: DataName,
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
    trend_exponent: f64,
    /// Depths up to this one enter `beta-judged`.
    judged_depth: usize,
}

/// What is kept of one trained network.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    depth: usize,
    scale: f64,
    max_norm: f64,
    cumulative_norm: f64,
    max_increment: f64,
    root_sum_of_squares: f64,
    quadratic_variation: f64,
    bias_norm: f64,
    mean_loss: f64,
    test: f64,
    epochs: u32,
    converged: bool,
    diverged: bool,
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
            rows.push(row(&trained, tested));
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

    fn record_exponents(&self, rows: &[Row], recorder: &mut Recorder<'_>) -> Result<(), CellError> {
        let law = |most: usize, of: &dyn Fn(&Row) -> f64| {
            let rows = rows.iter().filter(|row| row.converged && row.depth <= most);
            let points: Vec<(f64, f64)> = rows.map(|row| (row.depth as f64, of(row))).collect();
            PowerLaw::fit(&points)
        };
        let all = usize::MAX;
        let scale = law(all, &|row| row.scale);
        let norm = law(all, &|row| row.max_norm);
        let increment = law(all, &|row| row.max_increment / row.max_norm);
        let cumulative = law(all, &|row| row.cumulative_norm);
        let squares = law(all, &|row| row.root_sum_of_squares);
        let variation = law(all, &|row| row.quadratic_variation);
        for row in rows {
            let depth = row.depth as f64;
            let scaled = libm::pow(depth, self.trend_exponent) * row.max_increment;
            let values = [
                ("scale", row.scale),
                ("scale-fit", scale.at(depth)),
                ("max-norm", row.max_norm),
                ("max-norm-fit", norm.at(depth)),
                ("bias-norm", row.bias_norm),
                ("increment-ratio", row.max_increment / row.max_norm),
                ("increment-ratio-fit", increment.at(depth)),
                ("scaled-increment", scaled),
                ("cumulative-norm", row.cumulative_norm),
                ("cumulative-norm-fit", cumulative.at(depth)),
                ("root-sum-of-squares", row.root_sum_of_squares),
                ("root-sum-of-squares-fit", squares.at(depth)),
                ("quadratic-variation", row.quadratic_variation),
                ("sobolev-norm", (depth * row.quadratic_variation).sqrt()),
                ("training-loss", row.mean_loss),
                ("epochs", f64::from(row.epochs)),
                ("converged", f64::from(u8::from(row.converged))),
            ];
            recorder.at(row.depth as u64, &values.map(plain))?;
            let tested = match self.data {
                DataName::Synthetic => "test-loss",
                _ => "accuracy",
            };
            recorder.at(row.depth as u64, &[plain((tested, row.test))])?;
        }
        let (alpha, beta) = (-scale.slope, -norm.slope);
        let cumulative_excess = cumulative.slope - (1.0 - beta);
        let squares_excess = squares.slope - (0.5 - beta);
        let hypothesis =
            Hypothesis::decide(increment, cumulative_excess, squares.slope, squares_excess);
        let count = |of: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| of(row)).count() as f64;
        let scalars = [
            ("alpha", alpha),
            ("alpha-error", scale.slope_error),
            ("beta", beta),
            ("beta-error", norm.slope_error),
            ("alpha-plus-beta", alpha + beta),
            ("alpha-below-one", (1.0 - alpha) / scale.slope_error),
            ("beta-above-zero", beta / norm.slope_error),
            ("increment-slope", increment.slope),
            ("increment-slope-error", increment.slope_error),
            ("cumulative-excess", cumulative_excess),
            ("squares-slope", squares.slope),
            ("squares-excess", squares_excess),
            ("variation-slope", variation.slope),
            ("bias-beta", -law(all, &|row| row.bias_norm).slope),
            (
                "beta-judged",
                -law(self.judged_depth, &|row| row.max_norm).slope,
            ),
            ("beta-to-520", -law(520, &|row| row.max_norm).slope),
            ("beta-to-1000", -law(1000, &|row| row.max_norm).slope),
            (
                "squares-slope-to-645",
                law(645, &|row| row.root_sum_of_squares).slope,
            ),
            ("hypothesis", hypothesis.number()),
            ("converged-depths", count(&|row| row.converged)),
            ("diverged-depths", count(&|row| row.diverged)),
        ];
        recorder.scalars(&scalars.map(plain))
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

fn row(trained: &Trained, test: f64) -> Row {
    let network = &trained.network;
    let tensor = network.measured();
    let (block, matrix) = (network.block(), network.width * network.width);
    let weights = TensorStatistics::of(&tensor, block, 0, matrix);
    Row {
        depth: network.depth,
        scale: network.mean_scale(),
        max_norm: weights.max_norm,
        cumulative_norm: weights.cumulative_norm,
        max_increment: weights.max_increment,
        root_sum_of_squares: weights.root_sum_of_squares,
        quadratic_variation: weights.quadratic_variation,
        bias_norm: TensorStatistics::of(&tensor, block, matrix, block).max_norm,
        mean_loss: trained.mean_loss,
        test,
        epochs: trained.epochs,
        converged: trained.converged,
        diverged: trained.diverged.is_some(),
    }
}

/// Makes what is not a number one and the same: its sign and payload are the processor's choice.
fn plain((name, value): (&str, f64)) -> (&str, f64) {
    (name, if value.is_nan() { f64::NAN } else { value })
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
