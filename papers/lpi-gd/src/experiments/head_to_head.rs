//! E2: oracle calls to an accuracy, method by method, on logistic regression.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::condition_number::predicted;
use super::limits::curvature;
use super::{LogisticSetting, calls, passes, validate_above, validate_count, validate_grid};
use crate::contest::{Contest, Gradient};
use crate::loss::{Field, Label, SoftLabelLogistic};
use crate::methods::MethodName;
use crate::points::Points;
use crate::user_data;

/// One method with exact or interpolated gradients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HeadToHead {
    /// `uniform`, or `file:PATH` for a table of numbers.
    data: String,
    method: MethodName,
    gradient: Gradient,
    n: usize,
    d: usize,
    p: usize,
    rho: f64,
    sigma: f64,
    m: usize,
    degree: usize,
    target: f64,
    cap: u64,
}

impl HeadToHead {
    fn draw(&self, context: &Context<'_>) -> Result<(SoftLabelLogistic, Points), CellError> {
        if let Some(path) = self.data.strip_prefix("file:") {
            let points = user_data::read(path, self.n).map_err(CellError::Bug)?;
            let mut features = context.stream("features")?;
            let field = Field::cosine(&mut features, self.p, points.dimension(), self.rho);
            let loss = SoftLabelLogistic::new(field, Label::Sine, self.sigma);
            return Ok((loss, points));
        }
        let setting = LogisticSetting {
            n: self.n,
            d: self.d,
            p: self.p,
            rho: self.rho,
            sigma: self.sigma,
        };
        setting.draw(context)
    }
}

impl Experiment for HeadToHead {
    const NAME: &'static str = "head-to-head";

    fn validate(&self) -> Result<(), AxisError> {
        if self.data != "uniform" && !self.data.starts_with("file:") {
            return Err(AxisError::invalid(
                "data",
                "must be `uniform` or `file:PATH`",
            ));
        }
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("target", self.target, 0.0)?;
        validate_count("n", self.n)?;
        validate_count("p", self.p)?;
        validate_grid(self.m, self.d, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let (loss, points) = self.draw(context)?;
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let mut accuracies = vec![1e-2, 1e-3, 1e-4, 1e-5, self.target];
        accuracies.sort_by(|a, b| b.total_cmp(a));
        let mut checkpoints = context.checkpoints.iter().peekable();
        let watch = |iteration, calls: u64, excess| {
            if checkpoints.next_if_eq(&&iteration).is_none() {
                return recorder.check_stop();
            }
            recorder.at(iteration, &[("gap", excess), ("calls-spent", calls as f64)])
        };
        let hits = contest.hits(self.method, self.gradient, &accuracies, self.cap, watch)?;
        let share = match self.gradient {
            Gradient::Exact => 1.0,
            Gradient::Interpolated => 2.0,
        };
        let iterations = predicted(
            self.method,
            contest.constants,
            contest.first_excess(),
            self.target,
            share,
        );
        let terms = contest.objective(self.gradient).terms() as f64;
        let hit = |accuracy: f64| {
            let place = accuracies.partition_point(|other| *other > accuracy);
            hits[place]
        };
        recorder.scalars(&[
            ("calls", calls(hit(self.target))),
            ("passes", passes(&contest, self.gradient, hit(self.target))),
            ("calls-to-1e-2", calls(hit(1e-2))),
            ("calls-to-1e-3", calls(hit(1e-3))),
            ("calls-to-1e-4", calls(hit(1e-4))),
            ("calls-to-1e-5", calls(hit(1e-5))),
            ("predicted-calls", iterations * terms),
            (
                "floor-over-target",
                contest.floor_of(self.gradient) / self.target,
            ),
            ("surrogate-curvature", curvature(&contest)),
        ])?;
        Ok(Outcome::Done)
    }
}
