//! What a page says of one claim.

use harness_core::claims::{
    Ablation, Claim, Control, ControlState, Finding, Part, Verdict, Weight,
};
use harness_core::manifest::{Deviation, Manifest};
use serde::Serialize;

use super::text;
use crate::templates::prose;

/// A claim as the page template sees it; everything is Markdown.
#[derive(Debug, Serialize)]
pub(crate) struct ClaimView {
    id: String,
    headline: bool,
    says: String,
    source: String,
    verdict: String,
    /// Why it is untested; empty otherwise.
    reason: String,
    /// Which part is shown in the verdict table; empty if there is only one.
    part: String,
    measured: String,
    criterion: String,
    margin: String,
    /// The controls, one a line.
    controls: Vec<ControlView>,
    no_ablation: String,
    tolerance: String,
    sheet: String,
    deviations: Vec<String>,
    parts: Vec<PartView>,
}

/// One ablation.
#[derive(Debug, Serialize)]
pub(crate) struct ControlView {
    /// For the verdict table.
    brief: String,
    name: String,
    sets: String,
    because: String,
    state: String,
    measured: String,
    criterion: String,
    margin: String,
    /// The parts measured under it.
    parts: Vec<PartView>,
}

/// One part, of the claim or under an ablation.
#[derive(Debug, Serialize)]
pub(crate) struct PartView {
    test: String,
    group: String,
    measured: String,
    range: String,
    interval: String,
    criterion: String,
    margin: String,
    state: String,
}

impl PartView {
    fn new(part: &Part) -> Self {
        Self {
            test: prose(&part.test),
            group: text::axes(&part.group),
            measured: text::measured(part),
            range: text::range(part),
            interval: text::interval_kind(part),
            criterion: text::criterion(part),
            margin: text::margin(part),
            state: text::state(part),
        }
    }
}

impl ClaimView {
    /// Puts together what the manifest and the judgement say.
    pub(crate) fn new(manifest: &Manifest, claim: &Claim, finding: Option<&Finding>) -> Self {
        let parts = finding.map_or(&[][..], |finding| &finding.parts);
        let decisive = text::decisive(parts);
        let controls = claim.ablations.iter().filter_map(|ablation| {
            let mut controls = finding?.controls.iter();
            let control = controls.find(|control| control.ablation == ablation.name)?;
            Some(ControlView::new(ablation, control))
        });
        let touching = manifest.deviations.iter();
        let touching = touching.filter(|deviation| touches(deviation, claim));
        Self {
            id: claim.id.clone(),
            headline: claim.weight == Weight::Headline,
            says: prose(&claim.says),
            source: prose(&claim.source),
            verdict: text::verdict(verdict_of(finding)),
            reason: finding.map_or_else(
                || "it was not judged".to_owned(),
                |finding| prose(&finding.reason),
            ),
            part: decisive
                .map(|part| named_part(part, parts))
                .unwrap_or_default(),
            measured: decisive.map_or_else(|| "–".into(), text::measured),
            criterion: decisive.map_or_else(|| "–".into(), text::criterion),
            margin: decisive.map_or_else(|| "–".into(), text::margin),
            controls: controls.collect(),
            no_ablation: prose(&claim.no_ablation),
            tolerance: prose(&claim.tolerance),
            sheet: prose(&claim.sheet),
            deviations: touching.map(|deviation| deviation.id.clone()).collect(),
            parts: parts.iter().map(PartView::new).collect(),
        }
    }
}

/// The verdict of a claim; one that was not judged is untested.
pub(crate) fn verdict_of(finding: Option<&Finding>) -> Verdict {
    finding.map_or(Verdict::Untested, |finding| finding.verdict)
}

/// Deviations that concern every claim are named once, under the verdict table.
fn touches(deviation: &Deviation, claim: &Claim) -> bool {
    deviation.claims.contains(&claim.id)
}

/// Which of several parts this is, such as ``worst of 12: slope `data=iris` ``.
fn named_part(part: &Part, parts: &[Part]) -> String {
    if parts.len() < 2 {
        return String::new();
    }
    let several = parts.iter().any(|other| other.test != part.test);
    let mut words = Vec::new();
    if several {
        words.push(prose(&part.test));
    }
    if !part.group.is_empty() {
        words.push(text::axes(&part.group));
    }
    format!("closest of {} parts, {}", parts.len(), words.join(" "))
        .trim_end_matches(", ")
        .to_owned()
}

impl ControlView {
    fn new(ablation: &Ablation, control: &Control) -> Self {
        let decisive = text::decisive(&control.parts);
        let measured = decisive.map_or_else(|| "–".into(), text::measured);
        let name = prose(&ablation.name);
        let (state, brief) = match (control.state, &ablation.finding) {
            (ControlState::Fails, _) => {
                let what = decisive.map_or_else(String::new, text::measured);
                ("fails, as it must".to_owned(), format!("{name}: {what}"))
            }
            (ControlState::Survives, Some(finding)) => (
                format!("survives: **not needed here.** {}", prose(finding)),
                format!("*not needed here:* {name}"),
            ),
            (ControlState::Survives, None) => (
                "**survives: the claim is vacuous**".to_owned(),
                format!("⚠️ **vacuous**, holds under {name} too"),
            ),
            (ControlState::Undecided, _) => (
                "**control undecided**".to_owned(),
                format!("⚠️ control undecided: {name}"),
            ),
            (ControlState::Untested, _) => (
                format!("not measured: {}", prose(&control.reason)),
                format!("{name}: not measured"),
            ),
        };
        Self {
            brief,
            name,
            sets: text::axes(&ablation.set),
            because: prose(ablation.because.trim().trim_end_matches('.')),
            state,
            measured,
            criterion: decisive.map_or_else(|| "–".into(), text::criterion),
            margin: decisive.map_or_else(|| "–".into(), text::margin),
            parts: control.parts.iter().map(PartView::new).collect(),
        }
    }
}

