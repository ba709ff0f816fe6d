//! E3: how the number of rounds to a fixed accuracy grows as the network's gap γ closes.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive};
use crate::descent::StepSizes;
use crate::graph::Network;
use crate::measure::{Gauge, Settling};
use crate::primal_dual::DualStep;
use crate::problems::{HardPath, LocalFunctions, Median, SignOfZero};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    Mspd,
    SingleStep,
    Dgd,
}

/// Outer iterations given to MSPD.
const MSPD_HORIZON: u64 = 60;
/// Rounds given to the single-step variant, in units of 1/√γ.
const SINGLE_STEP_HORIZON: f64 = 20.0;

/// What differs between the problems.
struct Search<'a> {
    method: Method,
    inner: u32,
    target: f64,
    round_cap: u64,
    /// Rounds given to descent, in units of 1/γ.
    descent_horizon: f64,
    /// Values of a₀ that descent is tuned over.
    first_steps: &'a [f64],
}

impl Search<'_> {
    /// Records γ, and rounds and iterations until the worst node stays at the target; infinite if
    /// it does not within the horizon.
    fn run(
        &self,
        setting: &Setting,
        problem: &impl LocalFunctions,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let gap = setting.spectrum.gap();
        let (iterations, rounds) = match self.method {
            Method::Mspd => self.primal_dual(setting, problem, Gossiping::Chebyshev, MSPD_HORIZON),
            Method::SingleStep => {
                let horizon = SINGLE_STEP_HORIZON / gap.sqrt();
                self.primal_dual(setting, problem, Gossiping::Plain, horizon as u64)
            }
            Method::Dgd => {
                let horizon = self.round_cap.min((self.descent_horizon / gap) as u64);
                let mut best = f64::INFINITY;
                for first_step in self.first_steps {
                    best = best.min(descent(setting, problem, *first_step, self.target, horizon));
                    recorder.check_stop()?;
                }
                (best, best)
            }
        };
        recorder.scalars(&[("gap", gap), ("iterations", iterations), ("rounds", rounds)])?;
        Ok(Outcome::Done)
    }

    fn primal_dual(
        &self,
        setting: &Setting,
        problem: &impl LocalFunctions,
        gossiping: Gossiping,
        horizon: u64,
    ) -> (f64, f64) {
        let (mut method, _) =
            setting.primal_dual(problem, gossiping, self.inner, 1.0, DualStep::Safe);
        let mut gauge = Gauge::new(problem.dimension());
        let mut settling = Settling::below(self.target);
        for t in 1..=horizon {
            method.step(problem);
            settling.see(t, gauge.errors(problem, &method.sum, 1.0 / t as f64).worst);
        }
        let rounds = (method.cost.rounds / horizon.max(1)) as f64;
        let iterations = settling.step().map_or(f64::INFINITY, |t| t as f64);
        (iterations, iterations * rounds)
    }
}

fn descent(
    setting: &Setting,
    problem: &impl LocalFunctions,
    first_step: f64,
    target: f64,
    horizon: u64,
) -> f64 {
    let mut method = setting.descent(problem, first_step, StepSizes::Decreasing, 1.0);
    let mut gauge = Gauge::new(problem.dimension());
    let mut settling = Settling::below(target);
    for t in 1..=horizon {
        method.step(problem);
        let average = gauge.errors(problem, &method.sum, 1.0 / t as f64).worst;
        let last = gauge.errors(problem, &method.state, 1.0).worst;
        settling.see(t, average.min(last));
    }
    settling.step().map_or(f64::INFINITY, |t| t as f64)
}

/// On the hard path with k = 1, until the worst node stays at half the floor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RoundsHard {
    nodes: usize,
    method: Method,
    inner: u32,
    round_cap: u64,
}

impl Experiment for RoundsHard {
    const NAME: &'static str = "rounds-hard";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("inner", self.inner.into())?;
        if self.nodes < 3 || !self.nodes.is_multiple_of(3) {
            let message = "the hard path has a multiple of 3 nodes";
            return Err(AxisError::invalid("nodes", message));
        }
        Ok(())
    }

    fn run(&self, _: &Context<'_>, recorder: &mut Recorder<'_>) -> Result<Outcome, CellError> {
        let setting = Setting::fixed(&Network::Path, self.nodes)?;
        let problem = HardPath::new(self.nodes / 3, 1, 1.0, SignOfZero::Zero);
        let search = Search {
            method: self.method,
            inner: self.inner,
            target: 0.5 * problem.floor(),
            round_cap: self.round_cap,
            descent_horizon: 16.0,
            first_steps: &[0.1, 0.3],
        };
        search.run(&setting, &problem, recorder)
    }
}

/// The accuracy asked for on medians, in units of `RL_ℓ`.
const MEDIAN_ACCURACY: f64 = 0.02;
const MEDIAN_FIRST_STEPS: [f64; 4] = [0.01, 0.03, 0.1, 0.3];

fn on_cycle(
    problem: &Median,
    method: Method,
    inner: u32,
    round_cap: u64,
    recorder: &mut Recorder<'_>,
) -> Result<Outcome, CellError> {
    let setting = Setting::fixed(&Network::Cycle, problem.nodes())?;
    let search = Search {
        method,
        inner,
        target: MEDIAN_ACCURACY * problem.local_lipschitz(),
        round_cap,
        descent_horizon: 30.0,
        first_steps: &MEDIAN_FIRST_STEPS,
    };
    search.run(&setting, problem, recorder)
}

/// On cycles, for the median without randomness.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RoundsFixed {
    nodes: usize,
    method: Method,
    inner: u32,
    round_cap: u64,
}

impl Experiment for RoundsFixed {
    const NAME: &'static str = "rounds-fixed";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("inner", self.inner.into())?;
        check_network(&Network::Cycle, self.nodes)
    }

    fn run(&self, _: &Context<'_>, recorder: &mut Recorder<'_>) -> Result<Outcome, CellError> {
        let problem = Median::fixed(self.nodes);
        on_cycle(&problem, self.method, self.inner, self.round_cap, recorder)
    }
}

/// On cycles, for random medians in four dimensions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RoundsRandom {
    nodes: usize,
    method: Method,
    inner: u32,
    round_cap: u64,
}

impl Experiment for RoundsRandom {
    const NAME: &'static str = "rounds-random";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("inner", self.inner.into())?;
        check_network(&Network::Cycle, self.nodes)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = Setting::fixed(&Network::Cycle, self.nodes)?;
        let problem = setting.median(&Network::Cycle, 4, context)?;
        on_cycle(&problem, self.method, self.inner, self.round_cap, recorder)
    }
}
