//! `claims.json`: verdicts for machines.

use harness_core::claims::{
    Claim, ControlState, Criterion, Estimand, Finding, Part, PartState, Weight,
};
use harness_core::manifest::Manifest;
use harness_core::size::Size;
use serde::Serialize;

use crate::axes_text::encode;
use crate::error::ReportError;
use crate::page::verdict_of;

/// The version of the format; a reader should refuse others.
pub const CLAIMS_SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    paper: &'a str,
    size: &'static str,
    claims: Vec<ClaimJson<'a>>,
}

#[derive(Serialize)]
struct ClaimJson<'a> {
    id: &'a str,
    weight: &'static str,
    says: &'a str,
    source: &'a str,
    verdict: &'static str,
    reason: &'a str,
    parts: Vec<PartJson<'a>>,
    ablations: Vec<AblationJson<'a>>,
}

#[derive(Serialize)]
struct PartJson<'a> {
    test: &'a str,
    group: String,
    estimand: &'static str,
    /// The share asked for, where the estimand is a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    criterion: CriterionJson,
    n: usize,
    value: Number,
    interval: [Number; 2],
    coverage: Number,
    range: [Number; 2],
    margin: Number,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    replicates_needed: Option<u64>,
}

#[derive(Serialize)]
struct CriterionJson {
    low: Number,
    high: Number,
    open: bool,
}

#[derive(Serialize)]
struct AblationJson<'a> {
    name: &'a str,
    set: String,
    state: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<&'a str>,
    parts: Vec<PartJson<'a>>,
}

/// A number; `"inf"`, `"-inf"` or `"nan"` where JSON has none.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if value.is_nan() => serializer.serialize_str("nan"),
            f64::INFINITY => serializer.serialize_str("inf"),
            f64::NEG_INFINITY => serializer.serialize_str("-inf"),
            value => serializer.serialize_f64(value),
        }
    }
}

/// The text of `claims.json`.
pub(crate) fn claims(
    manifest: &Manifest,
    size: Size,
    findings: &[Finding],
) -> Result<String, ReportError> {
    let document = Document {
        schema: CLAIMS_SCHEMA,
        paper: &manifest.paper.slug,
        size: size.name(),
        claims: manifest
            .claims
            .iter()
            .map(|claim| {
                let finding = findings.iter().find(|finding| finding.claim == claim.id);
                claim_json(claim, finding)
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|error| ReportError::Template(format!("claims.json: {error}")))?;
    text.push('\n');
    Ok(text)
}

fn claim_json<'a>(claim: &'a Claim, finding: Option<&'a Finding>) -> ClaimJson<'a> {
    let controls = finding.map_or(&[][..], |finding| &finding.controls);
    ClaimJson {
        id: &claim.id,
        weight: match claim.weight {
            Weight::Headline => "headline",
            Weight::Secondary => "secondary",
        },
        says: &claim.says,
        source: &claim.source,
        verdict: verdict_of(finding).name(),
        reason: finding.map_or("it was not judged", |finding| &finding.reason),
        parts: parts_json(finding.map_or(&[][..], |finding| &finding.parts)),
        ablations: claim
            .ablations
            .iter()
            .map(|ablation| {
                let control = controls
                    .iter()
                    .find(|control| control.ablation == ablation.name);
                AblationJson {
                    name: &ablation.name,
                    set: encode(&ablation.set),
                    state: control.map_or("untested", |control| match control.state {
                        ControlState::Fails => "fails",
                        ControlState::Survives => "survives",
                        ControlState::Undecided => "undecided",
                        ControlState::Untested => "untested",
                    }),
                    reason: control.map_or("", |control| &control.reason),
                    finding: ablation.finding.as_deref(),
                    parts: parts_json(control.map_or(&[][..], |control| &control.parts)),
                }
            })
            .collect(),
    }
}

fn parts_json(parts: &[Part]) -> Vec<PartJson<'_>> {
    parts.iter().map(part_json).collect()
}

fn part_json(part: &Part) -> PartJson<'_> {
    let (estimand, share) = match part.estimand {
        Estimand::Mean => ("mean", None),
        Estimand::Median => ("median", None),
        Estimand::Share { at_least } => ("share", Some(at_least)),
        Estimand::ViolationsAtMost { p } => ("violations", Some(p)),
        Estimand::Surely => ("surely", None),
        Estimand::Deterministic => ("deterministic", None),
    };
    let Criterion { low, high, open } = part.criterion;
    PartJson {
        test: &part.test,
        group: encode(&part.group),
        estimand,
        share,
        criterion: CriterionJson {
            low: Number(low),
            high: Number(high),
            open,
        },
        n: part.n,
        value: Number(part.estimate),
        interval: [Number(part.low), Number(part.high)],
        coverage: Number(part.coverage),
        range: [Number(part.smallest), Number(part.largest)],
        margin: Number(part.margin),
        state: match part.state {
            PartState::Met => "met",
            PartState::Missed => "missed",
            PartState::Undecided => "undecided",
        },
        replicates_needed: part.needed,
    }
}
