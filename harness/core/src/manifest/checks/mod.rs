//! What only the whole file can tell: duplicates, unknown names, empty selections.

mod ablation;
mod experiment;
mod figure;
pub(super) mod grids;
mod metric;
mod recorded;
mod refutable;
mod selection;
mod test;

use std::collections::BTreeMap;

pub(super) use self::experiment::is_step;
pub(super) use self::grids::{Grids, Subject};
pub(super) use self::refutable::refutable;
use super::paper::Draft;
use super::reader::Node;
use crate::diagnostics::Problem;

/// Checks names, selections and claims against each other.
pub(super) fn run(draft: &Draft<'_>, grids: &Grids) {
    let names = draft.experiments.iter();
    unique(
        "experiment",
        names.map(|e| (e.spec.name.as_str(), e.node.child("name"))),
    );
    for experiment in &draft.experiments {
        experiment::check(&grids.subject(experiment));
    }
    let ids = draft.claims.iter();
    unique(
        "claim",
        ids.map(|c| (c.claim.id.as_str(), c.node.child("id"))),
    );
    for claim in &draft.claims {
        let tests = claim.tests.iter();
        unique(
            "test",
            tests.map(|t| (t.test.name.as_str(), t.node.child("name"))),
        );
        let ablations = claim.ablations.iter();
        unique(
            "ablation",
            ablations.map(|a| (a.ablation.name.as_str(), a.node.child("name"))),
        );
        for test in &claim.tests {
            match draft.experiment(&test.test.experiment) {
                Some(experiment) => test::check(test, &grids.subject(experiment)),
                None => unknown_experiment(draft, &test.test.experiment, test.experiment),
            }
        }
        for ablation in &claim.ablations {
            ablation::check(draft, grids, claim, ablation);
        }
    }
    deviations(draft);
}

/// An experiment that the file does not have.
fn unknown_experiment(draft: &Draft<'_>, name: &str, place: Node<'_>) {
    if !name.is_empty() {
        let names = draft.experiments.iter().map(|e| e.spec.name.as_str());
        place.push(Problem::unknown(place.span, "experiment", name, names));
    }
}

fn deviations(draft: &Draft<'_>) {
    let ids = draft.deviations.iter();
    unique(
        "deviation",
        ids.map(|(d, node)| (d.id.as_str(), node.child("id"))),
    );
    for (deviation, node) in &draft.deviations {
        let places = node.child("claims");
        let claims = deviation.claims.iter().enumerate();
        unique(
            "claim",
            claims.clone().map(|(i, id)| (id.as_str(), places.nth(i))),
        );
        for (index, id) in claims {
            let known = || draft.claims.iter().map(|c| c.claim.id.as_str());
            if !known().any(|other| other == id) {
                let place = places.nth(index);
                place.push(Problem::unknown(place.span, "claim", id, known()));
            }
        }
    }
}

/// Reports every name that stands twice; empty ones have been reported already.
fn unique<'a>(what: &str, names: impl Iterator<Item = (&'a str, Node<'a>)>) {
    let mut seen: BTreeMap<&str, Node<'_>> = BTreeMap::new();
    for (name, place) in names.filter(|(name, _)| !name.is_empty()) {
        if let Some(first) = seen.get(name) {
            let problem = Problem::new(place.span, format!("{what} `{name}` stands twice"));
            place.push(problem.elsewhere("first", first.span));
        } else {
            seen.insert(name, place);
        }
    }
}
