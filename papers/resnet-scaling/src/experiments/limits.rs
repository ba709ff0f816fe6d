//! The limit equations against finite networks. The step of every curve is the depth.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use crate::activation::ActivationName;
use crate::limits::scalar::Scalar;
use crate::limits::smooth::{self, Coefficients};
use crate::limits::system::System;
use crate::limits::{powers_of_two, rectified, vanishing};

/// Whether the reference has the drift ½ σ″(0) Q.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Drift {
    /// As in the limit.
    Full,
    /// Left out.
    None,
}

impl Drift {
    const fn half_curvature(self, activation: ActivationName) -> f64 {
        match self {
            Self::Full => 0.5 * activation.curvature(),
            Self::None => 0.0,
        }
    }
}

pub(super) fn no_limit_for_relu(activation: ActivationName) -> Result<(), AxisError> {
    if activation == ActivationName::Relu {
        let message = "the limit theorems need a smooth activation; allowed: tanh, nsp";
        return Err(AxisError::invalid("activation", message));
    }
    Ok(())
}

pub(super) fn check_depths(min_depth: usize, max_depth: usize) -> Result<(), AxisError> {
    if min_depth == 0 || !min_depth.is_power_of_two() || min_depth > max_depth {
        return Err(AxisError::invalid(
            "min-depth",
            "must be a power of two up to max-depth",
        ));
    }
    if !max_depth.is_power_of_two() {
        return Err(AxisError::invalid("max-depth", "must be a power of two"));
    }
    Ok(())
}

fn divides(min_depth: usize, max_depth: usize, fine_grid: usize) -> Result<(), AxisError> {
    check_depths(min_depth, max_depth)?;
    if !fine_grid.is_multiple_of(max_depth) {
        let message = "must be a multiple of max-depth";
        return Err(AxisError::invalid("fine-grid", message));
    }
    Ok(())
}

/// The value at each depth of a power law through the first one.
pub(super) fn power_law(depths: &[usize], first: f64, exponent: f64) -> Vec<f64> {
    let from = depths.first().map_or(1.0, |depth| *depth as f64);
    let ratio = |depth: &usize| *depth as f64 / from;
    depths
        .iter()
        .map(|depth| first * libm::pow(ratio(depth), exponent))
        .collect()
}

/// The diffusive regime in one dimension, against its closed form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DiffusiveScalar {
    activation: ActivationName,
    drift: Drift,
    noise: f64,
    start: f64,
    paths: usize,
    fine_grid: usize,
    min_depth: usize,
    max_depth: usize,
}

impl Experiment for DiffusiveScalar {
    const NAME: &'static str = "diffusive-scalar";

    fn validate(&self) -> Result<(), AxisError> {
        no_limit_for_relu(self.activation)?;
        if self.start.is_nan() || self.start >= 0.0 {
            return Err(AxisError::invalid(
                "start",
                "must be negative: the limit may blow up",
            ));
        }
        divides(self.min_depth, self.max_depth, self.fine_grid)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let depths = powers_of_two(self.min_depth, self.max_depth);
        let problem = Scalar {
            activation: self.activation,
            drift: self.drift.half_curvature(self.activation) * self.noise * self.noise,
            noise: self.noise,
            start: self.start,
        };
        let mut rng = context.stream("paths")?;
        let errors = problem.errors(&depths, self.fine_grid, self.paths, &mut rng);
        let rate = power_law(&depths, errors[0].value, -0.5);
        for ((depth, error), rate) in depths.iter().zip(&errors).zip(rate) {
            let values = [
                ("error", error.value),
                ("jacobian-error", error.jacobian),
                ("half-order", rate),
            ];
            recorder.at(*depth as u64, &values)?;
        }
        Ok(Outcome::Done)
    }
}

/// The diffusive regime in three dimensions, against fine Euler–Maruyama.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DiffusiveSystem {
    activation: ActivationName,
    drift: Drift,
    paths: usize,
    fine_grid: usize,
    min_depth: usize,
    max_depth: usize,
}

impl Experiment for DiffusiveSystem {
    const NAME: &'static str = "diffusive-system";

    fn validate(&self) -> Result<(), AxisError> {
        no_limit_for_relu(self.activation)?;
        divides(self.min_depth, self.max_depth, self.fine_grid)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let depths = powers_of_two(self.min_depth, self.max_depth);
        let system = System::draw(&mut context.stream("coefficients")?);
        let half = self.drift.half_curvature(self.activation);
        let mut rng = context.stream("paths")?;
        let setting = (self.activation, half);
        let errors = system.errors(setting, &depths, self.fine_grid, self.paths, &mut rng);
        let rate = power_law(&depths, errors[0], -0.5);
        for ((depth, error), rate) in depths.iter().zip(&errors).zip(rate) {
            recorder.at(*depth as u64, &[("error", *error), ("half-order", rate)])?;
        }
        Ok(Outcome::Done)
    }
}

