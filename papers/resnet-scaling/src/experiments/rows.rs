//! What is measured on the trained networks of a study, depth by depth, and the exponents over depths.

use harness_core::{CellError, Recorder};
use serde::{Deserialize, Serialize};

use super::study::{DataName, Study};
use crate::statistics::{Hypothesis, PowerLaw, TensorStatistics};
use crate::training::train::Trained;

/// What is kept of one trained network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) depth: usize,
    scale: f64,
    max_norm: f64,
    cumulative_norm: f64,
    max_increment: f64,
    root_sum_of_squares: f64,
    quadratic_variation: f64,
    bias_norm: f64,
    mean_loss: f64,
    test: f64,
    epochs: u32,
    converged: bool,
    diverged: bool,
}

impl Row {
    /// The statistics of a network; `test` is its loss or accuracy.
    pub(super) fn of(trained: &Trained, test: f64) -> Self {
        let network = &trained.network;
        let tensor = network.measured();
        let (block, matrix) = (network.block(), network.width * network.width);
        let weights = TensorStatistics::of(&tensor, block, 0, matrix);
        Self {
            depth: network.depth,
            scale: network.mean_scale(),
            max_norm: weights.max_norm,
            cumulative_norm: weights.cumulative_norm,
            max_increment: weights.max_increment,
            root_sum_of_squares: weights.root_sum_of_squares,
            quadratic_variation: weights.quadratic_variation,
            bias_norm: TensorStatistics::of(&tensor, block, matrix, block).max_norm,
            mean_loss: trained.mean_loss,
            test,
            epochs: trained.epochs,
            converged: trained.converged,
            diverged: trained.diverged.is_some(),
        }
    }
}

impl Study {
    /// Records the curves of all rows with their fits, and the exponents.
    pub(super) fn record_exponents(
        &self,
        rows: &[Row],
        recorder: &mut Recorder<'_>,
    ) -> Result<(), CellError> {
        let law = |most: usize, of: &dyn Fn(&Row) -> f64| {
            let rows = rows.iter().filter(|row| row.converged && row.depth <= most);
            let points: Vec<(f64, f64)> = rows.map(|row| (row.depth as f64, of(row))).collect();
            PowerLaw::fit(&points)
        };
        let all = usize::MAX;
        let scale = law(all, &|row| row.scale);
        let norm = law(all, &|row| row.max_norm);
        let increment = law(all, &|row| row.max_increment / row.max_norm);
        let cumulative = law(all, &|row| row.cumulative_norm);
        let squares = law(all, &|row| row.root_sum_of_squares);
        let variation = law(all, &|row| row.quadratic_variation);
        for row in rows {
            let depth = row.depth as f64;
            let scaled = libm::pow(depth, self.trend_exponent) * row.max_increment;
            let values = [
                ("scale", row.scale),
                ("scale-fit", scale.at(depth)),
                ("max-norm", row.max_norm),
                ("max-norm-fit", norm.at(depth)),
                ("bias-norm", row.bias_norm),
                ("increment-ratio", row.max_increment / row.max_norm),
                ("increment-ratio-fit", increment.at(depth)),
                ("scaled-increment", scaled),
                ("cumulative-norm", row.cumulative_norm),
                ("cumulative-norm-fit", cumulative.at(depth)),
                ("root-sum-of-squares", row.root_sum_of_squares),
                ("root-sum-of-squares-fit", squares.at(depth)),
                ("quadratic-variation", row.quadratic_variation),
                ("sobolev-norm", (depth * row.quadratic_variation).sqrt()),
                ("training-loss", row.mean_loss),
                ("epochs", f64::from(row.epochs)),
                ("converged", f64::from(u8::from(row.converged))),
            ];
            recorder.at(row.depth as u64, &values.map(plain))?;
            let tested = match self.data {
                DataName::Synthetic => "test-loss",
                _ => "accuracy",
            };
            recorder.at(row.depth as u64, &[plain((tested, row.test))])?;
        }
        let (alpha, beta) = (-scale.slope, -norm.slope);
        let cumulative_excess = cumulative.slope - (1.0 - beta);
        let squares_excess = squares.slope - (0.5 - beta);
        let hypothesis =
            Hypothesis::decide(increment, cumulative_excess, squares.slope, squares_excess);
        let count = |of: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| of(row)).count() as f64;
        let scalars = [
            ("alpha", alpha),
            ("alpha-error", scale.slope_error),
            ("beta", beta),
            ("beta-error", norm.slope_error),
            ("alpha-plus-beta", alpha + beta),
            ("alpha-below-one", (1.0 - alpha) / scale.slope_error),
            ("beta-above-zero", beta / norm.slope_error),
            ("increment-slope", increment.slope),
            ("increment-slope-error", increment.slope_error),
            ("cumulative-excess", cumulative_excess),
            ("squares-slope", squares.slope),
            ("squares-excess", squares_excess),
            ("variation-slope", variation.slope),
            ("bias-beta", -law(all, &|row| row.bias_norm).slope),
            (
                "beta-judged",
                -law(self.judged_depth, &|row| row.max_norm).slope,
            ),
            ("beta-to-520", -law(520, &|row| row.max_norm).slope),
            ("beta-to-1000", -law(1000, &|row| row.max_norm).slope),
            (
                "squares-slope-to-645",
                law(645, &|row| row.root_sum_of_squares).slope,
            ),
            ("hypothesis", hypothesis.number()),
            ("converged-depths", count(&|row| row.converged)),
            ("diverged-depths", count(&|row| row.diverged)),
        ];
        recorder.scalars(&scalars.map(plain))
    }
}

/// Makes what is not a number one and the same: its sign and payload are the processor's choice.
pub(super) fn plain((name, value): (&str, f64)) -> (&str, f64) {
    (name, if value.is_nan() { f64::NAN } else { value })
}
