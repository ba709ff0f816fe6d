//! From measurements to verdicts.

use std::collections::BTreeMap;

use super::model::{
    Ablation, Claim, Control, ControlState, Finding, Measured, Measurement, Part, PartState,
    Verdict,
};
use super::part;
use crate::axes::Axes;
use crate::manifest::Manifest;

/// Judges every claim of a paper, in the order of the manifest.
///
/// The order of the measurements does not matter; a claim whose measurements are not one for each
/// replicate is untested.
pub fn judge(manifest: &Manifest, measurements: &[Measurement]) -> Vec<Finding> {
    let mut index = Index::new();
    for measurement in measurements {
        let key = (
            measurement.claim.as_str(),
            measurement.ablation.as_deref(),
            measurement.test.as_str(),
        );
        let groups = index.entry(key).or_default();
        groups
            .entry(&measurement.group)
            .or_default()
            .entry(measurement.replicate)
            .or_default()
            .push(&measurement.value);
    }
    let finding = |claim| finding(claim, &index);
    manifest.claims.iter().map(finding).collect()
}

/// Measurements by claim, ablation and test, then group, then replicate. More than one measurement
/// of a replicate is an error of the table.
type Index<'a> = BTreeMap<(&'a str, Option<&'a str>, &'a str), Groups<'a>>;
type Groups<'a> = BTreeMap<&'a Axes, BTreeMap<u32, Vec<&'a Measured>>>;

fn finding(claim: &Claim, index: &Index<'_>) -> Finding {
    if let Some(reason) = &claim.untested {
        return Finding {
            claim: claim.id.clone(),
            verdict: Verdict::Untested,
            reason: reason.clone(),
            parts: Vec::new(),
            controls: Vec::new(),
        };
    }
    let own = Judgement::of(claim, None, index);
    let controls = claim
        .ablations
        .iter()
        .map(|ablation| control(claim, ablation, &own, index));
    Finding {
        claim: claim.id.clone(),
        verdict: own.verdict,
        controls: controls.collect(),
        reason: own.reason,
        parts: own.parts,
    }
}

fn control(claim: &Claim, ablation: &Ablation, own: &Judgement, index: &Index<'_>) -> Control {
    let under = Judgement::of(claim, Some(&ablation.name), index);
    let shape = |judgement: &Judgement| -> Vec<(String, Axes, usize)> {
        let parts = judgement.parts.iter();
        parts
            .map(|part| (part.test.clone(), part.group.clone(), part.n))
            .collect()
    };
    let (state, reason) = if under.verdict == Verdict::Untested {
        (ControlState::Untested, under.reason)
    } else if let Some(worst) = under.out_of_budget {
        (ControlState::Untested, worst)
    } else if own.verdict != Verdict::Untested && shape(own) != shape(&under) {
        let reason = "it was not measured in the same parts and replicates as the claim";
        (ControlState::Untested, reason.to_owned())
    } else {
        let state = match under.verdict {
            Verdict::NotReproduced => ControlState::Fails,
            Verdict::Reproduced => ControlState::Survives,
            Verdict::Inconclusive | Verdict::Untested => ControlState::Undecided,
        };
        (state, String::new())
    };
    Control {
        ablation: ablation.name.clone(),
        state,
        reason,
        parts: under.parts,
    }
}

/// A claim, or a claim under an ablation, judged.
struct Judgement {
    verdict: Verdict,
    reason: String,
    parts: Vec<Part>,
    out_of_budget: Option<String>,
}

impl Judgement {
    fn of(claim: &Claim, ablation: Option<&str>, index: &Index<'_>) -> Self {
        let mut rows = Vec::new();
        let mut failed = Vec::new();
        let mut absent = Vec::new();
        let mut out_of_budget = None;
        for test in &claim.tests {
            let key = (claim.id.as_str(), ablation, test.name.as_str());
            let Some(groups) = index.get(&key) else {
                absent.push(format!("test `{}` has no measurements", test.name));
                continue;
            };
            for (group, replicates) in groups {
                let once = replicates.values().all(|values| values.len() == 1);
                if !once || !replicates.keys().copied().eq(0..replicates.len() as u32) {
                    absent.push(format!(
                        "test `{}` is not measured once for each replicate ({group})",
                        test.name
                    ));
                }
                let measured: Vec<&Measured> = replicates.values().flatten().copied().collect();
                for value in &measured {
                    match value {
                        Measured::Failed(message) => failed.push(format!("failed: {message}")),
                        Measured::Absent(reason) => absent.push(reason.clone()),
                        Measured::Worst(why) if value.is_out_of_budget() => {
                            out_of_budget = out_of_budget.or_else(|| Some(why.clone()));
                        }
                        Measured::Worst(_) | Measured::Number(_) => {}
                    }
                }
                rows.push((test, *group, measured));
            }
        }
        let count = rows.len();
        let parts: Vec<Part> = rows
            .iter()
            .map(|(test, group, measured)| part::judge(test, group, measured, count))
            .collect();
        let missing: Vec<String> = failed.into_iter().chain(absent).collect();
        let verdict = if !missing.is_empty() || parts.is_empty() {
            Verdict::Untested
        } else if parts.iter().any(|part| part.state == PartState::Missed) {
            Verdict::NotReproduced
        } else if parts.iter().all(|part| part.state == PartState::Met) {
            Verdict::Reproduced
        } else {
            Verdict::Inconclusive
        };
        Self {
            verdict,
            reason: summary(&missing),
            parts,
            out_of_budget,
        }
    }
}

/// The first reason, and how many others there are.
fn summary(reasons: &[String]) -> String {
    match reasons {
        [] => String::new(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}
