//! E2's sweep over the number of data points, and E6: what the dimension of the data does.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{LogisticSetting, calls, hit, passes, validate_above, validate_count, validate_grid};
use crate::contest::{Contest, Gradient};
use crate::methods::MethodName;

/// One method with exact or interpolated gradients on logistic regression.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Setting {
    n: usize,
    method: MethodName,
    gradient: Gradient,
    d: usize,
    p: usize,
    rho: f64,
    sigma: f64,
    m: usize,
    degree: usize,
    target: f64,
    cap: u64,
}

impl Setting {
    fn validate(&self) -> Result<(), AxisError> {
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
        let setting = LogisticSetting {
            n: self.n,
            d: self.d,
            p: self.p,
            rho: self.rho,
            sigma: self.sigma,
        };
        let (loss, points) = setting.draw(context)?;
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        let who = (self.method, self.gradient);
        let hit = hit(&contest, who, self.target, self.cap, recorder)?;
        let floor = contest.floor_of(self.gradient);
        recorder.scalars(&[
            ("calls", calls(hit)),
            ("passes", passes(&contest, self.gradient, hit)),
            ("floor-over-target", floor / self.target),
        ])?;
        Ok(Outcome::Done)
    }
}

/// Calls over the number of data points.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct SampleSize(Setting);

/// Calls over the dimension of the data.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Dimension(Setting);

impl Experiment for SampleSize {
    const NAME: &'static str = "sample-size";

    fn validate(&self) -> Result<(), AxisError> {
        self.0.validate()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        self.0.run(context, recorder)
    }
}

impl Experiment for Dimension {
    const NAME: &'static str = "dimension";

    fn validate(&self) -> Result<(), AxisError> {
        self.0.validate()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        self.0.run(context, recorder)
    }
}
