//! E4: the bounds of theory along the trajectory.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::limits::{curvature, floor_over_bound};
use super::{LogisticSetting, validate_above, validate_count, validate_grid};
use crate::contest::Contest;
use crate::methods::{Descent, Method, Momentum, SimilarTriangles};
use crate::oracle::Compared;
use crate::theory;

/// The method with the bound that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BoundName {
    /// Gradient descent under T3.
    Descent,
    /// Constant momentum under T5.
    Momentum,
    /// Similar triangles with safe constants under T6.
    SimilarTriangles,
}

/// Whether the bound keeps the term of the gradient error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ErrorTerm {
    /// As theory has it.
    Kept,
    /// As if gradients were exact: no longer a bound.
    Dropped,
}

/// One interpolating method with its bound at every step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Bounds {
    bound: BoundName,
    error_term: ErrorTerm,
    n: usize,
    p: usize,
    rho: f64,
    sigma: f64,
    /// Runs have 10σ steps, but no more than this.
    longest: u64,
    m: usize,
    degree: usize,
}

impl Experiment for Bounds {
    const NAME: &'static str = "bounds";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_count("n", self.n)?;
        validate_count("p", self.p)?;
        validate_grid(self.m, 1, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = LogisticSetting {
            n: self.n,
            d: 1,
            p: self.p,
            rho: self.rho,
            sigma: self.sigma,
        };
        let (loss, points) = setting.draw(context)?;
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let mut run = Run::new(self.bound, &contest);
        let mut worst = 0.0_f64;
        let mut last = f64::NAN;
        let mut checkpoints = context.checkpoints.iter().peekable();
        for step in 1..=self.longest.min((10.0 * self.sigma) as u64) {
            let (gap, bound) = run.step(step, self.error_term);
            last = gap / bound;
            worst = worst.max(last);
            if checkpoints.next_if_eq(&&step).is_some() {
                recorder.at(step, &[("gap", gap), ("bound", bound)])?;
            }
        }
        recorder.scalars(&[
            ("worst-gap-over-bound", worst),
            ("last-gap-over-bound", last),
            ("floor", contest.floor()),
            ("floor-over-bound", floor_over_bound(&contest)),
            ("surrogate-curvature", curvature(&contest)),
        ])?;
        Ok(Outcome::Done)
    }
}

enum Running {
    Descent(Descent),
    Momentum(Momentum),
    SimilarTriangles(SimilarTriangles),
}

struct Run<'a> {
    contest: &'a Contest<'a>,
    method: Running,
    oracle: Compared<'a>,
    first_excess: f64,
    squared_distance: f64,
}

impl<'a> Run<'a> {
    fn new(bound: BoundName, contest: &'a Contest<'a>) -> Self {
        let constants = contest.constants;
        let (l, mu, p) = (
            constants.smoothness,
            constants.strong_convexity,
            contest.parameters,
        );
        let method = match bound {
            BoundName::Descent => Running::Descent(Descent::new(l, p)),
            BoundName::Momentum => Running::Momentum(Momentum::new(l, mu, p)),
            BoundName::SimilarTriangles => {
                let safe = theory::safe_constants(constants);
                Running::SimilarTriangles(SimilarTriangles::new(
                    safe.smoothness,
                    safe.strong_convexity,
                    p,
                ))
            }
        };
        Self {
            contest,
            method,
            oracle: Compared::new(contest.surrogate.as_ref(), contest.mean.as_ref(), p),
            first_excess: contest.first_excess(),
            squared_distance: contest.minimum.point.iter().map(|t| t * t).sum(),
        }
    }

    /// One step: the gap, and its bound with the largest gradient error met so far.
    fn step(&mut self, step: u64, error_term: ErrorTerm) -> (f64, f64) {
        let method: &mut dyn Method = match &mut self.method {
            Running::Descent(method) => method,
            Running::Momentum(method) => method,
            Running::SimilarTriangles(method) => method,
        };
        method.step(&mut self.oracle);
        let gap = self.contest.excess(method.iterate());
        let error = match error_term {
            ErrorTerm::Kept => self.oracle.largest_error(),
            ErrorTerm::Dropped => 0.0,
        };
        let constants = self.contest.constants;
        let bound = match &self.method {
            Running::Descent(_) => theory::descent_bound(constants, self.first_excess, error, step),
            Running::Momentum(_) => {
                theory::momentum_bound(constants, self.first_excess, error, step)
            }
            Running::SimilarTriangles(method) => theory::similar_triangles_bound(
                constants,
                self.squared_distance,
                error,
                (method.weight(), method.sum_of_weights()),
            ),
        };
        (gap, bound)
    }
}
