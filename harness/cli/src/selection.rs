//! Which cells a command is about, and whether they are a paper's own.

use std::collections::BTreeSet;
use std::mem::take;

use anyhow::Result;
use harness_core::manifest::{Manifest, override_axis};
use harness_core::seeds::ROOT_SEED;
use harness_core::{Cell, Paper, Size, Value, grid};
use harness_engine::each;

use crate::args::RunArguments;
use crate::project::{LoadedPaper, unknown, wrong};

/// A paper with the cells to be run.
#[derive(Clone, Debug)]
pub(crate) struct Selected {
    pub(crate) paper: Paper,
    /// The manifest, restricted to what is selected.
    pub(crate) manifest: Manifest,
    pub(crate) cells: Vec<Cell>,
}

/// What the arguments of `run` select.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub(crate) papers: Vec<Selected>,
    pub(crate) root_seed: u64,
    /// Whether these are exactly the papers' own cells.
    pub(crate) is_whole: bool,
}

impl Selection {
    /// The cells of each paper, which a plan takes over.
    pub(crate) fn take_cells(&mut self) -> Vec<Vec<Cell>> {
        let papers = self.papers.iter_mut();
        papers.map(|paper| take(&mut paper.cells)).collect()
    }
}

/// Applies overrides and filters.
pub(crate) fn select(papers: Vec<LoadedPaper>, arguments: &RunArguments) -> Result<Selection> {
    let size = arguments.size;
    let mut overridden = Vec::new();
    let mut overrides_used = vec![false; arguments.set.len()];
    for LoadedPaper {
        paper,
        mut manifest,
    } in papers
    {
        if let Some(replicates) = arguments.replicates {
            for experiment in &mut manifest.experiments {
                experiment.replicates.set(size, replicates);
            }
        }
        for (text, used) in arguments.set.iter().zip(&mut overrides_used) {
            *used |= substitute(&mut manifest, size, text, arguments.papers.len() == 1)?;
        }
        overridden.push(LoadedPaper { paper, manifest });
    }
    let filtered = each(overridden, |LoadedPaper { paper, manifest }| {
        filter(paper, manifest, arguments)
    });
    let mut selected: Vec<Selected> = filtered.into_iter().collect::<Result<_>>()?;
    if let Some(place) = overrides_used.iter().position(|used| !used) {
        let text = &arguments.set[place];
        return wrong(format!(
            "--set {text}: no selected paper has such an experiment"
        ));
    }
    selected.retain(|paper| !paper.cells.is_empty());
    if selected.is_empty() {
        let what = [&arguments.experiment, &arguments.claim, &arguments.cell];
        let what = what
            .into_iter()
            .flatten()
            .next()
            .cloned()
            .unwrap_or_default();
        return wrong(format!(
            "`{what}` is in none of the selected papers at size {size}"
        ));
    }
    let plain = arguments.replicates.is_none()
        && arguments.set.is_empty()
        && arguments.experiment.is_none()
        && arguments.claim.is_none()
        && arguments.cell.is_none();
    let root_seed = arguments.seed.unwrap_or(ROOT_SEED);
    Ok(Selection {
        papers: selected,
        root_seed,
        is_whole: plain && root_seed == ROOT_SEED,
    })
}

/// Applies `EXPERIMENT.AXIS=V1,V2`; false if the paper has no such experiment and others may.
fn substitute(manifest: &mut Manifest, size: Size, text: &str, must: bool) -> Result<bool> {
    let parts = text.split_once('=').and_then(|(name, values)| {
        let (experiment, axis) = name.split_once('.')?;
        (!values.is_empty()).then_some((experiment, axis, values))
    });
    let Some((experiment, axis, values)) = parts else {
        return wrong(format!("--set {text}: expected EXPERIMENT.AXIS=V1,V2"));
    };
    if manifest.experiment(experiment).is_none() && !must {
        return Ok(false);
    }
    let values = values.split(',').map(Value::parse).collect();
    override_axis(manifest, size, experiment, axis, values)
        .or_else(|message| wrong(format!("--set {text}: {message}")))?;
    Ok(true)
}

fn filter(paper: Paper, mut manifest: Manifest, arguments: &RunArguments) -> Result<Selected> {
    let size = arguments.size;
    let only_one = arguments.papers.len() == 1;
    let cells = if let Some(name) = &arguments.experiment {
        if only_one && manifest.experiment(name).is_none() {
            let known: Vec<&str> = manifest
                .experiments
                .iter()
                .map(|e| e.name.as_str())
                .collect();
            return wrong(unknown("experiment", name, &known));
        }
        manifest.claims.retain(|claim| {
            !claim.tests.is_empty() && claim.tests.iter().all(|test| test.experiment == *name)
        });
        manifest
            .experiments
            .retain(|experiment| experiment.name == *name);
        grid::cells(&manifest, size)
    } else if let Some(id) = &arguments.claim {
        if only_one && !manifest.claims.iter().any(|claim| claim.id == *id) {
            let known: Vec<&str> = manifest
                .claims
                .iter()
                .map(|claim| claim.id.as_str())
                .collect();
            return wrong(unknown("claim", id, &known));
        }
        manifest.claims.retain(|claim| claim.id == *id);
        let tests = manifest.claims.iter().flat_map(|claim| &claim.tests);
        let names: BTreeSet<String> = tests.map(|test| test.experiment.clone()).collect();
        manifest
            .experiments
            .retain(|experiment| names.contains(&experiment.name));
        let claims = manifest.claims.iter();
        let cells: BTreeSet<Cell> = claims
            .flat_map(|claim| grid::claim_cells(&manifest, claim, size))
            .collect();
        cells.into_iter().collect()
    } else if let Some(digits) = &arguments.cell {
        let all = grid::cells(&manifest, size);
        all.into_iter()
            .filter(|cell| cell.id().to_string().starts_with(digits.as_str()))
            .collect()
    } else {
        grid::cells(&manifest, size)
    };
    Ok(Selected {
        paper,
        manifest,
        cells,
    })
}
