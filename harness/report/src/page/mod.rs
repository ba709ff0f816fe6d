//! The page of one paper at one size.

mod claim;
mod experiment;
mod text;

use harness_core::claims::{Claim, Finding, Weight};
use harness_core::manifest::{Manifest, PaperInfo};
use harness_core::run::Outcome;
use harness_core::seeds::ROOT_SEED;
use harness_core::size::Size;
use minijinja::Environment;
use serde::Serialize;

pub(crate) use self::claim::{Tally, verdict_of};
pub(crate) use self::text::symbol;

use self::claim::{ClaimView, Notice, failed_cells, notices};
use self::experiment::{ExperimentView, outcomes};
use crate::error::ReportError;
use crate::figure;
use crate::files::Files;
use crate::json;
use crate::report::{Report, file_stem};
use crate::templates::{self, prose};

/// How a page says that it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The command that makes the same report again.
    pub command: String,
    /// The root seed.
    pub root_seed: u64,
}

impl Origin {
    /// That of a committed report.
    pub fn committed(slug: &str, size: Size) -> Self {
        Self {
            command: format!("cargo reproduce run {slug} --size {size}"),
            root_seed: ROOT_SEED,
        }
    }
}

/// Renders the page, figures and `claims.json` of a committed report, as files relative to its
/// folder. Pure: the same bytes for the same manifest, numbers and findings.
///
/// # Errors
/// [`ReportError::Template`], which is a bug.
pub fn render(
    manifest: &Manifest,
    size: Size,
    report: &Report,
    findings: &[Finding],
) -> Result<Files, ReportError> {
    let origin = Origin::committed(&manifest.paper.slug, size);
    render_with(manifest, size, &origin, report, findings)
}

/// As [`render`], for a run with another seed or command.
///
/// # Errors
/// [`ReportError::Template`], which is a bug.
pub fn render_with(
    manifest: &Manifest,
    size: Size,
    origin: &Origin,
    report: &Report,
    findings: &[Finding],
) -> Result<Files, ReportError> {
    let environment = templates::environment()?;
    let mut files = Files::new();
    for experiment in &manifest.experiments {
        for spec in &experiment.figures {
            let stem = file_stem(&experiment.name, &spec.id);
            let rows = report.figures.get(&stem).map_or(&[][..], Vec::as_slice);
            let svg = figure::svg(&environment, experiment, spec, rows)?;
            files.insert(format!("figures/{stem}.svg"), svg.into_bytes());
        }
    }
    let claims = claim_views(manifest, findings);
    let failed = report.cells.iter();
    let failed = failed.filter(|cell| matches!(cell.outcome, Outcome::Failed { .. }));
    let remarks = failed_cells(failed.count())
        .into_iter()
        .chain(notices(manifest, findings));
    let (notes, warnings): (Vec<Notice>, Vec<Notice>) =
        remarks.partition(|notice| notice.level == "NOTE");
    let experiments: Vec<ExperimentView> = manifest
        .experiments
        .iter()
        .map(|experiment| ExperimentView::new(experiment, size, report))
        .collect();
    let page = PageView {
        paper: PaperView::new(&manifest.paper),
        size: size.name(),
        summary_line: summary_line(manifest, findings),
        verdicts: verdicts(&environment, &claims, "")?,
        claims,
        warnings,
        notes,
        deviations: deviations(manifest),
        experiments,
        command: &origin.command,
        root_seed: origin.root_seed,
        cells: outcomes(report.cells.iter()),
    };
    let page = templates::render(&environment, "page.md", page)?;
    files.insert("README.md".into(), page.into_bytes());
    let claims = json::claims(manifest, size, findings)?;
    files.insert("claims.json".into(), claims.into_bytes());
    Ok(files)
}

/// The verdict table alone, for pages that quote it; links lead into the report at `folder`.
///
/// # Errors
/// [`ReportError::Template`], which is a bug.
pub fn verdict_table(
    manifest: &Manifest,
    findings: &[Finding],
    folder: &str,
) -> Result<String, ReportError> {
    let claims = claim_views(manifest, findings);
    let environment = templates::environment()?;
    verdicts(&environment, &claims, &format!("{folder}/README.md"))
}

