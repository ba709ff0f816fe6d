//! E2 and the headline figure: what the network costs MSPD, on random medians.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive, outcome};
use crate::graph::Network;
use crate::measure::Gauge;
use crate::primal_dual::DualStep;
use crate::problems::LocalFunctions;
use crate::theory::{local_lower_bound, mspd_bound, outer_term};

/// Errors and both upper bounds at every outer iteration, T = M = N.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct NetworkOrder {
    graph: Network,
    nodes: usize,
    dimension: usize,
    iterations: u32,
    gossip: Gossiping,
    /// R as the method and its bounds are told; θ* has a length below 1.
    assumed_radius: f64,
}

impl Experiment for NetworkOrder {
    const NAME: &'static str = "network-order";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("iterations", self.iterations.into())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let problem = setting.median(&self.graph, self.dimension, context)?;
        let (inner, radius) = (self.iterations, self.assumed_radius);
        let (method, steps) =
            setting.primal_dual(&problem, self.gossip, inner, radius, DualStep::Safe);
        let mut method = method.certified();
        let lipschitz = problem.local_lipschitz();
        let mut gauge = Gauge::new(self.dimension);
        let mut last = 0.0;
        for &checkpoint in context.checkpoints {
            while method.iterations < checkpoint {
                method.step(&problem);
            }
            let t = method.iterations;
            let errors = gauge.errors(&problem, &method.sum, 1.0 / t as f64);
            let outer = outer_term(radius, lipschitz, steps.root_gap, t);
            recorder.at(
                t,
                &[
                    ("error", errors.mean),
                    ("worst-error", errors.worst),
                    (
                        "bound",
                        mspd_bound(radius, lipschitz, steps.root_gap, t, inner.into()),
                    ),
                    ("certificate", outer + method.mean_defect()),
                ],
            )?;
            last = errors.worst;
        }
        Ok(outcome(last, method.iterations))
    }
}

/// Error against simulated time, for one network and one delay of messages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SimulatedTime {
    graph: Network,
    nodes: usize,
    dimension: usize,
    delay: f64,
    iterations: u32,
}

impl Experiment for SimulatedTime {
    const NAME: &'static str = "simulated-time";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("iterations", self.iterations.into())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let problem = setting.median(&self.graph, self.dimension, context)?;
        let inner = self.iterations;
        let (mut method, steps) =
            setting.primal_dual(&problem, Gossiping::Chebyshev, inner, 1.0, DualStep::Safe);
        let lipschitz = problem.local_lipschitz();
        let gap = setting.spectrum.gap();
        let mut gauge = Gauge::new(self.dimension);
        let mut last = 0.0;
        for &checkpoint in context.checkpoints {
            while method.iterations < checkpoint {
                method.step(&problem);
            }
            let t = method.iterations;
            let errors = gauge.errors(&problem, &method.sum, 1.0 / t as f64);
            let time = method.cost.time(self.delay);
            recorder.at(
                t,
                &[
                    ("error", errors.mean),
                    ("worst-error", errors.worst),
                    ("time", time),
                    ("rounds", method.cost.rounds as f64),
                    ("subgradients", method.cost.subgradients as f64),
                    (
                        "bound",
                        mspd_bound(1.0, lipschitz, steps.root_gap, t, inner.into()),
                    ),
                    (
                        "floor",
                        local_lower_bound(1.0, lipschitz, gap, self.delay, time),
                    ),
                ],
            )?;
            last = errors.worst;
        }
        Ok(outcome(last, method.iterations))
    }
}

/// MSPD on networks as large as the size allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LargeNetworks {
    graph: Network,
    nodes: usize,
    dimension: usize,
    iterations: u32,
}

impl Experiment for LargeNetworks {
    const NAME: &'static str = "large-networks";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("iterations", self.iterations.into())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let problem = setting.median(&self.graph, self.dimension, context)?;
        let inner = self.iterations;
        let (mut method, steps) =
            setting.primal_dual(&problem, Gossiping::Chebyshev, inner, 1.0, DualStep::Safe);
        let lipschitz = problem.local_lipschitz();
        let mut gauge = Gauge::new(self.dimension);
        let mut last = 0.0;
        for &checkpoint in context.checkpoints {
            while method.iterations < checkpoint {
                method.step(&problem);
                recorder.check_stop()?;
            }
            let t = method.iterations;
            let errors = gauge.errors(&problem, &method.sum, 1.0 / t as f64);
            recorder.at(
                t,
                &[
                    ("error", errors.mean),
                    ("worst-error", errors.worst),
                    (
                        "bound",
                        mspd_bound(1.0, lipschitz, steps.root_gap, t, inner.into()),
                    ),
                    ("rounds", method.cost.rounds as f64),
                ],
            )?;
            last = errors.worst;
        }
        recorder.scalar("gap", setting.spectrum.gap())?;
        Ok(outcome(last, method.iterations))
    }
}
