//! What varies: axes, explicit cases, sizes, and the selections that name their values.

use std::collections::BTreeMap;

use super::model::Selection;
use super::reader::{Node, Table};
use crate::axes::Axes;
use crate::diagnostics::Problem;
use crate::size::{PerSize, Size};
use crate::value::Value;

/// Axis names that tables and texts use for something else.
const RESERVED: [&str; 3] = ["cell", "outcome", "replicate"];

/// One value for all sizes, or a table with one for each size from `smoke` on.
pub(super) fn per_size<'a, T: Clone>(
    node: Node<'a>,
    read: impl Fn(Node<'a>) -> Option<T>,
) -> Option<PerSize<T>> {
    if !node.value.is_table() {
        return read(node).map(PerSize::same);
    }
    let table = node.table("values by size")?;
    let mut sound = true;
    let values = Size::ALL.map(|size| {
        let item = table.get(size.name())?;
        let value = read(Node {
            key: node.key,
            ..item
        });
        sound &= value.is_some();
        value
    });
    if !node.has("smoke") {
        let message = format!("`{}` has no value for size smoke", node.key);
        let note = "a size that is left out takes the value of the next smaller one";
        node.push(Problem::new(node.span, message).note(note));
    }
    table.finish();
    PerSize::filled(values).filter(|_| sound)
}

/// The product grid.
pub(super) fn axes(node: Node<'_>) -> BTreeMap<String, PerSize<Vec<Value>>> {
    let mut axes = BTreeMap::new();
    for axis in node.entries("axes") {
        let values = per_size(axis, values);
        if axis_name(axis)
            && let Some(values) = values
        {
            axes.insert(axis.key.to_owned(), values);
        }
    }
    axes
}

fn axis_name(axis: Node<'_>) -> bool {
    if RESERVED.contains(&axis.key) {
        let message = format!("`{}` cannot be the name of an axis", axis.key);
        let note = "tables and the names of cells use this word for something else";
        axis.push(Problem::new(axis.key_span, message).note(note));
        return false;
    }
    axis.key_is_name()
}

/// One value or several different ones; `None` if any is wrong.
pub(super) fn values(node: Node<'_>) -> Option<Vec<Value>> {
    let items = node.items();
    if items.is_empty() {
        node.problem(format!("`{}` has no values", node.key));
        return None;
    }
    let mut sound = true;
    let mut values = Vec::new();
    for item in items {
        match item.value() {
            Some(value) if values.contains(&value) => {
                item.problem(format!("`{value}` stands twice in `{}`", node.key));
                sound = false;
            }
            Some(value) => values.push(value),
            None => sound = false,
        }
    }
    sound.then_some(values)
}

/// One value for each named axis.
pub(super) fn point(node: Node<'_>) -> Axes {
    let entries = node.entries("axis values");
    if entries.is_empty() && node.value.is_table() {
        node.problem(format!("`{}` names no axis", node.key));
    }
    let entries = entries.into_iter();
    entries
        .filter_map(|entry| Some((entry.key.to_owned(), entry.value()?)))
        .collect()
}

/// `where = { axis = value or values }`.
pub(super) fn selection(table: &Table<'_>) -> Selection {
    let entries = table.get("where").map(|node| node.entries("axis values"));
    let entries = entries.unwrap_or_default().into_iter();
    Selection(
        entries
            .filter_map(|entry| Some((entry.key.to_owned(), values(entry)?)))
            .collect(),
    )
}

/// `[[experiment.case]]`: points with the same keys, none of them an axis of the grid.
pub(super) fn cases(table: &Table<'_>, axes: &BTreeMap<String, PerSize<Vec<Value>>>) -> Vec<Axes> {
    let nodes = table.get("case").and_then(|node| node.array("tables"));
    let mut cases: Vec<Axes> = Vec::new();
    for node in nodes.unwrap_or_default() {
        for entry in node.entries("axis values") {
            axis_name(entry);
            if axes.contains_key(entry.key) || table.node.child("axes").has(entry.key) {
                let message = format!("`{}` is an axis of the grid already", entry.key);
                let note = "the grid is multiplied with the cases: an axis is in one of them";
                entry.push(Problem::new(entry.key_span, message).note(note));
            }
        }
        let case = point(node);
        let first = cases.first().unwrap_or(&case);
        if !first.names().eq(case.names()) {
            let names: Vec<&str> = first.names().collect();
            let problem = Problem::new(node.span, "this case has other keys than the first one");
            node.push(problem.note(format!("the first case has: {}", names.join(", "))));
        } else if cases.contains(&case) && !case.is_empty() {
            node.problem(format!("the case `{case}` stands twice"));
        }
        cases.push(case);
    }
    cases
}
