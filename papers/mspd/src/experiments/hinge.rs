//! E9: a linear classifier of real data, its rows spread over eight nodes.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive, outcome};
use crate::graph::Network;
use crate::measure::Gauge;
use crate::primal_dual::DualStep;
use crate::problems::{HINGE_RADIUS, Hinge, LocalFunctions, Split};
use crate::theory::{mspd_bound, outer_term};

const DATASET: &str = "breast-cancer";
const NODES: usize = 8;
const ROWS: usize = 568;

/// The problem on a network; a user's own network sets the number of nodes.
fn problem(setting: &Setting, split: Split, context: &Context<'_>) -> Result<Hinge, CellError> {
    Ok(Hinge::new(
        context.dataset(DATASET)?,
        setting.graph.nodes(),
        split,
    ))
}

/// Refuses networks over which the rows cannot be spread evenly: f* is that of 568 rows.
fn check_rows(graph: &Network) -> Result<(), AxisError> {
    check_network(graph, NODES)?;
    if let Network::File(_) = graph
        && let Ok(nodes) = graph.build_fixed(NODES).map(|graph| graph.nodes())
        && !ROWS.is_multiple_of(nodes)
    {
        let message = format!("{ROWS} rows cannot be spread evenly over {nodes} nodes");
        return Err(AxisError::invalid("graph", message));
    }
    Ok(())
}

/// How N² subgradients are spread over outer and inner iterations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Schedule {
    /// T = M = N.
    Balanced,
    /// T = 1, M = N².
    OneOuter,
}

/// Error, bound and certificate at every outer iteration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HingeLoss {
    graph: Network,
    split: Split,
    iterations: u32,
    schedule: Schedule,
    /// R as the method and its bounds are told; the problem's is 5.
    assumed_radius: f64,
}

impl Experiment for HingeLoss {
    const NAME: &'static str = "hinge-loss";

    fn validate(&self) -> Result<(), AxisError> {
        check_rows(&self.graph)?;
        check_positive("iterations", self.iterations.into())
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec![DATASET]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, NODES, context)?;
        let problem = problem(&setting, self.split, context)?;
        let radius = self.assumed_radius;
        let (outer, inner) = match self.schedule {
            Schedule::Balanced => (u64::from(self.iterations), self.iterations),
            Schedule::OneOuter => (1, self.iterations * self.iterations),
        };
        let (method, steps) = setting.primal_dual(
            &problem,
            Gossiping::Chebyshev,
            inner,
            radius,
            DualStep::Safe,
        );
        let mut method = method.certified();
        let lipschitz = problem.local_lipschitz();
        let mut gauge = Gauge::new(problem.dimension());
        let mut last = 0.0;
        for &checkpoint in context.checkpoints.iter().filter(|step| **step <= outer) {
            while method.iterations < checkpoint {
                method.step(&problem);
            }
            let t = method.iterations;
            let errors = gauge.errors(&problem, &method.sum, 1.0 / t as f64);
            let certificate =
                outer_term(radius, lipschitz, steps.root_gap, t) + method.mean_defect();
            recorder.at(
                t,
                &[
                    ("error", errors.mean),
                    ("worst-error", errors.worst),
                    (
                        "bound",
                        mspd_bound(radius, lipschitz, steps.root_gap, t, inner.into()),
                    ),
                    ("certificate", certificate),
                ],
            )?;
            last = errors.worst;
        }
        Ok(outcome(last, method.iterations))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    Mspd,
    Dgd,
}

/// MSPD with its theoretical constants and tuned descent after the same number of subgradients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HingeRivals {
    graph: Network,
    split: Split,
    iterations: u32,
    method: Method,
}

impl Experiment for HingeRivals {
    const NAME: &'static str = "hinge-rivals";

    fn validate(&self) -> Result<(), AxisError> {
        check_rows(&self.graph)?;
        check_positive("iterations", self.iterations.into())
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec![DATASET]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, NODES, context)?;
        let problem = problem(&setting, self.split, context)?;
        let n = self.iterations;
        let (worst, mean) = match self.method {
            Method::Mspd => {
                let (mut method, _) = setting.primal_dual(
                    &problem,
                    Gossiping::Chebyshev,
                    n,
                    HINGE_RADIUS,
                    DualStep::Safe,
                );
                for _ in 0..n {
                    method.step(&problem);
                }
                let factor = 1.0 / f64::from(n);
                let errors = Gauge::new(problem.dimension()).errors(&problem, &method.sum, factor);
                (errors.worst, errors.mean)
            }
            Method::Dgd => {
                let steps = u64::from(n) * u64::from(n);
                let tuned = setting.tuned_descent(&problem, steps, HINGE_RADIUS);
                (tuned.worst, tuned.mean)
            }
        };
        recorder.scalars(&[("worst-error", worst), ("error", mean)])?;
        Ok(outcome(worst, n.into()))
    }
}
