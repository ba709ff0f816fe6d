//! E8: without Chebyshev gossip. And of E7: decentralised descent with a constant step.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive, outcome};
use crate::descent::StepSizes;
use crate::graph::Network;
use crate::measure::Gauge;
use crate::primal_dual::DualStep;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    /// T = M = N with Chebyshev gossip.
    Mspd,
    /// T = N/√γ, M = N√γ without.
    Balanced,
    /// T = M = N without.
    SingleStep,
}

/// N² subgradients with and without Chebyshev gossip, on random medians in four dimensions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Acceleration {
    graph: Network,
    nodes: usize,
    iterations: u32,
    method: Method,
}

impl Experiment for Acceleration {
    const NAME: &'static str = "acceleration";

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
        let problem = setting.median(&self.graph, 4, context)?;
        let n = f64::from(self.iterations);
        let root = setting.spectrum.gap().sqrt();
        let (gossiping, outer, inner) = match self.method {
            Method::Mspd => (Gossiping::Chebyshev, n, n),
            Method::SingleStep => (Gossiping::Plain, n, n),
            Method::Balanced => {
                let outer = libm::round(n / root);
                (Gossiping::Plain, outer, libm::round(n * root).max(1.0))
            }
        };
        let (mut method, _) =
            setting.primal_dual(&problem, gossiping, inner as u32, 1.0, DualStep::Safe);
        for _ in 0..outer as u64 {
            method.step(&problem);
        }
        let errors = Gauge::new(4).errors(&problem, &method.sum, 1.0 / outer);
        recorder.scalars(&[
            ("error", errors.mean),
            ("worst-error", errors.worst),
            ("rounds", method.cost.rounds as f64),
            ("subgradients", method.cost.subgradients as f64),
        ])?;
        Ok(outcome(errors.mean, method.iterations))
    }
}

/// Decentralised descent with constant and with decreasing steps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConstantStep {
    graph: Network,
    nodes: usize,
    dimension: usize,
    step_sizes: StepSizes,
    first_step: f64,
    steps: u64,
}

impl Experiment for ConstantStep {
    const NAME: &'static str = "constant-step";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("steps", self.steps)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let problem = setting.median(&self.graph, self.dimension, context)?;
        let mut method = setting.descent(&problem, self.first_step, self.step_sizes, 1.0);
        let mut gauge = Gauge::new(self.dimension);
        let mut last = 0.0;
        for &checkpoint in context.checkpoints {
            while method.iterations < checkpoint {
                method.step(&problem);
            }
            let t = method.iterations;
            let average = gauge.errors(&problem, &method.sum, 1.0 / t as f64).worst;
            last = gauge.errors(&problem, &method.state, 1.0).worst;
            recorder.at(t, &[("average-error", average), ("last-error", last)])?;
        }
        Ok(outcome(last, method.iterations))
    }
}
