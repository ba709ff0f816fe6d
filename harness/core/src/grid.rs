//! From a manifest to cells.

use std::collections::BTreeSet;

use crate::axes::Axes;
use crate::cell::Cell;
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
    let grids = manifest.experiments.iter().flat_map(|experiment| {
        with_replicates(manifest, experiment, size, points(experiment, size))
    });
    let controls = manifest.claims.iter().flat_map(|claim| {
        claim.ablations.iter().flat_map(move |ablation| {
            claim.tests.iter().flat_map(move |test| {
                let Some(experiment) = manifest.experiment(&test.experiment) else {
                    return Vec::new();
                };
                let selected = points(experiment, size);
                let selected = selected
                    .into_iter()
                    .filter(|point| test.select.takes(point));
                let substituted = selected.map(|point| ablation.apply(&test.experiment, &point));
                with_replicates(manifest, experiment, size, substituted.collect())
            })
        })
    });
    let all: BTreeSet<Cell> = grids.chain(controls).collect();
    all.into_iter().collect()
}

fn with_replicates(
    manifest: &Manifest,
    experiment: &ExperimentSpec,
    size: Size,
    points: Vec<Axes>,
) -> Vec<Cell> {
    let replicates = 0..*experiment.replicates.at(size);
    let cell = |axes: &Axes, replicate| Cell {
        paper: manifest.paper.slug.clone(),
        experiment: experiment.name.clone(),
        axes: axes.clone(),
        replicate,
    };
    points
        .iter()
        .flat_map(|axes| {
            replicates
                .clone()
                .map(|replicate| cell(axes, replicate))
                .collect::<Vec<_>>()
        })
        .collect()
}
