//! The two inequalities of the convergence proof at random weights.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::elementary::exp;
use harness_numerics::random::{shuffle, standard_normal, uniform};
use serde::Deserialize;

use super::setting::{Data, Instance, StepUnit};
use crate::descent::{one_epoch, one_step};
use crate::losses::Loss;
use crate::sampling::Order;

/// How often the loss ended above what an inequality allows.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DescentInequalities {
    data: Data,
    inequality: Inequality,
    /// What the claimed decrease is multiplied with.
    claim_factor: f64,
    points: u32,
}

/// Which inequality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Inequality {
    /// One step with replacement, in exact expectation.
    WithReplacement,
    /// One epoch in a random order.
    WithoutReplacement,
}

impl Experiment for DescentInequalities {
    const NAME: &'static str = "descent";

    fn validate(&self) -> Result<(), AxisError> {
        self.data.check_planar()
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let instance = Instance::new(self.data, context)?;
        let loss = Loss::Logistic;
        let points = &instance.points;
        let constants = (loss.smoothness(), instance.sigma, instance.reference.margin);
        let sampler = match self.inequality {
            Inequality::WithReplacement => Order::WithReplacement,
            Inequality::WithoutReplacement => Order::Reshuffled,
        };
        let limit = StepUnit::TheoremLimit.step(&instance, loss, sampler, 1);
        let mut generator = context.stream("weights")?;
        let mut order: Vec<u32> = (0..points.count() as u32).collect();
        let mut violations = 0_u32;
        let mut tightest = f64::INFINITY;
        for _ in 0..self.points {
            let exponent = uniform(&mut generator, -1.0, 0.5);
            let size = exp(std::f64::consts::LN_10 * exponent);
            let weights = [
                size * standard_normal(&mut generator),
                size * standard_normal(&mut generator),
            ];
            let step = limit * uniform(&mut generator, 0.01, 0.999);
            shuffle(&mut generator, &mut order);
            let descent = match self.inequality {
                Inequality::WithReplacement => one_step(points, loss, constants, step, &weights),
                Inequality::WithoutReplacement => {
                    one_epoch(points, loss, constants, step, &order, &weights)
                }
            };
            violations += u32::from(descent.violates(self.claim_factor));
            tightest = tightest.min(descent.ratio());
        }
        recorder.scalars(&[
            ("violations", f64::from(violations)),
            ("tightest-ratio", tightest),
        ])?;
        Ok(Outcome::Done)
    }
}
