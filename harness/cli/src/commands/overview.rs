//! The pages over all papers: the index of reports, and the generated parts of README and ARTIFACT.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use harness_core::Size;
use harness_core::claims::{self, Finding, Verdict, Weight};
use harness_core::manifest::Manifest;
use harness_engine::each;
use harness_report::{IndexEntry, Report, index, splice, verdict_table, write_atomically};

use crate::commands::report::COMMITTED;
use crate::commands::run::committed_folder;
use crate::project::{LoadedPaper, Project};

/// What is known of one paper from its committed reports.
struct Known<'a> {
    loaded: &'a LoadedPaper,
    findings: BTreeMap<Size, Vec<Finding>>,
}

impl<'a> Known<'a> {
    const fn nothing(loaded: &'a LoadedPaper) -> Self {
        Self {
            loaded,
            findings: BTreeMap::new(),
        }
    }
}

/// Writes (or with `check` only compares) the index of all reports and the generated parts of the
/// pages at the root; gives the files that change.
pub(crate) fn overview(project: &Project, check: bool) -> Result<Vec<PathBuf>> {
    let papers = project.load(&[])?;
    let known = known(project, &papers)?;
    let entries: Vec<IndexEntry<'_>> = known
        .iter()
        .map(|paper| IndexEntry {
            manifest: &paper.loaded.manifest,
            quick: paper.findings.get(&Size::Quick).map(Vec::as_slice),
            paper: paper.findings.get(&Size::Paper).map(Vec::as_slice),
        })
        .collect();
    let page = |name: &str| {
        let path = project.root.join(name);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok::<_, anyhow::Error>((path, text))
    };
    let (readme, text) = page("README.md")?;
    let (artifact, claims) = page("ARTIFACT.md")?;
    let files = [
        (project.root.join("reports/README.md"), index(&entries)?),
        (readme, with_generated_parts(&text, &known)?),
        (artifact, splice(&claims, "claims", &claim_list(&known))?),
    ];
    let mut changed = Vec::new();
    for (path, text) in files {
        let differs = if check {
            fs::read(&path).ok().as_deref() != Some(text.as_bytes())
        } else {
            write_atomically(&path, text.as_bytes())?
        };
        if differs {
            changed.push(path);
        }
    }
    Ok(changed)
}

/// Judges the committed measurements of all papers, on all cores.
fn known<'a>(project: &Project, papers: &'a [LoadedPaper]) -> Result<Vec<Known<'a>>> {
    let reports = papers.iter();
    let reports = reports.flat_map(|loaded| COMMITTED.map(|size| (loaded, size)));
    let judged = each(reports, |(loaded, size)| -> Result<_> {
        let folder = committed_folder(project, size, loaded.paper.slug);
        if !folder.is_dir() {
            return Ok(None);
        }
        let measurements = Report::read_measurements(&folder)?;
        Ok(Some(claims::judge(&loaded.manifest, &measurements)))
    });
    let mut known: Vec<Known<'a>> = papers.iter().map(Known::nothing).collect();
    for (place, findings) in judged.into_iter().enumerate() {
        let (paper, size) = (place / COMMITTED.len(), COMMITTED[place % COMMITTED.len()]);
        if let Some(findings) = findings? {
            known[paper].findings.insert(size, findings);
        }
    }
    Ok(known)
}

/// Fills `papers` and every `verdicts of SLUG` for which README has markers.
fn with_generated_parts(readme: &str, known: &[Known<'_>]) -> Result<String> {
    let mut text = splice(readme, "papers", &paper_list(known))?;
    for Known { loaded, findings } in known {
        let slug = loaded.paper.slug;
        let name = format!("verdicts of {slug}");
        let Some(findings) = findings.get(&Size::Quick) else {
            continue;
        };
        if text.contains(&format!("<!-- begin {name} (")) {
            let folder = format!("reports/{}/{slug}", Size::Quick);
            text = splice(
                &text,
                &name,
                &verdict_table(&loaded.manifest, findings, &folder)?,
            )?;
        }
    }
    Ok(text)
}

fn paper_list(known: &[Known<'_>]) -> String {
    let mut lines = vec![
        "| paper | year | quick | paper |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    for Known { loaded, findings } in known {
        let info = &loaded.manifest.paper;
        let at = |size: Size| match findings.get(&size) {
            None => "–".to_owned(),
            Some(findings) => {
                let link = format!("reports/{size}/{}/README.md", info.slug);
                format!("[{}]({link})", headline(&loaded.manifest, findings))
            }
        };
        lines.push(format!(
            "| {} (`{}`) | {} | {} | {} |",
            info.title,
            info.slug,
            info.year,
            at(Size::Quick),
            at(Size::Paper)
        ));
    }
    lines.join("\n")
}

/// `7 of 8 headline claims reproduced`.
fn headline(manifest: &Manifest, findings: &[Finding]) -> String {
    let ids: Vec<&str> = manifest
        .claims
        .iter()
        .filter(|claim| claim.weight == Weight::Headline)
        .map(|claim| claim.id.as_str())
        .collect();
    let reproduced = findings
        .iter()
        .filter(|f| ids.contains(&f.claim.as_str()) && f.verdict == Verdict::Reproduced)
        .count();
    format!("{reproduced} of {} headline claims reproduced", ids.len())
}

/// For each claim the command that runs it and what to expect of it.
fn claim_list(known: &[Known<'_>]) -> String {
    let mut lines = vec![
        "| claim | command | quick | paper |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    for Known { loaded, findings } in known {
        let slug = loaded.paper.slug;
        for claim in &loaded.manifest.claims {
            let at = |size: Size| {
                let of_size = findings.get(&size)?.iter();
                let found = of_size.clone().find(|finding| finding.claim == claim.id)?;
                Some(found.verdict.name())
            };
            lines.push(format!(
                "| {slug} {} | `cargo reproduce run {slug} --claim {}` | {} | {} |",
                claim.id,
                claim.id,
                at(Size::Quick).unwrap_or("–"),
                at(Size::Paper).unwrap_or("–"),
            ));
        }
    }
    lines.join("\n")
}
