//! Gradient descent on random least-squares problems.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::kernels;
use harness_numerics::random::standard_normal;
use serde::Deserialize;

use crate::least_squares::LeastSquares;

/// Gradient descent from 0 with step `lr`·n/‖X‖₂² on ‖Xw − y‖²/(2n), X of shape (n, p) and y of
/// standard normal numbers. Records `value` and `grad-norm`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ols {
    n: usize,
    p: usize,
    lr: f64,
    steps: u64,
}

impl Experiment for Ols {
    const NAME: &'static str = "ols";

    fn validate(&self) -> Result<(), AxisError> {
        if self.lr > 0.0 && self.lr < 2.0 {
            Ok(())
        } else {
            Err(AxisError::invalid("lr", "a step descends for 0 < lr < 2"))
        }
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut stream = context.stream("problem")?;
        let problem = LeastSquares::filled(self.n, self.p, || standard_normal(&mut stream));
        let smoothness = problem
            .smoothness()
            .map_err(|error| CellError::Bug(error.to_string()))?;
        let step_size = self.lr / smoothness;
        let mut weights = vec![0.0; self.p];
        let mut gradient = vec![0.0; self.p];
        let mut checkpoints = context.checkpoints.iter().peekable();
        for step in 0..=self.steps {
            let value = problem.value_and_gradient(&weights, &mut gradient);
            if checkpoints.next_if_eq(&&step).is_some() {
                let grad_norm = kernels::squared_norm(&gradient).sqrt();
                recorder.at(step, &[("value", value), ("grad-norm", grad_norm)])?;
            }
            kernels::axpy(-step_size, &gradient, &mut weights);
        }
        Ok(Outcome::Done)
    }
}
