//! From runs to the numbers of a report.

use std::collections::{BTreeMap, BTreeSet};

use harness_core::axes::Axes;
use harness_core::cell::Cell;
use harness_core::claims::Measurement;
use harness_core::grid;
use harness_core::manifest::{ExperimentSpec, Figure, FigureX, Manifest, Selection, TableSpec};
use harness_core::run::{Curve, Outcome, Run, RunTable};
use harness_core::size::Size;
use harness_core::value::Value;

use crate::axes_text::{encode, encode_value};
use crate::report::{CellRow, FigureKind, FigureRow, Report, TableRow, TableRows, file_stem};
use crate::summary::{Band, Summary};

/// Reduces the runs of a paper to what its report shows. Pure; the order of runs and measurements
/// does not matter.
///
/// Figures and tables read the cells of the manifest's grid at this size, not those that only an
/// ablation reads. A run that diverged counts as +∞ from there on, so that nothing is dropped;
/// skipped and failed runs have no numbers.
pub fn collect(
    manifest: &Manifest,
    size: Size,
    table: &RunTable,
    measurements: &[Measurement],
) -> Report {
    let own = table
        .runs()
        .iter()
        .filter(|run| run.cell.paper == manifest.paper.slug);
    let mut report = Report {
        measurements: ordered(manifest, measurements),
        cells: own.map(CellRow::of).collect(),
        ..Report::default()
    };
    for experiment in &manifest.experiments {
        let source = Source::new(manifest, experiment, size, table);
        for figure in &experiment.figures {
            let stem = file_stem(&experiment.name, &figure.id);
            report.figures.insert(stem, source.figure(figure));
        }
        for spec in &experiment.tables {
            let stem = file_stem(&experiment.name, &spec.id);
            report.tables.insert(stem, source.table(spec));
        }
    }
    report
}

/// Measurements by claim, ablation (the claim itself first) and test as the manifest orders them,
/// then by group and replicate.
fn ordered(manifest: &Manifest, measurements: &[Measurement]) -> Vec<Measurement> {
    let place = |row: &Measurement| {
        let claim = manifest.claims.iter().position(|c| c.id == row.claim);
        let spec = claim.map(|place| &manifest.claims[place]);
        let ablation = spec.and_then(|spec| {
            let names = spec.ablations.iter();
            row.ablation
                .as_ref()
                .and_then(|own| names.map(|a| &a.name).position(|name| name == own))
        });
        let test = spec.and_then(|spec| spec.tests.iter().position(|test| test.name == row.test));
        (claim, row.ablation.is_some(), ablation, test)
    };
    let mut rows = measurements.to_vec();
    rows.sort_by(|a, b| {
        place(a)
            .cmp(&place(b))
            .then_with(|| a.group.cmp(&b.group))
            .then_with(|| a.replicate.cmp(&b.replicate))
    });
    rows
}

/// The runs of one experiment.
struct Source<'a> {
    experiment: &'a ExperimentSpec,
    size: Size,
    /// By grid point, those that have numbers.
    runs: BTreeMap<&'a Axes, Vec<&'a Run>>,
}

impl<'a> Source<'a> {
    fn new(
        manifest: &'a Manifest,
        experiment: &'a ExperimentSpec,
        size: Size,
        table: &'a RunTable,
    ) -> Self {
        let replicates = *experiment.replicates.at(size);
        let mut runs: BTreeMap<&Axes, Vec<&Run>> = BTreeMap::new();
        for run in table.runs() {
            let Cell {
                paper,
                experiment: name,
                axes,
                replicate,
            } = &run.cell;
            let own = *paper == manifest.paper.slug && *name == experiment.name;
            let is_lost = matches!(
                run.outcome,
                Outcome::Skipped { .. } | Outcome::Failed { .. }
            );
            if own && *replicate < replicates && !is_lost {
                runs.entry(axes).or_default().push(run);
            }
        }
        Self {
            experiment,
            size,
            runs,
        }
    }

    fn points(&self, select: &Selection) -> Vec<Axes> {
        let mut points = grid::points(self.experiment, self.size);
        points.retain(|point| select.takes(point));
        points
    }

    /// The runs at one grid point that have numbers.
    fn runs(&self, point: &Axes) -> impl Iterator<Item = &'a Run> + '_ {
        self.runs.get(point).into_iter().flatten().copied()
    }

