//! From runs to one number for each part, ablation and replicate.

use super::model::{Ablation, Claim, Measured, Measurement, Statistic, Test};
use super::plan::{self, Group};
use super::reduce::{self, Labelled};
use crate::axes::Axes;
use crate::experiment::Check;
use crate::manifest::Manifest;
use crate::run::{Outcome, Run, RunTable};
use crate::size::Size;

/// Measures every claim and every ablation of it: exactly one measurement for each planned claim,
/// test, group, ablation and replicate, in this order (the claim itself before its ablations).
///
/// A planned cell without a run, or one that failed or was skipped, is told by the measurement;
/// nothing is left out.
pub fn measure(
    manifest: &Manifest,
    checks: &[Check],
    size: Size,
    table: &RunTable,
) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    for claim in &manifest.claims {
        for test in &claim.tests {
            let Some(experiment) = manifest.experiment(&test.experiment) else {
                continue;
            };
            let replicates = *experiment.replicates.at(size);
            let source = Source {
                manifest,
                checks,
                table,
                test,
            };
            for group in plan::groups(experiment, test, size) {
                for ablation in versions(claim) {
                    measurements.extend((0..replicates).map(|replicate| Measurement {
                        claim: claim.id.clone(),
                        test: test.name.clone(),
                        group: group.values.clone(),
                        ablation: ablation.map(|ablation| ablation.name.clone()),
                        replicate,
                        value: source.measure(&group, ablation, replicate),
                    }));
                }
            }
        }
    }
    measurements
}

fn versions(claim: &Claim) -> impl Iterator<Item = Option<&Ablation>> {
    std::iter::once(None).chain(claim.ablations.iter().map(Some))
}

struct Source<'a> {
    manifest: &'a Manifest,
    checks: &'a [Check],
    table: &'a RunTable,
    test: &'a Test,
}

impl<'a> Source<'a> {
    fn measure(&self, group: &Group, ablation: Option<&Ablation>, replicate: u32) -> Measured {
        let number = || {
            let found = self.runs(&group.points, ablation, replicate);
            let against = self.runs(&group.against, ablation, replicate);
            let troubles = found
                .iter()
                .chain(&against)
                .filter_map(|(_, place)| place.as_ref().err());
            if let Some((_, worst)) = troubles.min_by_key(|(rank, _)| *rank) {
                return Err(worst.clone());
            }
            let runs: Vec<Labelled<'_>> = present(found);
            let against: Vec<Labelled<'_>> = present(against);
            reduce::number(&self.test.statistic, &runs, &against, self.checks)
        };
        match number() {
            Ok(number) if number.is_nan() => Measured::Worst(format!(
                "not a number: {} over {} cells",
                reduce::describe(&self.test.statistic),
                group.points.len() + group.against.len()
            )),
            Ok(number) => Measured::Number(number),
            Err(other) => other,
        }
    }

    fn runs(
        &self,
        labels: &[Axes],
        ablation: Option<&Ablation>,
        replicate: u32,
    ) -> Vec<(Axes, Place<'a>)> {
        let place = |label: &Axes| {
            let experiment = &self.test.experiment;
            let cell = plan::cell(self.manifest, experiment, label, ablation, replicate);
            let Some(run) = self.table.get(&cell) else {
                return Err((1, Measured::Absent(format!("no run of {cell}"))));
            };
            let reads_outcomes = matches!(self.test.statistic, Statistic::Outcome { .. });
            let name = run.outcome.name();
            match &run.outcome {
                Outcome::Failed { message } => {
                    Err((0, Measured::Failed(format!("{cell}: {message}"))))
                }
                Outcome::Skipped { reason } => {
                    Err((1, Measured::Absent(format!("{name}: {reason} ({cell})"))))
                }
                Outcome::OutOfBudget { step } if !reads_outcomes => {
                    let text = format!("{name} at step {step}: {cell}");
                    Err((2, Measured::Worst(text)))
                }
                Outcome::Diverged { step } if !reads_outcomes => {
                    let text = format!("{name} at step {step}: {cell}");
                    Err((3, Measured::Worst(text)))
                }
                Outcome::Done | Outcome::Diverged { .. } | Outcome::OutOfBudget { .. } => Ok(run),
            }
        };
        let labelled = |label: &Axes| (label.clone(), place(label));
        labels.iter().map(labelled).collect()
    }
}

/// A run, or why there is none to read with the rank of that reason: the lowest rank counts.
type Place<'a> = Result<&'a Run, (u8, Measured)>;

fn present<'a>(places: Vec<(Axes, Place<'a>)>) -> Vec<Labelled<'a>> {
    let present = |(label, place): (Axes, Place<'a>)| Some((label, place.ok()?));
    places.into_iter().filter_map(present).collect()
}
