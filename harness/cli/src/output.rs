//! What the command prints on standard output.

use std::io::{self, Write as _};

use anyhow::Result;
use harness_core::claims::{ControlState, Finding, Part, PartState, Verdict};
use harness_core::manifest::Manifest;
use serde_json::{Value, json};

/// Prints a line; a closed pipe is not an error.
pub(crate) fn line(text: &str) -> Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints a line on standard error, whatever the mode.
pub(crate) fn error_line(text: &str) {
    // There is nowhere left to say that standard error is gone.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Rows of text as columns, each as wide as its widest entry.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|text| text.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..count)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (entry, width) in row.iter().zip(&widths) {
            line.push_str(entry);
            line.push_str(&" ".repeat(width - entry.chars().count() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One row per claim: id, verdict, the part that decides, and the sentence.
pub(crate) fn verdict_table(manifest: &Manifest, findings: &[Finding]) -> String {
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|finding| {
            let claim = manifest
                .claims
                .iter()
                .find(|claim| claim.id == finding.claim);
            let decisive = decisive(finding).map_or_else(|| finding.reason.clone(), part_text);
            vec![
                format!("  {}", finding.claim),
                finding.verdict.name().to_owned(),
                control_text(finding),
                shortened(&decisive, 60),
                shortened(claim.map_or("", |claim| &claim.says), 70),
            ]
        })
        .collect();
    format!("{}\n{}", manifest.paper.slug, columns(&rows))
}

/// The part with the smallest margin: where the verdict was closest, or what refuted the claim.
fn decisive(finding: &Finding) -> Option<&Part> {
    let rank = |part: &Part| match part.state {
        PartState::Missed => 0,
        PartState::Undecided => 1,
        PartState::Met => 2,
    };
    finding
        .parts
        .iter()
        .min_by(|a, b| rank(a).cmp(&rank(b)).then(a.margin.total_cmp(&b.margin)))
}

fn part_text(part: &Part) -> String {
    let group = if part.group.is_empty() {
        String::new()
    } else {
        format!(" {}", part.group)
    };
    format!(
        "{}{group}: {} [{}, {}] n={}",
        part.test,
        number(part.estimate),
        number(part.low),
        number(part.high),
        part.n
    )
}

fn control_text(finding: &Finding) -> String {
    let broken = finding
        .controls
        .iter()
        .filter(|c| c.state == ControlState::Fails)
        .count();
    if finding.controls.is_empty() {
        return String::new();
    }
    format!("controls {broken}/{}", finding.controls.len())
}

fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let start: String = text.chars().take(limit - 1).collect();
    format!("{}…", start.trim_end())
}

/// Four significant digits, for people.
fn number(value: f64) -> String {
    let magnitude = value.abs();
    if !value.is_finite() || magnitude < f64::MIN_POSITIVE {
        format!("{value}")
    } else if !(1e-3..1e5).contains(&magnitude) {
        format!("{value:.3e}")
    } else {
        let digits = 3 - libm::floor(libm::log10(magnitude)) as i32;
        format!("{value:.*}", digits.max(0) as usize)
    }
}

/// The verdicts of one paper for machines.
pub(crate) fn verdict_json(manifest: &Manifest, findings: &[Finding]) -> Value {
    let claims: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "id": finding.claim,
                "verdict": finding.verdict.name(),
                "reason": finding.reason,
            })
        })
        .collect();
    json!({ "paper": manifest.paper.slug, "claims": claims })
}

/// `7 reproduced, 1 not reproduced, …` over all findings.
pub(crate) fn totals<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut counts = [0_usize; 4];
    for finding in findings {
        counts[finding.verdict as usize] += 1;
    }
    let words = [
        Verdict::Reproduced,
        Verdict::NotReproduced,
        Verdict::Inconclusive,
        Verdict::Untested,
    ];
    let parts: Vec<String> = words
        .iter()
        .map(|word| format!("{} {}", counts[*word as usize], word.name()))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits() {
        assert_eq!(number(0.123_456), "0.1235");
        assert_eq!(number(-1.0), "-1.000");
        assert_eq!(number(1234.5), "1234");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(1.5e-7), "1.500e-7");
        assert_eq!(number(f64::INFINITY), "inf");
    }

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["a".into(), "long".into(), "x".into()],
            vec!["bcd".into(), "é".into()],
        ];
        assert_eq!(columns(&rows), "a    long  x\nbcd  é\n");
    }
}
