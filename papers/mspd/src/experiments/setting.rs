//! What the experiments share: networks, instances, and how methods are set up and tuned.

use harness_core::{AxisError, CellError, Context, Outcome};

use crate::descent::{DecentralisedDescent, StepSizes};
use crate::gossip::Gossip;
use crate::graph::{Graph, GraphError, Network};
use crate::measure::Gauge;
use crate::primal_dual::{DualStep, PrimalDual, Steps};
use crate::problems::{LocalFunctions, Median};
use crate::spectrum::Spectrum;

/// Whether gossip is accelerated: the value of the axis `gossip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Gossiping {
    /// `P_K(W)`, K rounds for a product: MSPD.
    Chebyshev,
    /// W, one round for a product: the single-step variant.
    Plain,
}

/// A graph with its spectrum.
pub(super) struct Setting {
    pub(super) graph: Graph,
    pub(super) spectrum: Spectrum,
}

impl Setting {
    /// The network of a cell. Random ones are drawn from the stream `graph`.
    pub(super) fn new(
        network: &Network,
        nodes: usize,
        context: &Context<'_>,
    ) -> Result<Self, CellError> {
        let graph = if network.is_random() {
            let mut random = context.substream("graph", &network.to_string())?;
            network.build(nodes, &mut random)
        } else {
            network.build_fixed(nodes)
        };
        Self::of(graph)
    }

    /// A network without randomness.
    pub(super) fn fixed(network: &Network, nodes: usize) -> Result<Self, CellError> {
        Self::of(network.build_fixed(nodes))
    }

    fn of(graph: Result<Graph, GraphError>) -> Result<Self, CellError> {
        let bug = |error: &dyn std::error::Error| CellError::Bug(error.to_string());
        let graph = graph.map_err(|error| bug(&error))?;
        let spectrum = Spectrum::of(&graph).map_err(|error| bug(&error))?;
        Ok(Self { graph, spectrum })
    }

    /// A random median problem whose heavy half is at one end of the bottleneck: by index where
    /// the first half is a valid cut, else by the Fiedler vector.
    pub(super) fn median(
        &self,
        network: &Network,
        dimension: usize,
        context: &Context<'_>,
    ) -> Result<Median, CellError> {
        let nodes = self.graph.nodes();
        let mut order: Vec<usize> = (0..nodes).collect();
        if network.is_random() || matches!(network, Network::File(_)) {
            let entries = &self.spectrum.fiedler;
            order.sort_by(|a, b| entries[*a].total_cmp(&entries[*b]));
        }
        let mut heavy = vec![false; nodes];
        for &node in &order[..nodes / 2] {
            heavy[node] = true;
        }
        Ok(Median::random(
            &heavy,
            dimension,
            &mut context.stream("instance")?,
        ))
    }

    /// A primal–dual method on B(R), told that θ* lies there.
    pub(super) fn primal_dual(
        &self,
        problem: &impl LocalFunctions,
        gossiping: Gossiping,
        inner: u32,
        radius: f64,
        dual: DualStep,
    ) -> (PrimalDual, Steps) {
        let lipschitz = problem.local_lipschitz();
        let (graph, spectrum) = (&self.graph, &self.spectrum);
        let (gossip, steps) = match gossiping {
            Gossiping::Chebyshev => {
                let gossip = Gossip::chebyshev(graph, spectrum);
                let steps = Steps::chebyshev(&gossip, radius, lipschitz, dual);
                (gossip, steps)
            }
            Gossiping::Plain => {
                let gossip = Gossip::laplacian(graph, spectrum);
                let (gap, largest) = (spectrum.gap(), spectrum.largest);
                let steps = Steps::plain(&gossip, radius, lipschitz, gap, largest);
                (gossip, steps)
            }
        };
        let dimension = problem.dimension();
        (
            PrimalDual::new(gossip, steps, dimension, inner, radius, true),
            steps,
        )
    }

    /// Decentralised descent with `α_0` = `a₀R/L_ℓ`.
    pub(super) fn descent(
        &self,
        problem: &impl LocalFunctions,
        first_step: f64,
        step_sizes: StepSizes,
        radius: f64,
    ) -> DecentralisedDescent {
        let gossip = Gossip::averaging(&self.graph, &self.spectrum);
        let scaled = first_step * radius / problem.local_lipschitz();
        DecentralisedDescent::new(gossip, problem.dimension(), scaled, step_sizes, radius)
    }

    /// Decentralised descent after some steps, with the first step size of the grid that is best
    /// for it, and the better of running average and last iterate at the worst node.
    pub(super) fn tuned_descent(
        &self,
        problem: &impl LocalFunctions,
        steps: u64,
        radius: f64,
    ) -> Tuned {
        let mut gauge = Gauge::new(problem.dimension());
        let mut best = Tuned {
            worst: f64::INFINITY,
            mean: f64::INFINITY,
        };
        for first_step in [0.01, 0.03, 0.1, 0.3, 1.0, 3.0] {
            let mut method = self.descent(problem, first_step, StepSizes::Decreasing, radius);
            for _ in 0..steps {
                method.step(problem);
            }
            let average = gauge.errors(problem, &method.sum, 1.0 / steps as f64);
            let last = gauge.errors(problem, &method.state, 1.0);
            let worst = average.worst.min(last.worst);
            if worst < best.worst {
                best = Tuned {
                    worst,
                    mean: average.mean.min(last.mean),
                };
            }
        }
        best
    }
}

/// The result of tuning.
pub(super) struct Tuned {
    pub(super) worst: f64,
    pub(super) mean: f64,
}

/// Refuses networks that cannot be, before anything is run.
pub(super) fn check_network(network: &Network, nodes: usize) -> Result<(), AxisError> {
    let axis = |error: &GraphError| match error {
        GraphError::Nodes { .. } => "nodes",
        _ => "graph",
    };
    let checked = network.check(nodes);
    checked.map_err(|error| AxisError::invalid(axis(&error), error.to_string()))
}

/// Refuses a count of zero.
pub(super) fn check_positive(axis: &str, count: u64) -> Result<(), AxisError> {
    if count == 0 {
        return Err(AxisError::invalid(axis, "must be at least 1"));
    }
    Ok(())
}

/// Done, unless the error has left the numbers.
pub(super) fn outcome(error: f64, step: u64) -> Outcome {
    if error.is_finite() {
        Outcome::Done
    } else {
        Outcome::Diverged { step }
    }
}
