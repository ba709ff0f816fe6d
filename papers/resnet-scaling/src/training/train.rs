//! Training one network to a target loss, in double precision, from any epoch on.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::kernels::BATCH;
use super::network::Network;
use super::optimiser::{Adam, GradientDescent};
use super::schedule::{EarlyStopping, Order, Shuffle};
use super::step::Workspace;
use crate::activation::Activation;
use crate::data::Samples;

/// The optimisers of the study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimiser {
    /// ADAM.
    Adam,
    /// Stochastic gradient descent.
    Sgd,
}

/// How a network is trained.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The optimiser.
    pub optimiser: Optimiser,
    /// Its step size at this depth.
    pub step_size: f64,
    /// Mean loss of an epoch at which training has converged.
    pub tolerance: f64,
    /// Epochs at most.
    pub max_epochs: u32,
    /// Order of samples.
    pub shuffle: Shuffle,
}

/// Everything that the rest of a training depends on, between two epochs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    weights: Vec<f64>,
    scales: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    steps: u64,
    epoch: u32,
    stopping: EarlyStopping,
    order: Order,
}

/// A network after training.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The network.
    pub network: Network<f64>,
    /// Mean of the batch losses of the last epoch, each measured before its step.
    pub mean_loss: f64,
    /// Epochs trained.
    pub epochs: u32,
    /// Whether the mean loss came below the tolerance.
    pub converged: bool,
    /// The step at which the mean loss was found not to be finite.
    pub diverged: Option<u64>,
}

/// Mean squared error over all samples; whole batches only.
pub fn full_loss<A: Activation, const D: usize, const P: usize>(
    workspace: &mut Workspace<f64, D, P>,
    network: &Network<f64>,
    samples: &Samples<D>,
) -> f64 {
    let mut panels = ([[0.0; BATCH]; D], [[0.0; BATCH]; D]);
    let indices: Vec<u32> = (0..samples.len() as u32).collect();
    let batches = indices.chunks_exact(BATCH);
    let count = batches.len() as f64;
    let sum: f64 = batches
        .map(|batch| {
            samples.gather(batch, &mut panels.0, &mut panels.1);
            workspace.loss::<A>(network, &panels.0, &panels.1)
        })
        .sum();
    sum / count
}

/// The share of samples whose largest of the first ten outputs stands where the target's does.
pub fn accuracy<A: Activation, const D: usize, const P: usize>(
    workspace: &mut Workspace<f64, D, P>,
    network: &Network<f64>,
    samples: &Samples<D>,
) -> f64 {
    let mut panels = ([[0.0; BATCH]; D], [[0.0; BATCH]; D]);
    let indices: Vec<u32> = (0..samples.len() as u32).collect();
    let mut right = 0_u32;
    for batch in indices.chunks_exact(BATCH) {
        samples.gather(batch, &mut panels.0, &mut panels.1);
        let output = workspace.output::<A>(network, &panels.0);
        for lane in 0..BATCH {
            let largest = |panel: &[[f64; BATCH]; D]| {
                (1..D.min(10)).fold(0, |best, j| {
                    if panel[j][lane] > panel[best][lane] {
                        j
                    } else {
                        best
                    }
                })
            };
            right += u32::from(largest(&output) == largest(&panels.1));
        }
    }
    f64::from(right) / (samples.len() / BATCH * BATCH) as f64
}

enum Engine {
    Adam(Adam<f64>),
    Sgd(GradientDescent<f64>),
}

/// Trains a network on all samples, batch by batch.
///
/// `stream` gives the random stream of an epoch. `between` is called after each epoch that is not
/// the last; what it is given brings a later call back to this point through `resumed`.
///
/// # Errors
/// Whatever `stream` and `between` return.
pub fn train<A: Activation, E, const D: usize, const P: usize>(
    workspace: &mut Workspace<f64, D, P>,
    mut network: Network<f64>,
    samples: &Samples<D>,
    plan: &Plan,
    resumed: Option<State>,
    stream: impl Fn(u32) -> Result<ChaCha8Rng, E>,
    mut between: impl FnMut(&dyn Fn() -> State) -> Result<(), E>,
) -> Result<Trained, E> {
    let mut order = Order::new(samples.len());
    let mut stopping = EarlyStopping::new();
    let (mut epoch, mut steps) = (0, 0);
    let counts = (network.weights.len(), network.scales.len());
    let mut engine = match plan.optimiser {
        Optimiser::Adam => Engine::Adam(Adam::new(plan.step_size, counts.0, counts.1)),
        Optimiser::Sgd => Engine::Sgd(GradientDescent {
            step_size: plan.step_size,
        }),
    };
    if let Some(state) = resumed {
        (network.weights, network.scales) = (state.weights, state.scales);
        (order, stopping, epoch, steps) = (state.order, state.stopping, state.epoch, state.steps);
        if plan.optimiser == Optimiser::Adam {
            let means = (state.first, state.second);
            engine = Engine::Adam(Adam::resumed(plan.step_size, steps, counts.1, means));
        }
    }
    let (mut x, mut y) = ([[0.0; BATCH]; D], [[0.0; BATCH]; D]);
    loop {
        order.shuffle(plan.shuffle, &mut stream(epoch)?);
        let mut sum = 0.0;
        for number in 0..order.len() {
            samples.gather(order.batch(number), &mut x, &mut y);
            sum += match &mut engine {
                Engine::Adam(adam) => workspace.step::<A, _>(&mut network, (&x, &y), adam),
                Engine::Sgd(sgd) => workspace.step::<A, _>(&mut network, (&x, &y), sgd),
            };
            steps += 1;
        }
        epoch += 1;
        let mean_loss = sum / order.len() as f64;
        let exhausted = stopping.exhausted_by(mean_loss);
        let converged = mean_loss < plan.tolerance;
        let diverged = (!mean_loss.is_finite()).then_some(steps);
        if converged || exhausted || diverged.is_some() || epoch >= plan.max_epochs {
            return Ok(Trained {
                network,
                mean_loss,
                epochs: epoch,
                converged,
                diverged,
            });
        }
        between(&|| {
            let (first, second) = match &engine {
                Engine::Adam(adam) => (adam.first.clone(), adam.second.clone()),
                Engine::Sgd(_) => (Vec::new(), Vec::new()),
            };
            State {
                weights: network.weights.clone(),
                scales: network.scales.clone(),
                first,
                second,
                steps,
                epoch,
                stopping,
                order: order.clone(),
            }
        })?;
    }
}
