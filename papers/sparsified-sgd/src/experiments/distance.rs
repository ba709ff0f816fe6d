//! E2: the distance of the parameters from the auxiliary sequence.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{self, check_positive, outcome};
use crate::data::linear_regression;
use crate::lemma::{Lemma, Meter, Observation};
use crate::methods::Method;
use crate::models::Model;
use crate::split;

/// ‖vₜ − xₜ‖ with its path-wise bound Bₜ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Distance {
    dimension: usize,
    rows: usize,
    nodes: usize,
    /// n/K.
    sparsity: usize,
    batch: usize,
    steps: u64,
    step_size: f64,
    /// Whether errors are corrected.
    memory: bool,
}

impl Experiment for Distance {
    const NAME: &'static str = "distance";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("dimension", self.dimension as u64)?;
        check_positive("steps", self.steps)?;
        check_positive("batch", self.batch as u64)?;
        check_positive("sparsity", self.sparsity as u64)?;
        check_positive("nodes", self.nodes as u64)?;
        if self.rows < self.nodes {
            return Err(AxisError::invalid("rows", "every node needs a row"));
        }
        Ok(())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut random = context.stream("regression")?;
        let mut model = linear_regression(self.dimension, self.rows, 0.1, 1e-3, &mut random);
        let parts = split::uniform(model.rows(), self.nodes, &mut context.stream("split")?);
        let kept = (self.dimension / self.sparsity).max(1);
        let method = if self.memory {
            Method::TopkEf
        } else {
            Method::TopkNoef
        };
        let start = vec![0.0; self.dimension];
        let mut lemma = Lemma::new(&start, kept);
        let mut cluster = setting::cluster(start, parts, self.batch, method, kept, context)?;
        let mut meter = Meter::new(kept);
        let mut seen = Observation::default();
        let mut violations = 0;
        let mut largest = 0.0_f64;
        let mut gap = 0.0_f64;
        let mut tightness = Vec::new();
        for &checkpoint in context.checkpoints {
            let mut distance = 0.0;
            while cluster.steps < checkpoint {
                cluster.observed_step(&mut model, self.step_size, &mut seen);
                let constants = meter.measure(&seen);
                lemma.follow(&seen, &constants);
                distance = lemma.distance(&cluster);
                // Written so that not-a-number violates.
                let holds = distance <= (1.0 + 1e-9) * lemma.bound + 1e-12;
                violations += u32::from(!holds);
                largest = largest.max(constants.disagreement);
                gap = gap.max(lemma.identity_gap(&cluster));
                if lemma.bound > 0.0 {
                    tightness.push(distance / lemma.bound);
                }
            }
            recorder.at(
                checkpoint,
                &[("distance", distance), ("bound", lemma.bound)],
            )?;
        }
        let count = tightness.len().max(1) as f64;
        recorder.scalars(&[
            ("violations", f64::from(violations)),
            ("identity-gap", gap),
            ("xi-max", largest),
            ("tightness-mean", tightness.iter().sum::<f64>() / count),
            (
                "tightness-max",
                tightness.iter().fold(0.0, |a: f64, b| a.max(*b)),
            ),
        ])?;
        Ok(outcome(&cluster))
    }
}
