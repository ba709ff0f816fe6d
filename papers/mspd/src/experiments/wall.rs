//! E5: the communication wall of the hard path, before and after it.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::{Deserialize, Deserializer, de};

use super::setting::{Gossiping, Setting, check_positive, outcome};
use crate::descent::StepSizes;
use crate::graph::Network;
use crate::measure::{Gauge, Settling};
use crate::primal_dual::{DualStep, PrimalDual};
use crate::problems::{HardPath, LocalFunctions, SignOfZero};
use crate::theory::{mspd_bound, outer_term};

/// A hard path, written `nodes x k`: `9x4` has 9 nodes and 2 × 4 + 1 coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Instance {
    nodes: usize,
    half_dimension: usize,
}

impl<'de> Deserialize<'de> for Instance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('x');
        let numbers = parts.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        match numbers {
            Some((nodes, half_dimension)) if nodes > 0 && nodes % 3 == 0 && half_dimension > 0 => {
                Ok(Self {
                    nodes,
                    half_dimension,
                })
            }
            _ => Err(de::Error::custom(format!(
                "`{text}` is not NODESxK, such as 9x4, with a multiple of 3 nodes and K ≥ 1"
            ))),
        }
    }
}

impl Instance {
    fn problem(self, sign_of_zero: SignOfZero) -> HardPath {
        HardPath::new(self.nodes / 3, self.half_dimension, 1.0, sign_of_zero)
    }

    /// Another network may be put in the path's place, with as many nodes.
    fn check(self, graph: &Network) -> Result<(), AxisError> {
        let refuse = |message: String| Err(AxisError::invalid("graph", message));
        if !matches!(graph, Network::File(_)) {
            return match graph.check(self.nodes) {
                Ok(()) if graph.is_random() => {
                    refuse("the hard instances have no stream to draw a network from".to_owned())
                }
                Ok(()) => Ok(()),
                Err(error) => refuse(error.to_string()),
            };
        }
        match graph.build_fixed(self.nodes) {
            Err(error) => refuse(error.to_string()),
            Ok(graph) if graph.nodes() != self.nodes => refuse(format!(
                "the network has {} nodes, the instance {}",
                graph.nodes(),
                self.nodes
            )),
            Ok(_) => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    Mspd,
    SingleStep,
    Dgd,
}

/// Before the wall: the lowest error of any node at any step, in units of the floor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BeforeWall {
    instance: Instance,
    method: Method,
    graph: Network,
    sign_of_zero: SignOfZero,
}

impl BeforeWall {
    /// Calls `see` with every averaged and every last state that the method has before the wall.
    fn states(&self, setting: &Setting, problem: &HardPath, mut see: impl FnMut(&[f64], f64)) {
        let wall = problem.wall();
        let gossiping = match self.method {
            Method::Mspd => Gossiping::Chebyshev,
            Method::SingleStep => Gossiping::Plain,
            Method::Dgd => {
                let mut method = setting.descent(problem, 1.0, StepSizes::Decreasing, 1.0);
                while method.cost.rounds < wall {
                    method.step(problem);
                    see(&method.sum, 1.0 / method.iterations as f64);
                    see(&method.state, 1.0);
                }
                return;
            }
        };
        let inner = 2 * self.instance.half_dimension + 2;
        let (mut method, _) =
            setting.primal_dual(problem, gossiping, inner as u32, 1.0, DualStep::Safe);
        let rounds = match gossiping {
            Gossiping::Chebyshev => crate::gossip::Chebyshev::of(&setting.spectrum).rounds,
            Gossiping::Plain => 1,
        };
        while method.cost.rounds + u64::from(rounds) <= wall {
            method.step(problem);
            see(&method.sum, 1.0 / method.iterations as f64);
            see(&method.theta, 1.0);
        }
    }
}

impl Experiment for BeforeWall {
    const NAME: &'static str = "before-wall";

    fn validate(&self) -> Result<(), AxisError> {
        self.instance.check(&self.graph)
    }

