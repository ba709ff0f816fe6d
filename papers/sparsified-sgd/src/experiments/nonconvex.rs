//! E4: the non-convex bound on real data.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::spectrum;
use serde::Deserialize;

use super::setting::{self, check_positive, outcome};
use crate::data::breast_cancer;
use crate::lemma::{Meter, Observation, contraction};
use crate::methods::Method;
use crate::models::{Model, NonconvexLogistic};
use crate::split;
use crate::theory::nonconvex_bound;

/// P.
const NODES: usize = 8;
/// μ.
const REGULARISATION: f64 = 0.01;

/// Mean squared gradient after T steps of size 1/√T, with its bound.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct NonconvexBound {
    steps: u64,
    kept: usize,
    memory: bool,
}

/// L = λₘₐₓ(AᵀA/m)/4 + 2μ and M = 1 + μ (3√3/8) √n.
pub(super) fn constants(model: &NonconvexLogistic) -> Result<(f64, f64), CellError> {
    let (rows, columns) = (model.rows(), model.dimension());
    let largest = spectrum::largest_singular_value(&model.matrix, rows, columns)
        .map_err(|error| CellError::Bug(error.to_string()))?;
    let smoothness = largest * largest / rows as f64 / 4.0 + 2.0 * REGULARISATION;
    let slope = 3.0 * 3.0_f64.sqrt() / 8.0 * (columns as f64).sqrt();
    Ok((smoothness, 1.0 + REGULARISATION * slope))
}

impl Experiment for NonconvexBound {
    const NAME: &'static str = "nonconvex-bound";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("steps", self.steps)?;
        check_positive("kept", self.kept as u64)
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec!["breast-cancer"]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut model = breast_cancer(context.dataset("breast-cancer")?, REGULARISATION);
        let (smoothness, moment) = constants(&model)?;
        let parts = split::uniform(model.rows(), NODES, &mut context.stream("split")?);
        let start = vec![0.0; model.dimension()];
        let gap = model.value(&start);
        let step_size = 1.0 / (self.steps as f64).sqrt();
        let gamma = contraction(self.kept, start.len());
        let method = if self.memory {
            Method::TopkEf
        } else {
            Method::TopkNoef
        };
        let mut cluster = setting::cluster(start, parts, 1, method, self.kept, context)?;
        let mut meter = Meter::new(self.kept);
        let mut seen = Observation::default();
        let mut gradient = Vec::new();
        let (mut sum, mut least, mut largest) = (0.0, f64::INFINITY, 0.0_f64);
        while cluster.steps < self.steps {
            let square = model.squared_gradient(&cluster.parameters, &mut gradient);
            sum += square;
            least = least.min(square);
            cluster.observed_step(&mut model, step_size, &mut seen);
            largest = largest.max(meter.measure(&seen).disagreement);
        }
        recorder.check_stop()?;
        let bound = |disagreement| {
            nonconvex_bound(
                gap,
                step_size,
                self.steps,
                smoothness,
                moment,
                gamma,
                disagreement,
            )
        };
        recorder.scalars(&[
            ("mean-squared-gradient", sum / self.steps as f64),
            ("least-squared-gradient", least),
            ("bound", bound(largest)),
            ("bound-without-xi", bound(0.0)),
            ("xi-max", largest),
        ])?;
        Ok(outcome(&cluster))
    }
}
