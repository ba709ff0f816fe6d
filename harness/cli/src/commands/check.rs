//! `reproduce check`: everything valid, nothing run.

use anyhow::Result;
use harness_core::{Size, grid};
use harness_report::{Provenance, Report};

use crate::Status;
use crate::args::Common;
use crate::commands::report::COMMITTED;
use crate::commands::run::committed_folder;
use crate::facts::source_digest;
use crate::output;
use crate::project::{LoadedPaper, Project};

/// Validates manifests, data sets and committed reports.
pub(crate) fn check(common: &Common, slugs: &[String]) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let papers = project.load(slugs)?;
    let mut problems = Vec::new();
    let datasets = harness_engine::Datasets::new(project.datasets());
    for name in project.dataset_names()? {
        match datasets.load(&name) {
            Ok(_) | Err(harness_core::dataset::DatasetError::Absent { .. }) => {}
            Err(error) => problems.push(error.to_string()),
        }
    }
    for loaded in &papers {
        for size in COMMITTED {
            problems.extend(report_problems(&project, loaded, size)?);
        }
    }
    for problem in &problems {
        output::error_line(problem);
    }
    if !common.quiet {
        let cells: usize = papers
            .iter()
            .map(|p| grid::cells(&p.manifest, Size::Quick).len())
            .sum();
        let claims: usize = papers.iter().map(|p| p.manifest.claims.len()).sum();
        output::line(&format!(
            "{} papers, {claims} claims, {cells} cells at size quick: {} problems",
            papers.len(),
            problems.len()
        ))?;
    }
    Ok(if problems.is_empty() {
        Status::Fine
    } else {
        Status::Difference
    })
}

/// What is wrong with one committed report: other cells than the manifest's, or other sources.
fn report_problems(project: &Project, loaded: &LoadedPaper, size: Size) -> Result<Vec<String>> {
    let slug = loaded.paper.slug;
    let folder = committed_folder(project, size, slug);
    let command = format!("`cargo reproduce run {slug} --size {size}` makes it again");
    if !folder.is_dir() && size == Size::Paper {
        // Hours of work may stand between a new paper and its report; the index shows the gap.
        return Ok(Vec::new());
    }
    if !folder.is_dir() {
        return Ok(vec![format!("reports/{size}/{slug} is missing; {command}")]);
    }
    let report = Report::read(&folder)?;
    let cells: Vec<_> = report.cells.iter().map(|row| row.cell(slug)).collect();
    let mut problems = Vec::new();
    if cells != grid::cells(&loaded.manifest, size) {
        problems.push(format!(
            "reports/{size}/{slug} holds other cells than the manifest; {command}"
        ));
    }
    if size == Size::Paper {
        let provenance = Provenance::read(&folder)?;
        if provenance.source_digest != source_digest(slug) {
            problems.push(format!(
                "reports/{size}/{slug} is stale: sources have changed; {command}"
            ));
        }
    }
    Ok(problems)
}
