//! Whether a claim can fail at all with the replicates it has.

use std::collections::BTreeMap;

use super::grids::{same_axes, size_list};
use crate::claims::{Claim, validate_refutable};
use crate::diagnostics::Problem;
use crate::manifest::model::Manifest;
use crate::manifest::paper::Draft;
use crate::size::Size;

/// Reports tests that no data could refute, at every size but smoke; the manifest must be sound.
pub(in crate::manifest) fn refutable(draft: &Draft<'_>, manifest: &Manifest) {
    for (item, claim) in draft.claims.iter().zip(&manifest.claims) {
        let mut found: BTreeMap<String, Vec<Size>> = BTreeMap::new();
        let mut last: Option<(Size, Vec<String>)> = None;
        for size in Size::ALL.into_iter().filter(|size| *size != Size::Smoke) {
            let same = last
                .take()
                .filter(|(other, _)| alike(manifest, claim, *other, size));
            let messages = same.map_or_else(
                || validate_refutable(manifest, claim, size),
                |(_, messages)| messages,
            );
            for message in &messages {
                found.entry(message.clone()).or_default().push(size);
            }
            last = Some((size, messages));
        }
        for (message, sizes) in found {
            let mut tests = item.tests.iter();
            let about = |name: &str| message.starts_with(&format!("test `{name}` "));
            let test = tests.find(|test| about(&test.test.name));
            let place = test.map_or(item.node, |test| test.node.child("estimand"));
            let problem = Problem::new(place.span, message);
            place.push(problem.label(format!("at {}", size_list(&sizes))));
        }
    }
}

/// Whether all that a claim reads has the same grid and replicates at two sizes.
fn alike(manifest: &Manifest, claim: &Claim, one: Size, other: Size) -> bool {
    claim.tests.iter().all(|test| {
        manifest.experiment(&test.experiment).is_some_and(|spec| {
            same_axes(spec, one, other) && spec.replicates.at(one) == spec.replicates.at(other)
        })
    })
}
