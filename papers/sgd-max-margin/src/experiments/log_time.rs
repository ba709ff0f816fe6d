//! The direction's constant over a hundred decades of epochs, by the flow in logarithmic time.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Data, Instance, StepUnit};
use crate::log_time_flow::LogTimeFlow;
use crate::losses::Loss;
use crate::metrics::{Measures, distance};
use crate::sampling::Order;
use crate::theory::Asymptote;

/// The flow from the origin; a step of the record is a decade of epochs.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LogTime {
    data: Data,
    /// The width of a time step in ln E.
    width: f64,
    decades: u64,
}

impl Experiment for LogTime {
    const NAME: &'static str = "log-time";

    fn validate(&self) -> Result<(), AxisError> {
        if self.width.is_nan() || self.width <= 0.0 {
            return Err(AxisError::invalid("width", "must be above 0"));
        }
        if self.decades > 300 {
            return Err(AxisError::invalid("decades", "must be at most 300"));
        }
        self.data.check_planar()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let instance = Instance::new(self.data, context)?;
        let Instance {
            points, reference, ..
        } = &instance;
        let (loss, order) = (Loss::Logistic, Order::FullBatch);
        let step = StepUnit::InverseSmoothness.step(&instance, loss, order, points.count());
        let asymptote = Asymptote::new(points, reference, step);
        let mut flow = LogTimeFlow::new(points, step, self.width);
        for decade in context.checkpoints {
            let log_epochs = std::f64::consts::LN_10 * *decade as f64;
            if !flow.advance_to(log_epochs) {
                return Ok(Outcome::Diverged { step: *decade });
            }
            let seen = Measures::of(points, loss, reference, &flow.weights);
            let path = asymptote.along(log_epochs);
            recorder.at(
                *decade,
                &[
                    ("direction-constant", log_epochs * seen.direction_gap),
                    ("direction-constant-limit", asymptote.direction_constant()),
                    ("residual", distance(&flow.weights, &path)),
                ],
            )?;
        }
        Ok(Outcome::Done)
    }
}