fn claim_views(manifest: &Manifest, findings: &[Finding]) -> Vec<ClaimView> {
    let view = |claim: &Claim| {
        let finding = findings.iter().find(|finding| finding.claim == claim.id);
        ClaimView::new(manifest, claim, finding)
    };
    manifest.claims.iter().map(view).collect()
}

fn verdicts(
    environment: &Environment<'_>,
    claims: &[ClaimView],
    page: &str,
) -> Result<String, ReportError> {
    templates::render(environment, "verdicts.md", VerdictsView { claims, page })
}

#[derive(Serialize)]
struct VerdictsView<'a> {
    claims: &'a [ClaimView],
    /// The page that links lead into; empty for the page itself.
    page: &'a str,
}

#[derive(Serialize)]
struct PageView<'a> {
    paper: PaperView,
    size: &'static str,
    summary_line: String,
    verdicts: String,
    claims: Vec<ClaimView>,
    /// What must be seen before any verdict.
    warnings: Vec<Notice>,
    notes: Vec<Notice>,
    deviations: Vec<DeviationView>,
    experiments: Vec<ExperimentView>,
    command: &'a str,
    root_seed: u64,
    cells: String,
}

/// The answer in one line.
fn summary_line(manifest: &Manifest, findings: &[Finding]) -> String {
    let of = |weight| Tally::of(manifest, findings, |claim| claim.weight == weight);
    let (headline, secondary) = (of(Weight::Headline), of(Weight::Secondary));
    let mut sentences = Vec::new();
    if headline.total > 0 {
        sentences.push(format!("**{}**", headline.in_words("headline")));
    }
    if secondary.total > 0 {
        sentences.push(secondary.in_words("secondary"));
    }
    sentences.join("; ")
}

#[derive(Debug, Serialize)]
struct PaperView {
    slug: String,
    title: String,
    citation: String,
    links: Vec<String>,
    summary: String,
}

impl PaperView {
    fn new(paper: &PaperInfo) -> Self {
        let links = paper.links.iter();
        Self {
            slug: paper.slug.clone(),
            title: prose(&paper.title),
            citation: citation(paper),
            links: links.map(|(name, address)| link(name, address)).collect(),
            summary: prose(paper.summary.trim()),
        }
    }
}

fn citation(paper: &PaperInfo) -> String {
    let authors = paper.authors.join(", ");
    let year = paper.year.to_string();
    let venue = prose(&paper.venue);
    let place = if venue.is_empty() {
        year
    } else if venue.contains(&year) {
        format!("*{venue}*")
    } else {
        format!("*{venue}*, {year}")
    };
    if authors.is_empty() {
        format!("{place}.")
    } else {
        format!("{}. {place}.", prose(&authors))
    }
}

/// A link from a name and an address, an arXiv number or a DOI.
fn link(name: &str, address: &str) -> String {
    if address.starts_with("https://") || address.starts_with("http://") {
        return format!("[{name}]({address})");
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_arxiv = address
        .split_once('.')
        .is_some_and(|(month, number)| month.len() == 4 && digits(month) && digits(number));
    match name {
        "arxiv" => format!("[arXiv:{address}](https://arxiv.org/abs/{address})"),
        "doi" => format!("[doi:{address}](https://doi.org/{address})"),
        _ if is_arxiv => {
            format!("{name}: [arXiv:{address}](https://arxiv.org/abs/{address})")
        }
        _ => format!("{name}: {address}"),
    }
}

#[derive(Debug, Serialize)]
struct DeviationView {
    id: String,
    claims: Vec<String>,
    says: String,
}

fn deviations(manifest: &Manifest) -> Vec<DeviationView> {
    manifest
        .deviations
        .iter()
        .map(|deviation| DeviationView {
            id: deviation.id.clone(),
            claims: deviation.claims.clone(),
            says: prose(&deviation.says),
        })
        .collect()
}
