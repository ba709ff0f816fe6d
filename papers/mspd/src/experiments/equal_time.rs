//! E4: MSPD against tuned decentralised descent in the same simulated time.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive, outcome};
use crate::graph::Network;
use crate::measure::Gauge;
use crate::primal_dual::DualStep;
use crate::theory::affordable_iterations;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    /// T = M = N, as large as the time allows.
    Mspd,
    /// The same without Chebyshev gossip.
    SingleStep,
    /// Decentralised descent, its first step size tuned for the result.
    Dgd,
}

/// All methods get the time of `descent-steps` steps of decentralised descent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct EqualTime {
    graph: Network,
    nodes: usize,
    dimension: usize,
    delay: f64,
    descent_steps: u64,
    method: Method,
}

impl Experiment for EqualTime {
    const NAME: &'static str = "equal-time";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        check_positive("descent-steps", self.descent_steps)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let problem = setting.median(&self.graph, self.dimension, context)?;
        let gossiping = match self.method {
            Method::Mspd => Gossiping::Chebyshev,
            Method::SingleStep => Gossiping::Plain,
            Method::Dgd => {
                let tuned = setting.tuned_descent(&problem, self.descent_steps, 1.0);
                let steps = self.descent_steps as f64;
                recorder.scalars(&[
                    ("worst-error", tuned.worst),
                    ("error", tuned.mean),
                    ("subgradients", steps),
                    ("rounds", steps),
                ])?;
                return Ok(outcome(tuned.worst, self.descent_steps));
            }
        };
        let rounds = match gossiping {
            Gossiping::Chebyshev => crate::gossip::Chebyshev::of(&setting.spectrum).rounds,
            Gossiping::Plain => 1,
        };
        let budget = self.descent_steps as f64 * (1.0 + self.delay);
        let n = affordable_iterations(budget, rounds, self.delay).max(1);
        let (mut method, _) =
            setting.primal_dual(&problem, gossiping, n as u32, 1.0, DualStep::Safe);
        for _ in 0..n {
            method.step(&problem);
        }
        let mut gauge = Gauge::new(self.dimension);
        let errors = gauge.errors(&problem, &method.sum, 1.0 / n as f64);
        recorder.scalars(&[
            ("worst-error", errors.worst),
            ("error", errors.mean),
            ("subgradients", method.cost.subgradients as f64),
            ("rounds", method.cost.rounds as f64),
        ])?;
        Ok(outcome(errors.worst, n))
    }
}
