//! E1: how close MSPD comes to the floor of local computation.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive};
use crate::graph::Network;
use crate::measure::Gauge;
use crate::primal_dual::DualStep;
use crate::problems::{LocalFunctions, MaxCoordinate, Maximiser};
use crate::theory::{mspd_bound, outer_term};

/// MSPD with T = M = N on the worst case in D = N² + 1 coordinates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Floor {
    graph: Network,
    nodes: usize,
    iterations: u32,
    answer: Maximiser,
}

impl Experiment for Floor {
    const NAME: &'static str = "computation-floor";

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
        let n = self.iterations;
        let dimension = (n * n + 1) as usize;
        let nodes = setting.graph.nodes();
        let problem = MaxCoordinate::new(nodes, dimension, 1.0, self.answer);
        let (method, steps) =
            setting.primal_dual(&problem, Gossiping::Chebyshev, n, 1.0, DualStep::Safe);
        let mut method = method.certified();
        for _ in 0..n {
            method.step(&problem);
            recorder.check_stop()?;
        }
        let mut gauge = Gauge::new(dimension);
        let count = u64::from(n);
        recorder.scalars(&[
            (
                "error",
                gauge.mean(&problem, &method.sum, 1.0 / f64::from(n)),
            ),
            ("floor", problem.floor()),
            ("bound", mspd_bound(1.0, 1.0, steps.root_gap, count, count)),
            (
                "certificate",
                outer_term(1.0, 1.0, steps.root_gap, count) + method.mean_defect(),
            ),
        ])?;
        Ok(Outcome::Done)
    }
}

/// The least N = T = M for which MSPD reaches half the floor in a given dimension.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Order {
    graph: Network,
    nodes: usize,
    dimension: usize,
    answer: Maximiser,
}

impl Experiment for Order {
    const NAME: &'static str = "computation-order";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("dimension", self.dimension as u64)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let nodes = setting.graph.nodes();
        let problem = MaxCoordinate::new(nodes, self.dimension, 1.0, self.answer);
        let mut gauge = Gauge::new(self.dimension);
        let mut n = 0_u32;
        let root = (self.dimension as f64).sqrt();
        let mut limit = f64::INFINITY;
        // Theorem 4 ends the search at the limit; twice that is enough to see it fail.
        while f64::from(n) <= 2.0 * limit {
            n += 1;
            let (mut method, steps) =
                setting.primal_dual(&problem, Gossiping::Chebyshev, n, 1.0, DualStep::Safe);
            limit = (4.0 * root / steps.root_gap).ceil();
            for _ in 0..n {
                method.step(&problem);
            }
            recorder.check_stop()?;
            if gauge.mean(&problem, &method.sum, 1.0 / f64::from(n)) <= 0.5 * problem.floor() {
                break;
            }
        }
        let count = f64::from(n);
        recorder.scalars(&[
            ("iterations", count),
            ("limit", limit),
            (
                "subgradients-per-dimension",
                count * count / problem.dimension() as f64,
            ),
        ])?;
        Ok(Outcome::Done)
    }
}
