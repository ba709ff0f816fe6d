//! Figures and tables against the experiment they show.

use super::grids::Subject;
use super::metric::{Use, metric};
use super::selection::{self, Crowd};
use crate::diagnostics::Problem;
use crate::manifest::model::{Figure, FigureX, TableSpec};
use crate::manifest::reader::Node;

/// Checks one figure.
pub(super) fn figure(subject: Subject<'_>, figure: &Figure, node: Node<'_>) {
    let usage = if matches!(figure.x, FigureX::Axis(_)) {
        Use::Any
    } else {
        Use::Curve
    };
    let y = node.child("y");
    metric(subject, &figure.y, usage, y, y.span);
    for overlay in &figure.overlays {
        let entry = node.child("overlays").child(&overlay.metric);
        metric(subject, &overlay.metric, usage, entry, entry.key_span);
    }
    let x = node.child("x");
    match &figure.x {
        FigureX::Step => {}
        FigureX::Metric(name) => metric(subject, name, Use::Curve, x, x.span),
        FigureX::Axis(name) => {
            if selection::axis(subject, name, x, x.span) {
                selection::numeric(subject, name, figure.x_log, x);
            }
        }
    }
    let ((), sound) = node.problems.watch(|| {
        selection::axes(subject, &figure.series, node.child("series"));
        if let Some(panels) = &figure.panels {
            let place = node.child("panels");
            selection::axis(subject, panels, place, place.span);
        }
    });
    let mut by: Vec<&str> = figure.series.iter().map(String::as_str).collect();
    by.extend(figure.panels.as_deref());
    if let FigureX::Axis(name) = &figure.x {
        by.push(name);
    }
    twice(&by, node);
    if selection::selection(subject, &figure.select, node)
        && sound
        && let Some(crowd) = Crowd::find(subject.selected(&figure.select), &by)
    {
        let remedy = "name them in `series` or `panels`, or fix them in `where`";
        crowd.report(node, node.span, "the figure draws", remedy);
    }
}

/// An axis can be shown in one way only.
fn twice(by: &[&str], node: Node<'_>) {
    for (index, name) in by.iter().enumerate() {
        if by[..index].contains(name) {
            let message = format!("the figure shows axis `{name}` in two ways");
            let problem = Problem::new(node.span, message);
            node.push(problem.note("an axis is one of `x`, `series` and `panels`"));
        }
    }
}

/// Checks one table.
pub(super) fn table(subject: Subject<'_>, table: &TableSpec, node: Node<'_>) {
    for (index, name) in table.metrics.iter().enumerate() {
        let place = node.child("metrics").nth(index);
        metric(subject, name, Use::Any, place, place.span);
    }
    selection::selection(subject, &table.select, node);
}