/// A remark that must not be overlooked.
#[derive(Debug, Serialize)]
pub(crate) struct Notice {
    /// `CAUTION`, `WARNING` or `NOTE`, as GitHub's alerts.
    pub(crate) level: &'static str,
    text: String,
    /// What it is about, one a line; may be empty.
    items: Vec<String>,
}

/// Vacuous claims, undecided controls and recorded findings: one remark for each kind.
pub(crate) fn notices(manifest: &Manifest, findings: &[Finding]) -> Vec<Notice> {
    let mut vacuous = Vec::new();
    let mut undecided = Vec::new();
    let mut refuted = Vec::new();
    let mut recorded = Vec::new();
    for claim in &manifest.claims {
        let finding = findings.iter().find(|finding| finding.claim == claim.id);
        for control in finding.iter().flat_map(|finding| &finding.controls) {
            let ablation = claim.ablations.iter().find(|a| a.name == control.ablation);
            let remark = ablation.and_then(|ablation| ablation.finding.as_ref());
            let item = format!("{}, under “{}”", claim.id, prose(&control.ablation));
            match (control.state, remark) {
                (ControlState::Survives, None) => vacuous.push(item),
                (ControlState::Survives, Some(text)) => {
                    recorded.push(format!("{item}: {}", prose(text)));
                }
                (ControlState::Fails, Some(text)) => {
                    refuted.push(format!("{item}: {}", prose(text)));
                }
                (ControlState::Undecided, _) => undecided.push(item),
                (ControlState::Fails, None) | (ControlState::Untested, _) => {}
            }
        }
    }
    let kinds = [
        (
            "WARNING",
            "**Vacuous:** these claims also come out reproduced where the theory says that they \
             should not.",
            vacuous,
        ),
        (
            "WARNING",
            "**Control undecided:** whether these claims can fail was not settled.",
            undecided,
        ),
        (
            "WARNING",
            "**A recorded finding is not confirmed:** these claims fail although the manifest \
             records that they survive.",
            refuted,
        ),
        (
            "NOTE",
            "**This condition was not needed here:** these claims survive the loss of something \
             that their theory asks for.",
            recorded,
        ),
    ];
    let said = kinds.into_iter().filter(|(_, _, items)| !items.is_empty());
    said.map(|(level, text, items)| Notice {
        level,
        text: text.to_owned(),
        items,
    })
    .collect()
}

/// A remark about cells that failed.
pub(crate) fn failed_cells(count: usize) -> Option<Notice> {
    (count > 0).then(|| Notice {
        level: "CAUTION",
        text: format!(
            "**{count} {} failed.** The claims that read {} are untested; \
             `cells.csv` says why.",
            if count == 1 { "cell" } else { "cells" },
            if count == 1 { "it" } else { "them" },
        ),
        items: Vec::new(),
    })
}

/// How many claims of one weight got which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) total: usize,
    pub(crate) reproduced: usize,
    pub(crate) not_reproduced: usize,
    pub(crate) inconclusive: usize,
    pub(crate) untested: usize,
}

impl Tally {
    /// Counts the claims that `counts` selects.
    pub(crate) fn of(
        manifest: &Manifest,
        findings: &[Finding],
        counts: impl Fn(&Claim) -> bool,
    ) -> Self {
        let mut tally = Self::default();
        for claim in manifest.claims.iter().filter(|claim| counts(claim)) {
            let finding = findings.iter().find(|finding| finding.claim == claim.id);
            tally.total += 1;
            *match verdict_of(finding) {
                Verdict::Reproduced => &mut tally.reproduced,
                Verdict::NotReproduced => &mut tally.not_reproduced,
                Verdict::Inconclusive => &mut tally.inconclusive,
                Verdict::Untested => &mut tally.untested,
            } += 1;
        }
        tally
    }

    /// `5 of 6 headline claims reproduced, 1 inconclusive`.
    pub(crate) fn in_words(&self, what: &str) -> String {
        let claims = if self.total == 1 { "claim" } else { "claims" };
        let (reproduced, total) = (self.reproduced, self.total);
        let mut text = format!("{reproduced} of {total} {what} {claims} reproduced");
        for (count, word) in [
            (self.not_reproduced, "not reproduced"),
            (self.inconclusive, "inconclusive"),
            (self.untested, "untested"),
        ] {
            if count > 0 {
                text.extend([", ", &count.to_string(), " ", word]);
            }
        }
        text
    }
}
