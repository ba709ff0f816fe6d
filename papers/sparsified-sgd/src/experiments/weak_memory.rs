//! E8: the authors' preliminary scheme.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::check_positive;
use crate::preliminary::{Arm, LeastSquares, Preliminary};

/// f over steps for one arm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WeakMemory {
    dimension: usize,
    rows: usize,
    nodes: usize,
    kept: usize,
    step_size: f64,
    steps: u64,
    arm: Arm,
}

impl Experiment for WeakMemory {
    const NAME: &'static str = "weak-memory";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("kept", self.kept as u64)?;
        check_positive("steps", self.steps)?;
        check_positive("nodes", self.nodes as u64)?;
        if !self.dimension.is_multiple_of(self.kept) {
            return Err(AxisError::invalid("kept", "must divide `dimension`"));
        }
        if !self.rows.is_multiple_of(self.nodes) || self.rows == 0 {
            return Err(AxisError::invalid("nodes", "must divide `rows`"));
        }
        Ok(())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut random = context.stream("regression")?;
        let problem = LeastSquares::drawn(self.dimension, self.rows, self.nodes, &mut random);
        let blocks = context.stream("compressor")?;
        let mut run = Preliminary::new(&problem, self.arm, self.kept, self.step_size, blocks);
        let range = problem.start - problem.minimum;
        let (mut step, mut least, mut last) = (0, f64::INFINITY, f64::NAN);
        for &checkpoint in context.checkpoints {
            while step < checkpoint {
                run.step(&problem);
                step += 1;
            }
            last = problem.value(&run.point);
            least = least.min(last);
            recorder.at(step, &[("gap", (last - problem.minimum) / range)])?;
        }
        recorder.scalars(&[
            ("rise", (last - least) / range),
            ("last-gap", (last - problem.minimum) / range),
        ])?;
        if last.is_finite() {
            Ok(Outcome::Done)
        } else {
            Ok(Outcome::Diverged { step })
        }
    }
}