    fn run(&self, _: &Context<'_>, recorder: &mut Recorder<'_>) -> Result<Outcome, CellError> {
        let setting = Setting::fixed(&self.graph, self.instance.nodes)?;
        let problem = self.instance.problem(self.sign_of_zero);
        let mut gauge = Gauge::new(problem.dimension());
        let mut lowest = f64::INFINITY;
        self.states(&setting, &problem, |state, factor| {
            lowest = lowest.min(gauge.errors(&problem, state, factor).best);
        });
        recorder.scalars(&[
            ("lowest-over-floor", lowest / problem.floor()),
            ("wall", problem.wall() as f64),
        ])?;
        Ok(Outcome::Done)
    }
}

/// Beyond the wall: when MSPD gets to half the floor, and whether its bounds hold all the way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BeyondWall {
    instance: Instance,
    graph: Network,
    gossip: Gossiping,
    inner: u32,
    /// Rounds given, in units of the wall.
    walls: u64,
    /// R as the method and its bounds are told; the problem's is 1.
    assumed_radius: f64,
}

impl Experiment for BeyondWall {
    const NAME: &'static str = "beyond-wall";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("inner", self.inner.into())?;
        check_positive("walls", self.walls)?;
        self.instance.check(&self.graph)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::fixed(&self.graph, self.instance.nodes)?;
        let problem = self.instance.problem(SignOfZero::Zero);
        let radius = self.assumed_radius;
        let (method, steps) =
            setting.primal_dual(&problem, self.gossip, self.inner, radius, DualStep::Safe);
        let mut method = method.certified();
        let lipschitz = problem.local_lipschitz();
        let mut gauge = Gauge::new(problem.dimension());
        let mut settling = Settling::below(0.5 * problem.floor());
        let (mut over_bound, mut over_certificate) = (0.0_f64, 0.0_f64);
        let mut last = 0.0;
        for &checkpoint in context.checkpoints {
            let rounds = checkpoint * problem.wall();
            let mut bound = f64::NAN;
            while method.iterations == 0 || fits(&method, rounds) {
                method.step(&problem);
                let t = method.iterations;
                let errors = gauge.errors(&problem, &method.sum, 1.0 / t as f64);
                settling.see(t, errors.worst);
                bound = mspd_bound(radius, lipschitz, steps.root_gap, t, self.inner.into());
                let certificate =
                    outer_term(radius, lipschitz, steps.root_gap, t) + method.mean_defect();
                over_bound = over_bound.max(errors.mean / bound);
                over_certificate = over_certificate.max(errors.mean / certificate);
                last = errors.worst;
            }
            recorder.at(
                checkpoint,
                &[
                    ("worst-error", last),
                    ("floor", problem.floor()),
                    ("bound", bound),
                ],
            )?;
        }
        let per_step = method.cost.rounds / method.iterations;
        let settled = settling.step().map_or(f64::INFINITY, |t| t as f64);
        recorder.scalars(&[
            ("iterations", settled),
            (
                "walls-needed",
                settled * per_step as f64 / problem.wall() as f64,
            ),
            ("error-over-bound", over_bound),
            ("error-over-certificate", over_certificate),
        ])?;
        Ok(outcome(last, method.iterations))
    }
}

/// Whether another outer iteration fits into a number of rounds.
const fn fits(method: &PrimalDual, rounds: u64) -> bool {
    let per_step = method.cost.rounds / method.iterations;
    method.cost.rounds + per_step <= rounds
}

/// Beyond the wall: what is left of the floor for decentralised descent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BeyondWallDescent {
    instance: Instance,
    graph: Network,
    sign_of_zero: SignOfZero,
    first_step: f64,
    walls: u64,
}

impl Experiment for BeyondWallDescent {
    const NAME: &'static str = "beyond-wall-descent";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("walls", self.walls)?;
        self.instance.check(&self.graph)
    }

    fn run(&self, _: &Context<'_>, recorder: &mut Recorder<'_>) -> Result<Outcome, CellError> {
        let setting = Setting::fixed(&self.graph, self.instance.nodes)?;
        let problem = self.instance.problem(self.sign_of_zero);
        let mut method = setting.descent(&problem, self.first_step, StepSizes::Decreasing, 1.0);
        let mut gauge = Gauge::new(problem.dimension());
        let mut lowest = f64::INFINITY;
        while method.cost.rounds < self.walls * problem.wall() {
            method.step(&problem);
            let t = method.iterations as f64;
            let average = gauge.errors(&problem, &method.sum, 1.0 / t).worst;
            let last = gauge.errors(&problem, &method.state, 1.0).worst;
            lowest = lowest.min(average.min(last));
        }
        recorder.scalar("lowest-over-floor", lowest / problem.floor())?;
        Ok(Outcome::Done)
    }
}
