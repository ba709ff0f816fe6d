//! `reproduce list`: what there is.

use anyhow::Result;
use harness_core::claims::Weight;
use harness_core::{Size, grid};
use serde_json::json;

use crate::Status;
use crate::args::Common;
use crate::output;
use crate::project::{LoadedPaper, Project};

/// Lists papers in short, or the named ones with their experiments and claims.
pub(crate) fn list(common: &Common, slugs: &[String]) -> Result<Status> {
    let papers = Project::find(common.root.as_deref())?.load(slugs)?;
    if common.json {
        let papers: Vec<_> = papers.iter().map(json_of).collect();
        let value = json!({ "schema": 1, "papers": papers });
        output::line(&serde_json::to_string_pretty(&value)?)?;
    } else if slugs.is_empty() {
        let mut rows = vec![
            ["paper", "year", "claims", "title"]
                .map(str::to_owned)
                .to_vec(),
        ];
        for LoadedPaper { manifest, .. } in &papers {
            rows.push(vec![
                manifest.paper.slug.clone(),
                manifest.paper.year.to_string(),
                manifest.claims.len().to_string(),
                manifest.paper.title.clone(),
            ]);
        }
        output::line(output::columns(&rows).trim_end())?;
    } else {
        papers.iter().try_for_each(in_full)?;
    }
    Ok(Status::Fine)
}

fn in_full(paper: &LoadedPaper) -> Result<()> {
    let LoadedPaper { manifest, .. } = paper;
    let info = &manifest.paper;
    output::line(&format!(
        "{}: {} ({}, {})\n",
        info.slug, info.title, info.venue, info.year
    ))?;
    let rows: Vec<Vec<String>> = manifest
        .experiments
        .iter()
        .map(|experiment| {
            let points = grid::points(experiment, Size::Quick).len();
            let replicates = experiment.replicates.at(Size::Quick);
            vec![
                format!("  {}", experiment.name),
                format!("{points} points × {replicates}"),
                experiment.question.clone(),
            ]
        })
        .collect();
    output::line(&format!(
        "experiments at size quick\n{}",
        output::columns(&rows)
    ))?;
    let rows: Vec<Vec<String>> = manifest
        .claims
        .iter()
        .map(|claim| {
            vec![
                format!("  {}", claim.id),
                weight(claim.weight),
                claim.says.clone(),
            ]
        })
        .collect();
    output::line(&format!("claims\n{}", output::columns(&rows)))
}

fn weight(weight: Weight) -> String {
    match weight {
        Weight::Headline => "headline".to_owned(),
        Weight::Secondary => "secondary".to_owned(),
    }
}

fn json_of(paper: &LoadedPaper) -> serde_json::Value {
    let manifest = &paper.manifest;
    let claims: Vec<_> = manifest
        .claims
        .iter()
        .map(|claim| json!({ "id": claim.id, "weight": weight(claim.weight), "says": claim.says }))
        .collect();
    let experiments: Vec<_> = manifest
        .experiments
        .iter()
        .map(|experiment| json!({ "name": experiment.name, "question": experiment.question }))
        .collect();
    json!({
        "slug": manifest.paper.slug, "title": manifest.paper.title, "year": manifest.paper.year,
        "experiments": experiments, "claims": claims,
    })
}
