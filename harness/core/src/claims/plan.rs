//! Which cells a claim's parts read: known from the manifest alone, before anything is run.

use std::collections::BTreeMap;

use super::model::{Ablation, Claim, Statistic, Test};
use crate::axes::Axes;
use crate::cell::Cell;
use crate::grid;
use crate::manifest::{ExperimentSpec, Manifest};
use crate::size::Size;

/// One part of a claim before it is measured: a test at one combination of its `each` values.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The values of the test's `each` axes.
    pub values: Axes,
    /// Labels of the grid points that the statistic reads, ordered, each once.
    pub points: Vec<Axes>,
    /// Those of the second side, where the statistic compares two.
    pub against: Vec<Axes>,
}

/// The groups of a test at one size, ordered by their values.
pub fn groups(experiment: &ExperimentSpec, test: &Test, size: Size) -> Vec<Group> {
    let mut selected: BTreeMap<Axes, Vec<Axes>> = BTreeMap::new();
    for point in grid::points(experiment, size) {
        if test.select.takes(&point) {
            let values = point.only(test.each.iter().map(String::as_str));
            selected.entry(values).or_default().push(point);
        }
    }
    let group = |(values, points): (Axes, Vec<Axes>)| {
        let side = |wanted: &Axes| -> Vec<Axes> {
            let fits = |point: &&Axes| {
                wanted
                    .iter()
                    .all(|(name, value)| point.get(name) == Some(value))
            };
            points.iter().filter(fits).cloned().collect()
        };
        let (points, against) = match &test.statistic {
            Statistic::Compare {
                numerator,
                denominator,
                ..
            } => (side(numerator), side(denominator)),
            _ => (points, Vec::new()),
        };
        Group {
            values,
            points,
            against,
        }
    };
    selected.into_iter().map(group).collect()
}

/// How many parts a claim has at one size.
pub fn parts(manifest: &Manifest, claim: &Claim, size: Size) -> usize {
    let of_test = |test: &Test| {
        manifest
            .experiment(&test.experiment)
            .map_or(0, |experiment| groups(experiment, test, size).len())
    };
    claim.tests.iter().map(of_test).sum()
}

/// The cell whose run stands under a label.
pub(super) fn cell(
    manifest: &Manifest,
    experiment: &str,
    label: &Axes,
    ablation: Option<&Ablation>,
    replicate: u32,
) -> Cell {
    let axes = ablation.map_or_else(
        || label.clone(),
        |ablation| ablation.apply(experiment, label),
    );
    Cell {
        paper: manifest.paper.slug.clone(),
        experiment: experiment.to_owned(),
        axes,
        replicate,
    }
}
