//! Random weights with memory along the layers. The step of every curve is the depth.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::limits::{check_depths, no_limit_for_relu, power_law};
use crate::activation::ActivationName;
use crate::limits::fractional::Fractional;
use crate::limits::powers_of_two;

/// Networks at initialisation whose weights are increments of fractional Brownian motion.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FractionalWeights {
    activation: ActivationName,
    hurst: f64,
    alpha: f64,
    dimension: usize,
    draws: usize,
    min_depth: usize,
    max_depth: usize,
}

impl Experiment for FractionalWeights {
    const NAME: &'static str = "fractional-weights";

    fn validate(&self) -> Result<(), AxisError> {
        no_limit_for_relu(self.activation)?;
        if !(0.5..1.0).contains(&self.hurst) {
            return Err(AxisError::invalid("hurst", "must be from 1/2 to below 1"));
        }
        if self.dimension == 0 {
            return Err(AxisError::invalid("dimension", "must be at least 1"));
        }
        if self.draws == 0 {
            return Err(AxisError::invalid("draws", "must be at least 1"));
        }
        check_depths(self.min_depth, self.max_depth)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let depths = powers_of_two(self.min_depth, self.max_depth);
        let fractional = Fractional {
            activation: self.activation,
            hurst: self.hurst,
            alpha: self.alpha,
            dimension: self.dimension,
            start: 1.0,
        };
        let mut rng = context.stream("weights")?;
        let displacements = fractional.displacements(&depths, self.draws, &mut rng);
        let rate = power_law(&depths, displacements[0], self.hurst - self.alpha);
        for ((depth, displacement), rate) in depths.iter().zip(displacements).zip(rate) {
            let values = [("displacement", displacement), ("predicted-rate", rate)];
            recorder.at(*depth as u64, &values)?;
        }
        Ok(Outcome::Done)
    }
}