/// Smooth weights against the linear and the neural ordinary differential equation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SmoothWeights {
    activation: ActivationName,
    alpha: f64,
    /// α + β − 1.
    excess: f64,
    dimension: usize,
    reference_steps: usize,
    min_depth: usize,
    max_depth: usize,
}

impl Experiment for SmoothWeights {
    const NAME: &'static str = "smooth-weights";

    fn validate(&self) -> Result<(), AxisError> {
        no_limit_for_relu(self.activation)?;
        if !(0.0..=1.0).contains(&self.alpha) {
            return Err(AxisError::invalid("alpha", "must lie between 0 and 1"));
        }
        divides(self.min_depth, self.max_depth, self.max_depth)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let depths = powers_of_two(self.min_depth, self.max_depth);
        let mut rng = context.stream("coefficients")?;
        let coefficients = Coefficients::draw(self.dimension, &mut rng);
        let linear = smooth::ordinary(&coefficients, self.reference_steps, |u| u);
        let activated = |u: f64| self.activation.value(u);
        let neural = smooth::ordinary(&coefficients, self.reference_steps, activated);
        let beta = 1.0 - self.alpha + self.excess;
        let mut rows = Vec::new();
        for depth in &depths {
            let exponents = (self.alpha, beta);
            let h = smooth::network(&coefficients, self.activation, exponents, *depth);
            let (to_linear, to_neural) =
                (smooth::distance(&h, &linear), smooth::distance(&h, &neural));
            rows.push((
                to_linear,
                to_neural,
                smooth::distance(&h, &coefficients.start),
            ));
        }
        let order = if self.activation.curvature() > 0.0 {
            beta
        } else {
            2.0 * beta
        };
        let order = if beta > 0.0 { order.min(1.0) } else { 1.0 };
        let nearest = |row: &(f64, f64, f64)| if beta > 0.0 { row.0 } else { row.1 };
        let rate = power_law(&depths, nearest(&rows[0]), -order);
        for ((depth, row), rate) in depths.iter().zip(&rows).zip(rate) {
            let values = [
                ("error-linear", row.0),
                ("error-neural", row.1),
                ("neural-over-linear", row.1 / row.0),
                ("linear-over-neural", row.0 / row.1),
                ("displacement", row.2),
                ("predicted-rate", rate),
            ];
            recorder.at(*depth as u64, &values)?;
        }
        Ok(Outcome::Done)
    }
}

/// Brownian noise in the weights where α > 0.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VanishingNoise {
    activation: ActivationName,
    alpha: f64,
    dimension: usize,
    paths: usize,
    fine_grid: usize,
    min_depth: usize,
    max_depth: usize,
}

impl Experiment for VanishingNoise {
    const NAME: &'static str = "vanishing-noise";

    fn validate(&self) -> Result<(), AxisError> {
        no_limit_for_relu(self.activation)?;
        if !(0.0..=1.0).contains(&self.alpha) {
            return Err(AxisError::invalid("alpha", "must lie between 0 and 1"));
        }
        divides(self.min_depth, self.max_depth, self.fine_grid)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let depths = powers_of_two(self.min_depth, self.max_depth);
        let mut rng = context.stream("coefficients")?;
        let coefficients = Coefficients::draw(self.dimension, &mut rng);
        let setting = (self.activation, self.alpha);
        let mut rng = context.stream("paths")?;
        let errors = vanishing::errors(
            &coefficients,
            setting,
            &depths,
            self.fine_grid,
            self.paths,
            &mut rng,
        );
        let rate = power_law(&depths, errors[0].to_limit, -self.alpha);
        for ((depth, error), rate) in depths.iter().zip(&errors).zip(rate) {
            let values = [
                ("error", error.to_limit),
                ("noise-alone", error.to_quiet),
                ("predicted-rate", rate),
            ];
            recorder.at(*depth as u64, &values)?;
        }
        Ok(Outcome::Done)
    }
}

/// `relu` under noise alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RectifiedNoise {
    activation: ActivationName,
    paths: usize,
    min_depth: usize,
    max_depth: usize,
}

impl Experiment for RectifiedNoise {
    const NAME: &'static str = "rectified-noise";

    fn validate(&self) -> Result<(), AxisError> {
        divides(self.min_depth, self.max_depth, self.max_depth)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        for depth in powers_of_two(self.min_depth, self.max_depth) {
            let mut rng = context.substream("paths", &format!("depth={depth}"))?;
            let found = rectified::moments(self.activation, depth, self.paths, &mut rng);
            let values = [
                ("displacement", found.displacement),
                (
                    "exact-displacement",
                    (depth as f64 / (2.0 * std::f64::consts::PI)).sqrt(),
                ),
                ("variance", found.variance),
                ("exact-variance", 0.5),
            ];
            recorder.at(depth as u64, &values)?;
        }
        Ok(Outcome::Done)
    }
}
