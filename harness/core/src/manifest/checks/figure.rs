//! Figures and tables against the experiment they show.

use super::grids::Subject;
use super::metric::{Use, metric};
use super::selection::{self, Crowd};
use crate::diagnostics::Problem;
use crate::manifest::model::{Figure, FigureX, TableSpec};
use crate::manifest::reader::Node;

/// Checks one figure.
pub(super) fn figure(subject: Subject<'_>, figure: &Figure, node: Node<'_>) {
    let x = node.child("x");
    let ((), x_sound) = node.problems.watch(|| match &figure.x {
        FigureX::Step => {}
        FigureX::Metric(name) => metric(subject, name, Use::Curve, x, x.span),
        FigureX::Axis(name) => {
            if selection::axis(subject, name, x, x.span) {
                selection::numeric(subject, name, figure.x_log, x);
            }
        }
    });
    // An empty metric stands for an `x` that could not be read.
    let x_known = x_sound && figure.x != FigureX::Metric(String::new());
    let usage = match figure.x {
        FigureX::Step | FigureX::Metric(_) if x_known => Use::Curve,
        _ => Use::Any,
    };
    let y = node.child("y");
    metric(subject, &figure.y, usage, y, y.span);
    for overlay in &figure.overlays {
        let entry = node.child("overlays").child(&overlay.metric);
        metric(subject, &overlay.metric, usage, entry, entry.key_span);
    }
    let mut by: Vec<&str> = figure.series.iter().map(String::as_str).collect();
    by.extend(figure.panels.as_deref());
    if let FigureX::Axis(name) = &figure.x {
        by.push(name);
    }
    let ((), by_sound) = node.problems.watch(|| {
        selection::axes(subject, &figure.series, node.child("series"));
        if let Some(panels) = &figure.panels {
            let place = node.child("panels");
            selection::axis(subject, panels, place, place.span);
        }
        twice(&by, node);
    });
    let selected = selection::selection(subject, &figure.select, node);
    if selected
        && x_known
        && by_sound
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
