//! A run of `TopK` with error correction of which the constants of Assumption 1 are measured.

use harness_core::{CellError, Outcome, Recorder};

use super::setting::outcome;
use crate::cluster::Cluster;
use crate::lemma::{Meter, Observation};
use crate::models::Model;
use crate::schedule::StepSizes;

/// How a run is observed.
pub(super) struct Plan<'a> {
    pub(super) kept: usize,
    pub(super) step_sizes: StepSizes,
    pub(super) steps: u64,
    /// ξ is measured at every so many steps.
    pub(super) every: u64,
    /// The steps after which curves are recorded, under the step names given.
    pub(super) checkpoints: &'a [(u64, u64)],
}

/// Runs and records `xi`, `xi-outer` (medians since the last checkpoint) and the scalars.
pub(super) fn run(
    cluster: &mut Cluster,
    model: &mut impl Model,
    plan: &Plan<'_>,
    recorder: &mut Recorder<'_>,
) -> Result<Outcome, CellError> {
    let mut meter = Meter::new(plan.kept);
    let mut seen = Observation::default();
    let mut disagreements: Vec<(u64, f64)> = Vec::new();
    let mut outer = Vec::new();
    let mut errors = Vec::new();
    let mut fresh = 0;
    for (end, name) in plan.checkpoints {
        while cluster.steps < *end {
            let step = cluster.steps;
            let size = plan.step_sizes.at(step);
            if !step.is_multiple_of(plan.every) {
                cluster.step(model, size);
                continue;
            }
            cluster.observed_step(model, size, &mut seen);
            let constants = meter.measure(&seen);
            disagreements.push((step, constants.disagreement));
            outer.push(constants.outer_disagreement);
            errors.push(constants.relative_error);
        }
        let recent = disagreements[fresh..].iter().map(|(_, value)| *value);
        recorder.at(
            *name,
            &[
                ("xi", quantile(recent, 0.5)),
                ("xi-outer", quantile(outer[fresh..].iter().copied(), 0.5)),
            ],
        )?;
        if fresh < disagreements.len() {
            fresh = disagreements.len();
        }
    }
    let quarter = plan.steps / 4;
    let all = || disagreements.iter().map(|(_, value)| *value);
    let within = |low: u64, high: u64| {
        let inside = disagreements
            .iter()
            .filter(move |(step, _)| (low..high).contains(step));
        quantile(inside.map(|(_, value)| *value), 0.5)
    };
    let drift = within(plan.steps - quarter, plan.steps) / within(0, quarter);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    recorder.scalars(&[
        ("xi-max", quantile(all(), 1.0)),
        ("xi-95", quantile(all(), 0.95)),
        ("xi-median", quantile(all(), 0.5)),
        ("xi-drift", drift),
        ("xi-outer-median", quantile(outer.iter().copied(), 0.5)),
        ("error-mean", mean),
        ("error-max", quantile(errors.iter().copied(), 1.0)),
    ])?;
    Ok(outcome(cluster))
}

/// The type-7 quantile; not a number of nothing or if a value is none.
pub(super) fn quantile(values: impl Iterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.collect();
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let place = share * (values.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(values.len() - 1);
    values[below] + (place - below as f64) * (values[above] - values[below])
}
