//! `[[experiment.figure]]` and `[[experiment.table]]`.

use super::axes;
use super::model::{ExperimentSpec, Figure, FigureX, Overlay, TableSpec};
use super::reader::{Node, Table};
use crate::diagnostics::Problem;

/// Words for a scale: whether it is logarithmic.
pub(super) const SCALES: [(&str, bool); 2] = [("log", true), ("linear", false)];

/// A scale that may be left out; logarithmic then.
pub(super) fn scale(table: &Table<'_>, key: &'static str) -> bool {
    let given = table.get(key).and_then(|node| node.word(&SCALES));
    given.unwrap_or(true)
}

/// Reads a figure; labels that are left out come from the descriptions of the metrics.
pub(super) fn figure(table: Table<'_>, experiment: &ExperimentSpec) -> Figure {
    let described = |metric: &str| {
        let description = experiment.descriptions.get(metric);
        description.map_or(metric, String::as_str).to_owned()
    };
    let x = table.require("x").and_then(horizontal);
    let x = x.unwrap_or(FigureX::Metric(String::new()));
    let y = table.name("y");
    let x_label = table.optional_text("x-label").unwrap_or_else(|| match &x {
        FigureX::Step => "step".to_owned(),
        FigureX::Metric(metric) => described(metric),
        FigureX::Axis(axis) => axis.clone(),
    });
    let y_label = table
        .optional_text("y-label")
        .unwrap_or_else(|| described(&y));
    let overlays = table.get("overlays").map(|node| node.entries("labels"));
    let overlays = overlays.unwrap_or_default().into_iter();
    let overlay = |entry: Node<'_>| {
        entry.text().map(|label| Overlay {
            metric: entry.key.to_owned(),
            label: label.to_owned(),
        })
    };
    let figure = Figure {
        id: table.name("id"),
        title: table.text("title"),
        x,
        y,
        x_label,
        y_label,
        x_log: scale(&table, "x-scale"),
        y_log: scale(&table, "y-scale"),
        series: table.names("series"),
        panels: table.get("panels").and_then(Node::name).map(str::to_owned),
        select: axes::selection(&table),
        overlays: overlays.filter_map(overlay).collect(),
        caption: table.optional_text("caption").unwrap_or_default(),
    };
    table.finish();
    figure
}

/// `x = "step" | "metric" | "axis:NAME"`.
fn horizontal(node: Node<'_>) -> Option<FigureX> {
    let text = node.text()?;
    if text == "step" {
        return Some(FigureX::Step);
    }
    if let Some(axis) = text.strip_prefix("axis:") {
        return Some(FigureX::Axis(axis.to_owned()));
    }
    if node.value.as_str().is_some_and(|text| text.contains(':')) {
        let problem = Problem::new(node.span, format!("`x` cannot be `{text}`"));
        node.push(problem.note("allowed: \"step\", a metric, or \"axis:NAME\""));
        return None;
    }
    Some(FigureX::Metric(text.to_owned()))
}

/// Reads a table.
pub(super) fn table(table: Table<'_>) -> TableSpec {
    if let Some(node) = table.require("metrics")
        && node.items().is_empty()
    {
        node.problem("a table needs at least one metric");
    }
    let spec = TableSpec {
        id: table.name("id"),
        title: table.text("title"),
        metrics: table.names("metrics"),
        select: axes::selection(&table),
    };
    table.finish();
    spec
}
