//! From a manifest to cells.

use std::collections::BTreeSet;

use crate::axes::Axes;
use crate::cell::Cell;
use crate::claims::Claim;
use crate::manifest::{ExperimentSpec, Manifest};
use crate::size::Size;

/// The grid points of an experiment at one size, ordered, without replicates.
pub fn points(experiment: &ExperimentSpec, size: Size) -> Vec<Axes> {
    let mut points = if experiment.cases.is_empty() {
        vec![Axes::new()]
    } else {
        experiment.cases.clone()
    };
    for (name, values) in &experiment.axes {
        let extend = |point: &Axes| -> Vec<Axes> {
            values
                .at(size)
                .iter()
                .map(|value| point.clone().with(name, value.clone()))
                .collect()
        };
        points = points.iter().flat_map(extend).collect();
    }
    points.sort();
    points.dedup();
    points
}

/// All cells of a paper at one size, ordered: the experiments' grids and the cells that only an
/// ablation reads.
pub fn cells(manifest: &Manifest, size: Size) -> Vec<Cell> {
    let mut all = BTreeSet::new();
    for experiment in &manifest.experiments {
        all.extend(experiment_cells(manifest, experiment, size));
    }
    for claim in &manifest.claims {
        all.extend(claim_cells(manifest, claim, size));
    }
    all.into_iter().collect()
}

/// The cells of one experiment's own grid.
pub fn experiment_cells(
    manifest: &Manifest,
    experiment: &ExperimentSpec,
    size: Size,
) -> BTreeSet<Cell> {
    points(experiment, size)
        .iter()
        .flat_map(|point| replicates(manifest, experiment, size, point))
        .collect()
}

/// The cells that one claim reads, those of its ablations included.
pub fn claim_cells(manifest: &Manifest, claim: &Claim, size: Size) -> BTreeSet<Cell> {
    let mut cells = BTreeSet::new();
    for test in &claim.tests {
        let Some(experiment) = manifest.experiment(&test.experiment) else {
            continue;
        };
        for point in points(experiment, size)
            .iter()
            .filter(|point| test.select.takes(point))
        {
            cells.extend(replicates(manifest, experiment, size, point));
            for ablation in &claim.ablations {
                let substituted = ablation.apply(&test.experiment, point);
                cells.extend(replicates(manifest, experiment, size, &substituted));
            }
        }
    }
    cells
}

fn replicates(
    manifest: &Manifest,
    experiment: &ExperimentSpec,
    size: Size,
    axes: &Axes,
) -> impl Iterator<Item = Cell> {
    let cell = Cell {
        paper: manifest.paper.slug.clone(),
        experiment: experiment.name.clone(),
        axes: axes.clone(),
        replicate: 0,
    };
    (0..*experiment.replicates.at(size)).map(move |replicate| Cell {
        replicate,
        ..cell.clone()
    })
}
