//! E2's stochastic baselines against gradient descent with interpolated gradients.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{LogisticSetting, calls, hit, validate_above, validate_count, validate_grid};
use crate::contest::{Contest, Gradient};
use crate::loss::{Loss, Samples};
use crate::methods::MethodName;
use crate::stochastic::{Sgd, StepRule, Svrg};

/// The baselines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Baseline {
    /// Batches of one; the best of three schedules by the mean gap of several runs.
    Sgd,
    /// Variance reduction by snapshots.
    Svrg,
}

/// One baseline to one accuracy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Stochastic {
    method: Baseline,
    target: f64,
    n: usize,
    d: usize,
    p: usize,
    rho: f64,
    sigma: f64,
    m: usize,
    degree: usize,
    /// Calls after which a baseline that has not reached the target is stopped.
    budget: u64,
    /// Independent runs over which the gap of SGD is averaged.
    runs: usize,
    cap: u64,
}

impl Experiment for Stochastic {
    const NAME: &'static str = "stochastic";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("target", self.target, 0.0)?;
        validate_count("n", self.n)?;
        validate_count("p", self.p)?;
        validate_count("runs", self.runs)?;
        validate_grid(self.m, self.d, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = LogisticSetting {
            n: self.n,
            d: self.d,
            p: self.p,
            rho: self.rho,
            sigma: self.sigma,
        };
        let (loss, points) = setting.draw(context)?;
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let who = (MethodName::Gd, Gradient::Interpolated);
        let rival = hit(&contest, who, self.target, self.cap, recorder)?;
        let samples = loss.samples(&points);
        let allowance = rival.map_or(self.budget, |hit| hit.calls);
        let race = Race {
            contest: &contest,
            samples: samples.as_ref(),
            target: self.target,
            allowance,
            budget: self.budget.max(allowance),
        };
        let (reached, gap) = match self.method {
            Baseline::Sgd => race.sgd(self.runs, context, recorder)?,
            Baseline::Svrg => race.svrg(context, recorder)?,
        };
        recorder.scalars(&[
            ("calls", reached),
            ("interpolating-calls", calls(rival)),
            ("calls-ratio", reached / calls(rival)),
            ("gap-at-equal-calls", gap / self.target),
            ("floor-over-target", contest.floor() / self.target),
        ])?;
        Ok(Outcome::Done)
    }
}

struct Race<'a> {
    contest: &'a Contest<'a>,
    samples: &'a dyn Samples,
    target: f64,
    /// The rival's calls.
    allowance: u64,
    budget: u64,
}

impl Race<'_> {
    fn constants(&self) -> (f64, f64) {
        let constants = self.contest.constants;
        (constants.smoothness, constants.strong_convexity)
    }

    /// Calls to the target at the first regular checkpoint, infinite if none; and the gap at the
    /// rival's calls. Both of the mean over the runs, of the best schedule at that checkpoint.
    fn sgd(
        &self,
        runs: usize,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<(f64, f64), CellError> {
        let mut chains = Vec::new();
        for rule in StepRule::ALL {
            for run in 0..runs {
                let detail = format!("schedule={} run={run}", rule.name());
                let rng = context.substream("sgd", &detail)?;
                let parameters = self.contest.parameters;
                let chain = Sgd::new(self.samples, rule, self.constants(), parameters, rng);
                chains.push(chain);
            }
        }
        let mut reached = f64::INFINITY;
        let mut at_allowance = f64::NAN;
        for (step, regular) in checkpoints(self.budget, self.allowance) {
            recorder.check_stop()?;
            if reached.is_finite() && step > self.allowance {
                break;
            }
            let mut best = f64::INFINITY;
            for chains in chains.chunks_mut(runs) {
                let mut sum = 0.0;
                for chain in chains {
                    chain.run_to(step);
                    sum += self.contest.excess(chain.iterate());
                }
                best = best.min(sum / runs as f64);
            }
            if step == self.allowance {
                at_allowance = best;
            }
            if regular {
                recorder.at(step, &[("gap", best)])?;
                if best <= self.target {
                    reached = reached.min(step as f64);
                }
            }
        }
        Ok((reached, at_allowance))
    }

    /// Calls to the target at the end of an epoch, infinite if none within the budget; and the gap
    /// at the last end of an epoch within the rival's calls.
    fn svrg(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<(f64, f64), CellError> {
        let mut method = Svrg::new(
            self.samples,
            self.contest.mean.as_ref(),
            self.constants(),
            self.contest.parameters,
            context.stream("sgd")?,
        );
        let mut at_allowance = self.contest.first_excess();
        let mut reached = f64::INFINITY;
        // An epoch costs more than n calls, so one that begins within the budget may end beyond it.
        while method.calls() < self.budget.max(100 * self.samples.count() as u64) {
            method.epoch();
            let gap = self.contest.excess(method.iterate());
            recorder.at(method.calls(), &[("gap", gap)])?;
            if method.calls() <= self.allowance {
                at_allowance = gap;
            }
            if gap <= self.target {
                reached = method.calls() as f64;
                break;
            }
        }
        Ok((reached, at_allowance))
    }
}

/// Steps round(10^(k/8)) from 10 up to the budget, and one more that is not regular.
fn checkpoints(budget: u64, extra: u64) -> Vec<(u64, bool)> {
    let mut steps = Vec::new();
    for k in 8..=8 * 19 {
        let step = libm::round(libm::pow(10.0, f64::from(k) / 8.0)) as u64;
        if step <= budget {
            steps.push((step, true));
        }
    }
    match steps.binary_search_by_key(&extra, |(step, _)| *step) {
        Ok(_) => {}
        Err(place) => steps.insert(place, (extra, false)),
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_are_regular_but_for_one() {
        assert_eq!(
            checkpoints(50, 20),
            [
                (10, true),
                (13, true),
                (18, true),
                (20, false),
                (24, true),
                (32, true),
                (42, true)
            ]
        );
        assert_eq!(checkpoints(12, 10), [(10, true)]);
    }
}
