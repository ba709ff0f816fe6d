//! Ablations: each must change cells that the claim reads.

use std::collections::BTreeSet;

use super::grids::{Grids, Subject, size_list};
use super::{experiment, selection, unknown_experiment};
use crate::diagnostics::Problem;
use crate::manifest::claim::{AblationDraft, ClaimDraft, TestDraft};
use crate::manifest::paper::Draft;
use crate::size::Size;

/// Checks one ablation of a claim.
pub(super) fn check(
    draft: &Draft<'_>,
    grids: &Grids,
    claim: &ClaimDraft<'_>,
    item: &AblationDraft<'_>,
) {
    let node = item.node;
    let only = item.ablation.experiment.as_deref();
    let affected: Vec<(&TestDraft<'_>, Subject<'_>)> = claim
        .tests
        .iter()
        .filter(|test| only.is_none_or(|name| name == test.test.experiment))
        .filter_map(|test| {
            let experiment = draft.experiment(&test.test.experiment)?;
            Some((test, grids.subject(experiment)))
        })
        .collect();
    if let Some(name) = only
        && affected.is_empty()
    {
        let place = node.child("experiment");
        if draft.experiment(name).is_some() {
            let message = format!("no test of this claim reads experiment `{name}`");
            place.problem(message);
        } else {
            unknown_experiment(draft, name, place);
        }
        return;
    }
    let sound = affected
        .iter()
        .all(|(test, subject)| test.sound && subject.points.is_some());
    if affected.is_empty() || !item.sound || !sound {
        return;
    }
    let ((), sound) = node.problems.watch(|| names(item, &affected));
    if sound {
        changes(item, &affected);
    }
}

/// The axes that the ablation names belong to an experiment that it touches.
fn names(item: &AblationDraft<'_>, affected: &[(&TestDraft<'_>, Subject<'_>)]) {
    let having = |name: &str| -> Vec<Subject<'_>> {
        let subjects = affected.iter().map(|(_, subject)| *subject);
        subjects.filter(|subject| subject.has_axis(name)).collect()
    };
    let unknown = |key: &str, name: &str| {
        let entry = item.node.child(key).child(name);
        let axes = affected
            .iter()
            .flat_map(|(_, subject)| subject.draft.spec.axis_names());
        let axes: BTreeSet<&str> = axes.collect();
        let problem = Problem::unknown(entry.key_span, "axis", name, axes);
        entry.push(problem);
    };
    for (name, value) in item.ablation.set.iter() {
        let subjects = having(name);
        if subjects.is_empty() {
            unknown("set", name);
        }
        let ends_run = subjects.iter().any(|subject| {
            let record = subject.draft.spec.record.as_ref();
            record.is_some_and(|record| record.until == name)
        });
        if ends_run && !experiment::is_step(value) {
            let message = format!("runs end at the value of axis `{name}`");
            let entry = item.node.child("set").child(name);
            let problem = Problem::new(entry.span, message);
            entry.push(problem.note("allowed: whole numbers of at least 1"));
        }
    }
    for (name, values) in &item.ablation.select.0 {
        let subjects = having(name);
        if subjects.is_empty() {
            unknown("where", name);
        }
        // With several experiments a value of one need not be a value of another.
        let first = subjects
            .first()
            .map(|subject| subject.draft.spec.name.as_str());
        let same = subjects
            .iter()
            .all(|s| Some(s.draft.spec.name.as_str()) == first);
        if let (Some(subject), true) = (subjects.first(), same) {
            let entry = item.node.child("where").child(name);
            for (index, value) in values.iter().enumerate() {
                selection::value(*subject, name, value, entry.nth(index));
            }
        }
    }
}

/// At every size some cell that the claim reads is another one.
fn changes(item: &AblationDraft<'_>, affected: &[(&TestDraft<'_>, Subject<'_>)]) {
    let changed: BTreeSet<Size> = affected
        .iter()
        .flat_map(|(draft, subject)| {
            let test = &draft.test;
            subject
                .selected(&test.select)
                .filter(|(_, points)| {
                    points
                        .iter()
                        .any(|point| item.ablation.apply(&test.experiment, point) != **point)
                })
                .map(|(size, _)| size)
                .collect::<Vec<_>>()
        })
        .collect();
    let same: Vec<Size> = Size::ALL
        .into_iter()
        .filter(|size| !changed.contains(size))
        .collect();
    if !same.is_empty() {
        let place = item.node.child("set");
        let message = format!("the ablation changes nothing at {}", size_list(&same));
        let note =
            "the cells that the claim reads have these values already, or `where` leaves none";
        place.push(Problem::new(place.span, message).note(note));
    }
}