    fn figure(&self, figure: &Figure) -> Vec<FigureRow> {
        let band = Band::for_replicates(*self.experiment.replicates.at(self.size));
        let mut groups: BTreeMap<(Option<Value>, Axes), Vec<Axes>> = BTreeMap::new();
        for point in self.points(&figure.select) {
            let panel = figure.panels.as_ref().and_then(|axis| point.get(axis));
            let series = point.only(figure.series.iter().map(String::as_str));
            groups
                .entry((panel.cloned(), series))
                .or_default()
                .push(point);
        }
        let overlays = figure
            .overlays
            .iter()
            .map(|overlay| (FigureKind::Overlay, &overlay.metric));
        let metrics: Vec<_> = std::iter::once((FigureKind::Measured, &figure.y))
            .chain(overlays)
            .collect();
        let mut rows = Vec::new();
        for ((panel, series), points) in &groups {
            let panel = panel.as_ref().map(encode_value).unwrap_or_default();
            let series = encode(series);
            for (kind, metric) in &metrics {
                let line = match &figure.x {
                    FigureX::Axis(axis) => self.over_axis(points, axis, metric, *kind, band),
                    FigureX::Step => self.over_steps(points, None, metric, *kind, band),
                    FigureX::Metric(x) => self.over_steps(points, Some(x), metric, *kind, band),
                };
                rows.extend(line.into_iter().map(|(x, y)| FigureRow {
                    panel: panel.clone(),
                    series: series.clone(),
                    kind: *kind,
                    metric: (*metric).clone(),
                    x,
                    y,
                }));
            }
        }
        rows
    }

    fn over_steps(
        &self,
        points: &[Axes],
        x: Option<&String>,
        metric: &str,
        kind: FigureKind,
        band: Band,
    ) -> Vec<(f64, Summary)> {
        let runs: Vec<&Run> = points.iter().flat_map(|point| self.runs(point)).collect();
        let mut values = values_by_step(&runs, metric);
        if kind == FigureKind::Measured {
            fill_diverged(&runs, metric, &mut values);
        }
        let places = x.map(|x| values_by_step(&runs, x));
        values
            .into_iter()
            .filter_map(|(step, values)| {
                let x = match &places {
                    None => step as f64,
                    Some(places) => Summary::of(places.get(&step)?.clone(), Band::Range)?.median,
                };
                Some((x, Summary::of(values, band)?))
            })
            .collect()
    }

    fn over_axis(
        &self,
        points: &[Axes],
        axis: &str,
        metric: &str,
        kind: FigureKind,
        band: Band,
    ) -> Vec<(f64, Summary)> {
        let mut values: BTreeMap<&Value, Vec<f64>> = BTreeMap::new();
        for point in points {
            if let Some(place) = point.get(axis) {
                let runs = self.runs(point);
                let last = runs.filter_map(|run| last_value(run, metric, kind));
                values.entry(place).or_default().extend(last);
            }
        }
        values
            .into_iter()
            .filter_map(|(place, values)| Some((place.as_f64()?, Summary::of(values, band)?)))
            .collect()
    }

    fn table(&self, spec: &TableSpec) -> TableRows {
        let mut rows = Vec::new();
        for point in self.points(&spec.select) {
            for metric in &spec.metrics {
                let values = self
                    .runs(&point)
                    .filter_map(|run| last_value(run, metric, FigureKind::Measured))
                    .collect();
                if let Some(y) = Summary::of(values, Band::Range) {
                    rows.push(TableRow {
                        axes: point.clone(),
                        metric: metric.clone(),
                        y,
                    });
                }
            }
        }
        let axes = self.experiment.axis_names().into_iter();
        TableRows {
            axes: axes.map(str::to_owned).collect(),
            rows,
        }
    }
}

fn values_by_step(runs: &[&Run], metric: &str) -> BTreeMap<u64, Vec<f64>> {
    let mut values: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    let curves = runs.iter().filter_map(|run| run.records.curves.get(metric));
    for (step, value) in curves.flat_map(Curve::points) {
        values.entry(step).or_default().push(value);
    }
    values
}

/// Lets every diverged run count as +∞ at the steps, recorded by others, that it did not reach.
fn fill_diverged(runs: &[&Run], metric: &str, values: &mut BTreeMap<u64, Vec<f64>>) {
    let steps: BTreeSet<u64> = values.keys().copied().collect();
    for run in runs {
        if matches!(run.outcome, Outcome::Diverged { .. }) {
            let last = run
                .records
                .curves
                .get(metric)
                .and_then(|curve| curve.steps.last());
            let missed = steps.iter().filter(|step| last.is_none_or(|l| *step > l));
            for step in missed {
                values.entry(*step).or_default().push(f64::INFINITY);
            }
        }
    }
}

/// A scalar, or the last value of a curve. The measured curve of a diverged run ends at +∞.
fn last_value(run: &Run, metric: &str, kind: FigureKind) -> Option<f64> {
    if let Some(value) = run.records.scalars.get(metric) {
        return Some(*value);
    }
    let diverged = matches!(run.outcome, Outcome::Diverged { .. });
    if diverged && kind == FigureKind::Measured {
        return Some(f64::INFINITY);
    }
    run.records.curves.get(metric)?.values.last().copied()
}
