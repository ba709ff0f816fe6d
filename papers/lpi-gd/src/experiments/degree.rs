//! E8: what the degree of the local polynomials is worth.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{LogisticSetting, validate_above, validate_count, validate_grid};
use crate::contest::Contest;

/// The floor of one degree on one grid.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DegreeAblation {
    degree: usize,
    m: usize,
    n: usize,
    p: usize,
    rho: f64,
    sigma: f64,
}

impl Experiment for DegreeAblation {
    const NAME: &'static str = "degree";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_count("n", self.n)?;
        validate_count("p", self.p)?;
        validate_grid(self.m, 1, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let setting = LogisticSetting {
            n: self.n,
            d: 1,
            p: self.p,
            rho: self.rho,
            sigma: self.sigma,
        };
        let (loss, points) = setting.draw(context)?;
        let contest = Contest::new(&loss, &points, self.m, self.degree)?;
        recorder.scalars(&[
            ("floor", contest.floor()),
            ("lebesgue-constant", contest.weights.lebesgue),
            ("absolute-weight", contest.weights.absolute_sum()),
        ])?;
        Ok(Outcome::Done)
    }
}
