//! E2: plateaus of constant step sizes, and steps to a target by sparsity.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{self, check_positive, outcome};
use crate::data::linear_regression;
use crate::methods::Method;
use crate::models::Model;
use crate::split;

/// P.
const NODES: usize = 8;

fn method(memory: bool) -> Method {
    if memory {
        Method::TopkEf
    } else {
        Method::TopkNoef
    }
}

/// Suboptimality under a constant step size.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Plateau {
    dimension: usize,
    rows: usize,
    /// n/K.
    sparsity: usize,
    steps: u64,
    step_size: f64,
    memory: bool,
}

impl Experiment for Plateau {
    const NAME: &'static str = "plateau";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("steps", self.steps)?;
        check_positive("dimension", self.dimension as u64)?;
        check_positive("sparsity", self.sparsity as u64)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut random = context.stream("regression")?;
        let mut model = linear_regression(self.dimension, self.rows, 0.1, 1e-3, &mut random);
        let least = model.minimum().value;
        let parts = split::uniform(model.rows(), NODES, &mut context.stream("split")?);
        let kept = (self.dimension / self.sparsity).max(1);
        let start = vec![0.0; self.dimension];
        let mut cluster = setting::cluster(start, parts, 1, method(self.memory), kept, context)?;
        let mut recorded = Vec::new();
        for &checkpoint in context.checkpoints {
            while cluster.steps < checkpoint {
                cluster.step(&mut model, self.step_size);
            }
            let suboptimality = model.value(&cluster.parameters) - least;
            recorded.push(suboptimality);
            recorder.at(checkpoint, &[("suboptimality", suboptimality)])?;
        }
        let last = &recorded[recorded.len() - (recorded.len() / 4).max(1)..];
        let mean = last.iter().sum::<f64>() / last.len() as f64;
        recorder.scalar("plateau", mean)?;
        Ok(outcome(&cluster))
    }
}

/// Steps until a twentieth of the first suboptimality is left.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Slowdown {
    dimension: usize,
    rows: usize,
    /// n/K.
    sparsity: usize,
    most_steps: u64,
    step_size: f64,
    memory: bool,
    /// f is looked at after every so many steps.
    every: u64,
}

impl Experiment for Slowdown {
    const NAME: &'static str = "slowdown";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("dimension", self.dimension as u64)?;
        check_positive("sparsity", self.sparsity as u64)?;
        check_positive("every", self.every)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut random = context.stream("regression")?;
        let mut model = linear_regression(self.dimension, self.rows, 0.1, 1e-3, &mut random);
        let least = model.minimum().value;
        let parts = split::uniform(model.rows(), NODES, &mut context.stream("split")?);
        let kept = (self.dimension / self.sparsity).max(1);
        let start = vec![0.0; self.dimension];
        let target = 0.05 * (model.value(&start) - least);
        let mut cluster = setting::cluster(start, parts, 1, method(self.memory), kept, context)?;
        let mut reached = f64::INFINITY;
        while cluster.steps < self.most_steps {
            for _ in 0..self.every {
                cluster.step(&mut model, self.step_size);
            }
            recorder.check_stop()?;
            if model.value(&cluster.parameters) - least <= target {
                reached = cluster.steps as f64;
                break;
            }
        }
        recorder.scalar("steps-to-target", reached)?;
        Ok(outcome(&cluster))
    }
}
