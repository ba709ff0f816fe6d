//! `reproduce report`: pages and figures again, from committed CSV files alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use harness_core::{Size, claims};
use harness_report::{Report, render};

use crate::Status;
use crate::args::Common;
use crate::commands::bench::performance_page;
use crate::commands::overview::overview;
use crate::commands::run::committed_folder;
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
    changed.extend(performance_page(&project, check)?);
    for path in &changed {
        let path = path.strip_prefix(&project.root).unwrap_or(path).display();
        if check {
            output::error_line(&format!("out of date: {path}"));
        } else if !common.quiet {
            output::line(&format!("wrote {path}"))?;
        }
    }
    if check && !changed.is_empty() {
        output::error_line("`cargo reproduce report` writes them again");
        return Ok(Status::Difference);
    }
    Ok(Status::Fine)
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
