//! One trained network layer by layer. The step of the curves is the number of the layer.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::study::{TEST, TRAINING};
use crate::activation::{Activation, ActivationName, Relu, Tanh};
use crate::data::Samples;
use crate::training::schedule::Shuffle;
use crate::training::train::{self, Optimiser, Plan};
use crate::training::{Initialisation, Network, Scaling, Workspace};

const WIDTH: usize = 10;

/// One architecture at one depth, trained as in its study: the same streams, so the same network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Path {
    activation: ActivationName,
    scaling: Scaling,
    step_size: f64,
    tolerance: f64,
    max_epochs: u32,
    initial_deviation: f64,
    exponent: f64,
    row: usize,
    column: usize,
    depth: usize,
}

impl Experiment for Path {
    const NAME: &'static str = "layers";

    fn validate(&self) -> Result<(), AxisError> {
        if self.activation == ActivationName::Nsp {
            return Err(AxisError::invalid(
                "activation",
                "nsp is not trained; allowed: tanh, relu",
            ));
        }
        for (axis, value) in [("row", self.row), ("column", self.column)] {
            if value >= WIDTH {
                return Err(AxisError::invalid(
                    axis,
                    format!("must be less than {WIDTH}"),
                ));
            }
        }
        if self.max_epochs == 0 {
            return Err(AxisError::invalid("max-epochs", "must be at least 1"));
        }
        Ok(())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let network = match self.activation {
            ActivationName::Relu => self.trained::<Relu>(context, recorder)?,
            _ => self.trained::<Tanh>(context, recorder)?,
        };
        let block = network.block();
        let tensor = network.measured();
        let entry = |layer: usize| tensor[layer * block + self.row * WIDTH + self.column];
        let factor = libm::pow(self.depth as f64, self.exponent);
        let (mut sum, mut variation) = (0.0, 0.0);
        let mut checkpoints = context.checkpoints.iter().peekable();
        for layer in 0..self.depth {
            sum += entry(layer);
            if layer > 0 {
                let change = entry(layer) - entry(layer - 1);
                variation += change * change;
            }
            let step = layer as u64 + 1;
            if checkpoints.next_if_eq(&&step).is_some() {
                let values = [
                    ("scale", network.scale(layer)),
                    ("entry", entry(layer)),
                    ("scaled-sum", factor / self.depth as f64 * sum),
                    ("quadratic-variation", variation),
                ];
                recorder.at(step, &values)?;
            }
        }
        Ok(Outcome::Done)
    }
}

impl Path {
    fn trained<A: Activation>(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Network<f64>, CellError> {
        let mut rng = context.stream("data")?;
        let mut samples = Samples::<WIDTH>::synthetic(TRAINING + TEST, &mut rng);
        samples.truncate(TRAINING);
        let depth = self.depth;
        let mut init = context.substream("init", &format!("depth={depth}"))?;
        let network = Network::draw(
            (WIDTH, depth),
            self.scaling,
            Initialisation::XavierDepth,
            self.initial_deviation,
            &mut init,
        );
        let plan = Plan {
            optimiser: Optimiser::Adam,
            step_size: self.step_size,
            tolerance: self.tolerance,
            max_epochs: self.max_epochs,
            shuffle: Shuffle::Samples,
        };
        let resumed = context.resume(recorder);
        let stream =
            |epoch: u32| context.substream("order", &format!("depth={depth} epoch={epoch}"));
        let between = |state: &dyn Fn() -> train::State| {
            recorder.check_stop()?;
            if context.snapshots.due() {
                context.snapshot(recorder, &state())?;
            }
            Ok::<(), CellError>(())
        };
        let mut workspace = Workspace::<f64, WIDTH, 12>::new(depth);
        let trained = train::train::<A, _, WIDTH, 12>(
            &mut workspace,
            network,
            &samples,
            &plan,
            resumed,
            stream,
            between,
        )?;
        Ok(trained.network)
    }
}
