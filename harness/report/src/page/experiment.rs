//! What a page says of one experiment.

use std::collections::{BTreeMap, BTreeSet};

use harness_core::axes::Axes;
use harness_core::grid;
use harness_core::manifest::{ExperimentSpec, Figure, FigureX, TableSpec};
use harness_core::run::Outcome;
use harness_core::size::Size;
use harness_core::value::Value;
use serde::Serialize;

use crate::number::significant;
use crate::report::{CellRow, FigureKind, Report, TableRows, file_stem};
use crate::summary::{Band, Summary};
use crate::templates::prose;

/// An experiment as the page template sees it; everything is Markdown.
#[derive(Debug, Serialize)]
pub(crate) struct ExperimentView {
    name: String,
    question: String,
    analysis: String,
    /// Axes that take one value, as one code span.
    fixed: String,
    /// Axes that take several.
    axes: Vec<AxisView>,
    /// The explicit points, if there are few.
    cases: Vec<String>,
    /// How many cells there are and how they ended.
    cells: String,
    figures: Vec<FigureView>,
    tables: Vec<TableView>,
    metrics: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
struct AxisView {
    name: String,
    values: String,
}

#[derive(Debug, Serialize)]
struct FigureView {
    title: String,
    file: String,
    caption: String,
}

#[derive(Debug, Serialize)]
struct TableView {
    title: String,
    /// The axes that vary.
    axes: Vec<String>,
    metrics: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether it is long enough to be folded away.
    long: bool,
    file: String,
}

/// Tables with more rows than this are folded.
const LONG_TABLE: usize = 16;

impl ExperimentView {
    /// Puts together what the manifest says and what was measured.
    pub(crate) fn new(experiment: &ExperimentSpec, size: Size, report: &Report) -> Self {
        let mut fixed = Axes::new();
        let mut axes = Vec::new();
        for name in experiment.axis_names() {
            let values = experiment.axis_values(name, size);
            match values.as_slice() {
                [] => {}
                [only] => fixed.set(name, only.clone()),
                _ => axes.push(AxisView {
                    name: name.to_owned(),
                    values: listed(&values),
                }),
            }
        }
        let cells = report.cells.iter();
        let own = cells.filter(|cell| cell.experiment == experiment.name);
        let figures = experiment.figures.iter();
        let tables = experiment.tables.iter();
        Self {
            name: experiment.name.clone(),
            question: prose(&experiment.question),
            analysis: prose(&experiment.analysis),
            fixed: if fixed.is_empty() {
                String::new()
            } else {
                format!("`{fixed}`")
            },
            axes,
            cases: cases(experiment),
            cells: counted(experiment, size, &own.collect::<Vec<_>>()),
            figures: figures
                .map(|figure| figure_view(experiment, figure, size, report))
                .collect(),
            tables: tables
                .map(|spec| table_view(experiment, spec, report))
                .collect(),
            metrics: experiment
                .descriptions
                .iter()
                .map(|(name, text)| (name.clone(), prose(text)))
                .collect(),
        }
    }
}

fn listed(values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    words.join(", ")
}

/// The cases, where a list of them says more than the values of their axes.
fn cases(experiment: &ExperimentSpec) -> Vec<String> {
    const MOST: usize = 8;
    let joint = experiment
        .cases
        .first()
        .is_some_and(|case| case.names().count() > 1);
    if joint && experiment.cases.len() <= MOST {
        experiment.cases.iter().map(Axes::to_string).collect()
    } else {
        Vec::new()
    }
}

/// `12 grid points × 10 replicates, 20 more cells for ablations; 140 cells, all done`.
fn counted(experiment: &ExperimentSpec, size: Size, cells: &[&CellRow]) -> String {
    let number = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let points = grid::points(experiment, size).len();
    let replicates = *experiment.replicates.at(size) as usize;
    let mut text = format!(
        "{} × {}",
        number(points, "grid point"),
        number(replicates, "replicate")
    );
    let more = cells.len().saturating_sub(points * replicates);
    if more > 0 {
        text.extend([", ", &more.to_string(), " more for ablations"]);
    }
    format!("{text}; {}", outcomes(cells.iter().copied()))
}

/// `120 cells: 118 done, 2 diverged`.
pub(crate) fn outcomes<'a>(cells: impl Iterator<Item = &'a CellRow>) -> String {
    let mut counts = BTreeMap::new();
    let mut total = 0;
    for cell in cells {
        *counts.entry(cell.outcome.name()).or_insert(0) += 1;
        total += 1;
    }
    let words: Vec<String> = Outcome::NAMES
        .iter()
        .filter_map(|name| counts.get(name).map(|count| format!("{count} {name}")))
        .collect();
    if words.is_empty() {
        "no cells".to_owned()
    } else if counts.len() == 1 && counts.contains_key(Outcome::Done.name()) {
        format!("{total} cells, all done")
    } else {
        format!("{total} cells: {}", words.join(", "))
    }
}

