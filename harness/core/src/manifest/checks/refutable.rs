//! Whether a claim can fail at all with the replicates it has.

use std::collections::BTreeMap;

use super::grids::size_list;
use crate::claims::validate_refutable;
use crate::diagnostics::Problem;
use crate::manifest::model::Manifest;
use crate::manifest::paper::Draft;
use crate::size::Size;

/// Reports tests that no data could refute, at every size but smoke; the manifest must be sound.
pub(in crate::manifest) fn refutable(draft: &Draft<'_>, manifest: &Manifest) {
    for (item, claim) in draft.claims.iter().zip(&manifest.claims) {
        let mut found: BTreeMap<String, Vec<Size>> = BTreeMap::new();
        for size in Size::ALL.into_iter().filter(|size| *size != Size::Smoke) {
            for message in validate_refutable(manifest, claim, size) {
                found.entry(message).or_default().push(size);
            }
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
