//! `reproduce report`: pages and figures again, from committed CSV files alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use harness_core::Size;
use harness_core::claims::{self, Finding, Verdict, Weight};
use harness_core::manifest::Manifest;
use harness_report::{IndexEntry, Report, index, render, splice, verdict_table, write_atomically};

use crate::Status;
use crate::args::Common;
use crate::commands::run::{committed_folder, eprint_line};
use crate::output;
use crate::project::{LoadedPaper, Project, wrong};

/// The sizes whose reports are committed.
pub(crate) const COMMITTED: [Size; 2] = [Size::Quick, Size::Paper];

/// Renders committed reports again, or says which of their files would change.
pub(crate) fn report(
    common: &Common,
    slugs: &[String],
    size: Option<Size>,
    check: bool,
) -> Result<Status> {
    let sizes = match size {
        None => COMMITTED.to_vec(),
        Some(size) if COMMITTED.contains(&size) => vec![size],
        Some(size) => {
            return wrong(format!(
                "--size {size}: only quick and paper reports are committed"
            ));
        }
    };
    let project = Project::find(common.root.as_deref())?;
    let mut changed = Vec::new();
    for loaded in project.load(slugs)? {
        for size in &sizes {
            let folder = committed_folder(&project, *size, loaded.paper.slug);
            if !folder.is_dir() {
                continue;
            }
            changed.extend(render_again(&loaded, *size, &folder, check)?);
        }
    }
    changed.extend(overview(&project, check)?);
    for path in &changed {
        let path = path.strip_prefix(&project.root).unwrap_or(path).display();
        if check {
            eprint_line(&format!("out of date: {path}"));
        } else if !common.quiet {
            output::line(&format!("wrote {path}"))?;
        }
    }
    if check && !changed.is_empty() {
        eprint_line("`cargo reproduce report` writes them again");
        return Ok(Status::Difference);
    }
    Ok(Status::Fine)
}

/// Writes `reports/README.md` and the generated parts of the root's `README.md`.
pub(crate) fn write_index(project: &Project) -> Result<()> {
    overview(project, false).map(drop)
}

fn render_again(
    loaded: &LoadedPaper,
    size: Size,
    folder: &Path,
    check: bool,
) -> Result<Vec<PathBuf>> {
    let report = Report::read(folder)?;
    let findings = claims::judge(&loaded.manifest, &report.measurements);
    let rendered = render(&loaded.manifest, size, &report, &findings)?;
    if !check {
        let synced = report.write_with(folder, &rendered)?;
        let names = synced.written.into_iter().chain(synced.removed);
        return Ok(names.map(|name| folder.join(name)).collect());
    }
    let mut files = report.files();
    files.extend(rendered);
    Ok(files
        .iter()
        .map(|(name, bytes)| (folder.join(name), bytes))
        .filter(|(path, bytes)| fs::read(path).ok().as_ref() != Some(*bytes))
        .map(|(path, _)| path)
        .collect())
}

/// What is known of one paper from its committed reports.
struct Known {
    loaded: LoadedPaper,
    findings: BTreeMap<Size, Vec<Finding>>,
}

/// The index of all reports and the generated parts of README; gives the files that change.
fn overview(project: &Project, check: bool) -> Result<Vec<PathBuf>> {
    let mut known = Vec::new();
    for loaded in project.load(&[])? {
        let mut findings = BTreeMap::new();
        for size in COMMITTED {
            let folder = committed_folder(project, size, loaded.paper.slug);
            if folder.is_dir() {
                let report = Report::read(&folder)?;
                findings.insert(size, claims::judge(&loaded.manifest, &report.measurements));
            }
        }
        known.push(Known { loaded, findings });
    }
    let entries: Vec<IndexEntry<'_>> = known
        .iter()
        .map(|paper| IndexEntry {
            manifest: &paper.loaded.manifest,
            quick: paper.findings.get(&Size::Quick).map(Vec::as_slice),
            paper: paper.findings.get(&Size::Paper).map(Vec::as_slice),
        })
        .collect();
    let readme = project.root.join("README.md");
    let text = fs::read_to_string(&readme).with_context(|| readme.display().to_string())?;
    let files = [
        (project.root.join("reports/README.md"), index(&entries)?),
        (readme, with_generated_parts(&text, &known)?),
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

/// Fills `papers` and every `verdicts of SLUG` for which README has markers.
fn with_generated_parts(readme: &str, known: &[Known]) -> Result<String> {
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

fn paper_list(known: &[Known]) -> String {
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
