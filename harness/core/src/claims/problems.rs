//! What makes a judged run an error.

use super::model::{Claim, Control, ControlState, Estimand, Finding, Part, Verdict};
use crate::manifest::Manifest;
use crate::size::Size;

/// The findings that make a run end with exit code 1, one sentence each, in the order of the
/// manifest.
///
/// At size `smoke` only failed cells and broken determinism: it is too small for controls to mean
/// anything.
pub fn problems(manifest: &Manifest, findings: &[Finding], size: Size) -> Vec<String> {
    let mut problems = Vec::new();
    for claim in &manifest.claims {
        for finding in findings.iter().filter(|finding| finding.claim == claim.id) {
            let mut tell = |problem: String| problems.push(format!("{}: {problem}", claim.id));
            if finding.reason.starts_with("failed") && claim.untested.is_none() {
                tell(finding.reason.clone());
            }
            for part in finding.parts.iter().filter(|part| disagrees(part)) {
                tell(format!(
                    "test `{}`{} is declared deterministic, but its replicates range from {} to {}",
                    part.test,
                    place(part),
                    part.smallest,
                    part.largest
                ));
            }
            for control in &finding.controls {
                if let Some(problem) = of_control(claim, finding, control, size) {
                    tell(format!("ablation `{}` {problem}", control.ablation));
                }
            }
        }
    }
    problems
}

fn of_control(claim: &Claim, finding: &Finding, control: &Control, size: Size) -> Option<String> {
    let recorded = claim
        .ablations
        .iter()
        .find(|ablation| ablation.name == control.ablation)
        .is_some_and(|ablation| ablation.finding.is_some());
    let tested = finding.verdict != Verdict::Untested;
    if control.state == ControlState::Untested && control.reason.starts_with("failed") {
        return Some(control.reason.clone());
    }
    match control.state {
        _ if size == Size::Smoke => None,
        ControlState::Survives if !recorded => Some(
            "does not break the claim, which is vacuous without a `finding` that says so".into(),
        ),
        ControlState::Fails if recorded => {
            Some("breaks the claim, but its `finding` says that it does not".into())
        }
        ControlState::Undecided if size == Size::Paper => Some(undecided(control)),
        ControlState::Untested if size == Size::Paper && tested => {
            Some(format!("could not be judged: {}", control.reason))
        }
        _ => None,
    }
}

fn undecided(control: &Control) -> String {
    // One missed part is enough, so the part that needs the fewest replicates says how many.
    match control.parts.iter().filter_map(|part| part.needed).min() {
        Some(needed) => format!("is undecided; about {needed} replicates would settle it"),
        None => "is undecided".into(),
    }
}

fn disagrees(part: &Part) -> bool {
    part.estimand == Estimand::Deterministic
        && !part.estimate.is_nan()
        && part.smallest.to_bits() != part.largest.to_bits()
}

fn place(part: &Part) -> String {
    if part.group.is_empty() {
        String::new()
    } else {
        format!(" at {}", part.group)
    }
}
