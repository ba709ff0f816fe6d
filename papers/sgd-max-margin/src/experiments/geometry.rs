//! What the data are: margin, support and the numbers that rule how fast the theory sets in.

use harness_core::{CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Data, Instance, StepUnit};
use crate::losses::Loss;
use crate::sampling::Order;
use crate::theory::{Asymptote, curvatures};

/// The exact hard-margin reference of one data set.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Geometry {
    data: Data,
}

impl Experiment for Geometry {
    const NAME: &'static str = "geometry";

    fn datasets(&self) -> Vec<&'static str> {
        self.data.dataset().into_iter().collect()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let instance = Instance::new(self.data, context)?;
        let Instance {
            points,
            reference,
            sigma,
        } = &instance;
        let loss = Loss::Logistic;
        let unit = |unit: StepUnit, order| unit.step(&instance, loss, order, 1);
        let practical = unit(StepUnit::InverseSmoothness, Order::FullBatch);
        let curvatures =
            curvatures(points, reference).map_err(|error| CellError::Bug(error.to_string()))?;
        let asymptote = Asymptote::new(points, reference, practical);
        recorder.scalars(&[
            ("samples", points.count() as f64),
            ("dimension", points.dimension() as f64),
            ("margin", reference.margin),
            ("support-vectors", reference.support.len() as f64),
            ("outside", reference.outside),
            ("curvature", curvatures.first().copied().unwrap_or(f64::NAN)),
            ("sigma", *sigma),
            ("direction-constant", asymptote.direction_constant()),
            (
                "margin-gap-constant",
                asymptote.margin_gap_constant(points, reference),
            ),
            ("practical-step", practical),
            (
                "limit-with-replacement",
                unit(StepUnit::TheoremLimit, Order::WithReplacement),
            ),
            (
                "limit-without-replacement",
                unit(StepUnit::TheoremLimit, Order::Reshuffled),
            ),
        ])?;
        Ok(Outcome::Done)
    }
}
