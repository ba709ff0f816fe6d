//! E1 and E7 put together: where methods end when the gradient error is a function of θ, and when
//! it is noise.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{validate_above, validate_count, validate_grid};
use crate::contest::Contest;
use crate::loss::{Field, Objective, Quadratic, norm};
use crate::methods::{GradientOracle, MethodName};
use crate::oracle::{Counted, Noisy};
use crate::points::Points;
use crate::random::Normal;
use crate::theory;

/// What is wrong with the gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum GradientError {
    /// Interpolation: a fixed function of θ.
    Interpolation,
    /// N(0, 10⁻⁶) in every coordinate, drawn anew at every step.
    Noise,
}

/// The standard deviation of noise in every coordinate: s.
pub(super) const NOISE: f64 = 1e-3;

/// Gradient descent for 60σ steps and accelerated descent for 60√σ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Limits {
    sigma: f64,
    error: GradientError,
    n: usize,
    p: usize,
    m: usize,
    degree: usize,
}

impl Experiment for Limits {
    const NAME: &'static str = "limits";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("p", self.p as f64, 1.0)?;
        validate_count("n", self.n)?;
        validate_grid(self.m, 1, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let field = Field::cosine(&mut context.stream("features")?, self.p, 1, 3.0);
        let loss = Quadratic::log_spaced(self.sigma, field);
        let points = Points::uniform(&mut context.stream("data")?, self.n, 1);
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let Some(limit) = &contest.limit else {
            return Err(CellError::Bug("the surrogate is not convex".to_owned()));
        };
        let end = |name: MethodName, label: &str, steps: f64| -> Result<Vec<f64>, CellError> {
            let mut oracle: Box<dyn GradientOracle + '_> = match self.error {
                GradientError::Interpolation => Box::new(Counted::new(contest.surrogate.as_ref())),
                GradientError::Noise => Box::new(Noisy {
                    exact: Counted::new(contest.mean.as_ref()),
                    deviation: NOISE,
                    rng: context.substream("noise", label)?,
                    normal: Normal::default(),
                }),
            };
            let constants = contest.constants;
            let mut method = name.start(
                constants.smoothness,
                constants.strong_convexity,
                contest.parameters,
            );
            for _ in 0..steps as u64 {
                method.step(oracle.as_mut());
            }
            Ok(method.iterate().to_vec())
        };
        let descent = end(MethodName::Gd, "gd", 60.0 * self.sigma)?;
        recorder.check_stop()?;
        let accelerated = end(MethodName::Agd, "agd", 60.0 * self.sigma.sqrt())?;
        let scale = norm(&limit.point);
        recorder.scalars(&[
            ("limit-difference", distance(&descent, &accelerated) / scale),
            (
                "surrogate-distance",
                distance(&descent, &limit.point) / scale,
            ),
            ("floor", contest.floor() / contest.first_excess()),
            ("floor-over-bound", floor_over_bound(&contest)),
        ])?;
        Ok(Outcome::Done)
    }
}

fn distance(x: &[f64], y: &[f64]) -> f64 {
    let difference: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - y).collect();
    norm(&difference)
}

/// The floor divided by T7's bound on it, ‖∇F(θ̃)‖²/(2μ).
pub(super) fn floor_over_bound(contest: &Contest<'_>) -> f64 {
    let Some(limit) = &contest.limit else {
        return f64::INFINITY;
    };
    let mut gradient = vec![0.0; contest.parameters];
    contest.mean.gradient(&limit.point, &mut gradient);
    let squared = gradient.iter().map(|g| g * g).sum();
    contest.floor() / theory::floor_bound(contest.constants, squared)
}

/// The smallest eigenvalue of ∇²F̃(0), divided by μ: above 0 unless negative weights spoil convexity.
pub(super) fn curvature(contest: &Contest<'_>) -> f64 {
    let zero = vec![0.0; contest.parameters];
    let objective: &dyn Objective = contest.surrogate.as_ref();
    let smallest = crate::loss::smallest_curvature(objective, &zero);
    smallest.map_or(f64::NAN, |value| value / contest.constants.strong_convexity)
}
