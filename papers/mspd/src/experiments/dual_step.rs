//! E7: the printed dual step, and the choice of M.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive, outcome};
use crate::gossip::Chebyshev;
use crate::graph::Network;
use crate::measure::Gauge;
use crate::primal_dual::DualStep;
use crate::problems::{LocalFunctions, Median};
use crate::theory::mspd_bound;

/// The dual step as printed against the one that the step condition allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PrintedStep {
    graph: Network,
    nodes: usize,
    dimension: usize,
    iterations: u32,
    dual_step: DualStep,
}

impl Experiment for PrintedStep {
    const NAME: &'static str = "printed-step";

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
            setting.primal_dual(&problem, Gossiping::Chebyshev, inner, 1.0, self.dual_step);
        for _ in 0..self.iterations {
            method.step(&problem);
        }
        let mut gauge = Gauge::new(self.dimension);
        let factor = 1.0 / f64::from(self.iterations);
        let error = gauge.mean(&problem, &method.sum, factor);
        let largest = Chebyshev::of(&setting.spectrum).exact_largest(&setting.spectrum);
        recorder.scalars(&[
            ("condition", steps.primal * steps.dual * largest),
            ("disagreement", gauge.disagreement(&method.theta)),
            ("error", error),
        ])?;
        Ok(outcome(error, self.iterations.into()))
    }
}

/// Error and certificate for M inner steps, on the median without randomness.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct InnerIterations {
    graph: Network,
    nodes: usize,
    inner: u32,
    iterations: u32,
}

impl Experiment for InnerIterations {
    const NAME: &'static str = "inner-iterations";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("inner", self.inner.into())?;
        check_positive("iterations", self.iterations.into())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let problem = Median::fixed(setting.graph.nodes());
        let (method, steps) = setting.primal_dual(
            &problem,
            Gossiping::Chebyshev,
            self.inner,
            1.0,
            DualStep::Safe,
        );
        let mut method = method.certified();
        for _ in 0..self.iterations {
            method.step(&problem);
        }
        let factor = 1.0 / f64::from(self.iterations);
        let errors = Gauge::new(problem.dimension()).errors(&problem, &method.sum, factor);
        let (outer, inner) = (self.iterations.into(), self.inner.into());
        recorder.scalars(&[
            ("error", errors.mean),
            ("worst-error", errors.worst),
            ("defect", method.mean_defect()),
            (
                "bound",
                mspd_bound(1.0, problem.local_lipschitz(), steps.root_gap, outer, inner),
            ),
        ])?;
        Ok(Outcome::Done)
    }
}