fn figure_view(
    experiment: &ExperimentSpec,
    figure: &Figure,
    size: Size,
    report: &Report,
) -> FigureView {
    let stem = file_stem(&experiment.name, &figure.id);
    let rows = report.figures.get(&stem).map_or(&[][..], Vec::as_slice);
    let mut caption = figure.caption.trim().to_owned();
    let mut add = |sentence: &str| {
        if !caption.is_empty() {
            caption.push(' ');
        }
        caption.push_str(sentence);
    };
    let measured = || rows.iter().filter(|row| row.kind == FigureKind::Measured);
    let largest = measured().map(|row| row.y.n).max().unwrap_or(0);
    let pooled = pooled_axes(experiment, figure, size);
    let over = if pooled.is_empty() {
        String::new()
    } else {
        format!(", pooled over {}", pooled.join(", "))
    };
    match Band::for_replicates(*experiment.replicates.at(size)) {
        _ if largest < 2 => add("One run for each point."),
        Band::Range => add(&format!(
            "Line: median of {largest} runs{over}; band: their range."
        )),
        Band::Deciles => add(&format!(
            "Line: median of {largest} runs{over}; band: their 10–90 % quantiles."
        )),
    }
    if !figure.overlays.is_empty() {
        let labels: Vec<&str> = figure.overlays.iter().map(|o| o.label.as_str()).collect();
        add(&format!("Dashed: {}.", labels.join("; ")));
    }
    if measured().any(|row| row.y.high == f64::INFINITY) {
        add("Runs that diverged count as +∞ from there on; × marks where the median is infinite.");
    }
    FigureView {
        title: prose(figure.title.trim_end_matches('.')),
        file: format!("figures/{stem}.svg"),
        caption: prose(&caption),
    }
}

/// Axes that take several values inside one line of the figure.
fn pooled_axes(experiment: &ExperimentSpec, figure: &Figure, size: Size) -> Vec<String> {
    let mut told: Vec<&str> = figure.series.iter().map(String::as_str).collect();
    told.extend(figure.panels.as_deref());
    if let FigureX::Axis(axis) = &figure.x {
        told.push(axis);
    }
    let mut points = grid::points(experiment, size);
    points.retain(|point| figure.select.takes(point));
    let mut firsts: BTreeMap<Axes, &Axes> = BTreeMap::new();
    let mut pooled: BTreeSet<String> = BTreeSet::new();
    for point in &points {
        let first = firsts
            .entry(point.only(told.iter().copied()))
            .or_insert(point);
        let differing = point
            .iter()
            .filter(|(name, value)| first.get(name) != Some(value));
        pooled.extend(differing.map(|(name, _)| format!("`{name}`")));
    }
    pooled.into_iter().collect()
}

fn table_view(experiment: &ExperimentSpec, spec: &TableSpec, report: &Report) -> TableView {
    let stem = file_stem(&experiment.name, &spec.id);
    let empty = TableRows::default();
    let table = report.tables.get(&stem).unwrap_or(&empty);
    let varying: Vec<&String> = table
        .axes
        .iter()
        .filter(|name| {
            let mut values = table.rows.iter().map(|row| row.axes.get(name));
            let first = values.next();
            values.any(|value| Some(value) != first)
        })
        .collect();
    let mut points: Vec<(&Axes, BTreeMap<&str, &Summary>)> = Vec::new();
    for row in &table.rows {
        if points.last().is_none_or(|(axes, _)| **axes != row.axes) {
            points.push((&row.axes, BTreeMap::new()));
        }
        if let Some((_, metrics)) = points.last_mut() {
            metrics.insert(&row.metric, &row.y);
        }
    }
    let rows: Vec<Vec<String>> = points
        .iter()
        .map(|(axes, metrics)| {
            let values = varying.iter().map(|name| {
                let value = axes.get(name);
                value.map_or_else(String::new, ToString::to_string)
            });
            let numbers = spec.metrics.iter().map(|metric| {
                let summary = metrics.get(metric.as_str());
                summary.map_or_else(|| "–".to_owned(), |summary| spread(summary))
            });
            values.chain(numbers).collect()
        })
        .collect();
    TableView {
        title: prose(spec.title.trim_end_matches('.')),
        axes: varying.into_iter().cloned().collect(),
        metrics: spec.metrics.clone(),
        long: rows.len() > LONG_TABLE,
        rows,
        file: format!("tables/{stem}.csv"),
    }
}

/// `0.55 [0.51, 0.60]`; only the number if all replicates agree on it.
fn spread(summary: &Summary) -> String {
    let number = |value| significant(value, 3);
    let (low, high) = (number(summary.low), number(summary.high));
    let median = number(summary.median);
    if low == high {
        median
    } else {
        format!("{median} [{low}, {high}]")
    }
}
