//! E6: stability limits with exact gradients. E7: a counterexample.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::{kernels, random};
use serde::Deserialize;

use super::setting::{self, check_positive};
use crate::cluster::{Batches, Cluster};
use crate::methods::Method;
use crate::quadratic::{Bowl, Counterexample};

fn method(memory: bool) -> Method {
    if memory {
        Method::TopkEf
    } else {
        Method::TopkNoef
    }
}

/// Steps until ½‖x‖² is nearly minimised, or left for good, at step size multiple · K/n.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Instability {
    dimension: usize,
    kept: usize,
    /// α n/K.
    multiple: f64,
    memory: bool,
    /// Steps for growing, in units of n/K; half of them for shrinking.
    horizon: u32,
}

impl Experiment for Instability {
    const NAME: &'static str = "instability";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("kept", self.kept as u64)?;
        if self.kept > self.dimension {
            return Err(AxisError::invalid("kept", "must be at most `dimension`"));
        }
        Ok(())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut random = context.stream("start")?;
        let start: Vec<f64> = (0..self.dimension)
            .map(|_| random::standard_normal(&mut random))
            .collect();
        let first = kernels::squared_norm(&start).sqrt();
        let sparsity = self.dimension as f64 / self.kept as f64;
        let step_size = self.multiple / sparsity;
        let mut model = Bowl {
            dimension: self.dimension,
        };
        let mut cluster = Cluster::new(
            start,
            vec![vec![0]],
            Batches::Whole,
            self.memory,
            || method(self.memory).compressor(self.kept),
            vec![setting::node_streams(context, 0)?],
        );
        let (mut small, mut large) = (f64::INFINITY, f64::INFINITY);
        let horizon = f64::from(self.horizon) * sparsity;
        while (cluster.steps as f64) < horizon {
            cluster.step(&mut model, step_size);
            let ratio = kernels::squared_norm(&cluster.parameters).sqrt() / first;
            let steps = cluster.steps as f64;
            if ratio <= 1e-3 && steps <= 0.5 * horizon {
                small = small.min(steps);
            }
            if ratio >= 1e4 || ratio.is_nan() {
                large = steps;
                break;
            }
            if ratio <= 1e-6 {
                break;
            }
        }
        recorder.scalars(&[("steps-to-small", small), ("steps-to-large", large)])?;
        Ok(Outcome::Done)
    }
}

/// Top-1 on three functions, with and without error correction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Divergence {
    steps: u64,
    memory: bool,
    step_size: f64,
}

impl Experiment for Divergence {
    const NAME: &'static str = "counterexample";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("steps", self.steps)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let streams = (0..3).map(|node| setting::node_streams(context, node));
        let mut cluster = Cluster::new(
            vec![1.0; 3],
            vec![vec![0], vec![1], vec![2]],
            Batches::Whole,
            self.memory,
            || method(self.memory).compressor(1),
            streams.collect::<Result<_, _>>()?,
        );
        let mut deviation = 0.0_f64;
        for &checkpoint in context.checkpoints {
            while cluster.steps < checkpoint {
                cluster.step(&mut Counterexample, self.step_size);
                let exact = self.exact(cluster.steps);
                for entry in &cluster.parameters {
                    deviation = deviation.max((entry - exact).abs() / exact);
                }
            }
            let norm = kernels::squared_norm(&cluster.parameters).sqrt();
            let exact = self.exact(checkpoint) * 3.0_f64.sqrt();
            recorder.at(checkpoint, &[("norm", norm), ("exact-norm", exact)])?;
        }
        recorder.scalar("deviation", deviation)?;
        Ok(Outcome::Done)
    }
}

impl Divergence {
    /// (1 + 11α/6)^t: every entry without error correction.
    fn exact(&self, step: u64) -> f64 {
        libm::pow(1.0 + 11.0 * self.step_size / 6.0, step as f64)
    }
}
