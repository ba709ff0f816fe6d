//! `[[experiment]]`: what is run and what is recorded.

use std::collections::BTreeMap;

use super::axes;
use super::figure;
use super::model::{ExperimentSpec, Schedule, Spacing};
use super::reader::{Node, Table};
use crate::diagnostics::Problem;
use crate::recorder::Declared;
use crate::seeds::Scope;
use crate::size::PerSize;

/// More replicates than anyone can mean.
const MOST_REPLICATES: i64 = 1_000_000;

/// An experiment with its place, and what of it can be relied on.
pub(super) struct ExperimentDraft<'a> {
    pub(super) spec: ExperimentSpec,
    pub(super) node: Node<'a>,
    /// Whether axes and cases were read without problems.
    pub(super) grid_sound: bool,
    /// Whether the metrics were read without problems.
    pub(super) metrics_sound: bool,
    /// Whether the replicates were read without problems.
    pub(super) replicates_sound: bool,
}

/// Reads one experiment.
pub(super) fn experiment(table: Table<'_>) -> ExperimentDraft<'_> {
    let node = table.node;
    let problems = node.problems;
    let name = table.name("name");
    let question = table.text("question");
    let analysis = table.optional_text("analysis").unwrap_or_default();
    let ((axes, cases), grid_sound) = problems.watch(|| {
        let axes = table.get("axes").map(axes::axes).unwrap_or_default();
        let cases = axes::cases(&table, &axes);
        (axes, cases)
    });
    let (replicates, replicates_sound) = problems.watch(|| {
        let node = table.require("replicates")?;
        axes::per_size(node, |node| {
            let count = node.whole(1, MOST_REPLICATES);
            count.map(|count| count as u32)
        })
    });
    let ((metrics, descriptions), metrics_sound) = problems.watch(|| metrics(&table));
    let record = record(&table, metrics.curves.is_empty() && metrics_sound);
    let streams = table.get("streams").map(streams).unwrap_or_default();
    let mut spec = ExperimentSpec {
        name,
        question,
        analysis,
        axes,
        cases,
        replicates: replicates.unwrap_or(PerSize::same(1)),
        paired: table.names("paired"),
        streams,
        datasets: datasets(&table),
        metrics,
        descriptions,
        record,
        figures: Vec::new(),
        tables: Vec::new(),
    };
    let figures = table.tables("figure", "[[experiment.figure]]").into_iter();
    spec.figures = figures.map(|table| figure::figure(table, &spec)).collect();
    let tables = table.tables("table", "[[experiment.table]]").into_iter();
    spec.tables = tables.map(figure::table).collect();
    table.finish();
    ExperimentDraft {
        spec,
        node,
        grid_sound,
        metrics_sound,
        replicates_sound,
    }
}

/// `metrics` (curves) and `scalars`, each a name with a description.
fn metrics(table: &Table<'_>) -> (Declared, BTreeMap<String, String>) {
    let mut descriptions = BTreeMap::new();
    let mut read = |key| {
        let entries = table.get(key).map(|node| node.entries("descriptions"));
        let mut names = Vec::new();
        for entry in entries.unwrap_or_default() {
            let description = entry.text();
            if entry.key == "step" {
                let message = "a metric cannot be called `step`";
                let note = "figures and slopes use this word for the step itself";
                entry.push(Problem::new(entry.key_span, message).note(note));
            } else if descriptions.contains_key(entry.key) {
                let message = format!("`{}` is under `metrics` already", entry.key);
                let note = "`metrics` are recorded over steps, `scalars` once";
                entry.push(Problem::new(entry.key_span, message).note(note));
            } else if entry.key_is_name() {
                names.push(entry.key.to_owned());
                let description = description.unwrap_or_default().to_owned();
                descriptions.insert(entry.key.to_owned(), description);
            }
        }
        names.sort();
        names
    };
    let curves = read("metrics");
    let scalars = read("scalars");
    let declared = Declared { scalars, curves };
    if descriptions.is_empty() && !table.node.has("metrics") && !table.node.has("scalars") {
        let problem = Problem::new(table.node.span, "the experiment records nothing");
        let note = "give `metrics = { name = \"description\" }` or `scalars = { … }`";
        table.node.push(problem.note(note));
    }
    (declared, descriptions)
}

/// `record = { per-decade | every | points = k, until = axis, from-zero = bool }`.
fn record(table: &Table<'_>, no_curves: bool) -> Option<Schedule> {
    let Some(node) = table.get("record") else {
        if table.node.has("metrics") && !no_curves {
            let problem = Problem::new(
                table.node.child("metrics").key_span,
                "`metrics` need a recording schedule",
            );
            let note = "give `record = { per-decade = 10, until = \"axis of the last step\" }`";
            table.node.push(problem.note(note));
        }
        return None;
    };
    if no_curves {
        let problem = Problem::new(node.key_span, "`record` without `metrics`");
        node.push(problem.note("scalars are recorded once and need no schedule"));
    }
    let record = node.table("`record`")?;
    let spacings = [
        record.get("per-decade"),
        record.get("every"),
        record.get("points"),
    ];
    let given: Vec<Node<'_>> = spacings.into_iter().flatten().collect();
    let spacing = match given.as_slice() {
        [only] if only.key == "every" => only.whole(1, i64::MAX).map(|k| Spacing::Every(k as u64)),
        [only] => only.whole(1, 10_000).map(|k| {
            if only.key == "points" {
                Spacing::Points(k as u32)
            } else {
                Spacing::PerDecade(k as u32)
            }
        }),
        _ => {
            let message = "`record` needs exactly one of per-decade, every, points";
            node.problem(message);
            None
        }
    };
    let until = record.name("until");
    let from_zero = record.get("from-zero").and_then(Node::flag);
    record.finish();
    Some(Schedule {
        spacing: spacing?,
        until,
        from_zero: from_zero.unwrap_or(false),
    })
}

/// `streams = { label = "paper" | "experiment" | [axes] }`.
fn streams(node: Node<'_>) -> BTreeMap<String, Scope> {
    let words = [("paper", Scope::Paper), ("experiment", Scope::Experiment)];
    let mut streams = BTreeMap::new();
    for entry in node.entries("scopes") {
        entry.key_is_name();
        let scope = if entry.value.is_array() {
            if entry.items().is_empty() {
                let problem = Problem::new(entry.span, "a scope without axes");
                entry.push(problem.label("write `\"experiment\"`"));
            }
            let names = entry.items().into_iter().filter_map(Node::name);
            Some(Scope::Axes(names.map(str::to_owned).collect()))
        } else {
            let text = entry.value.as_str();
            let found = words.iter().find(|(word, _)| Some(*word) == text);
            if found.is_none() {
                let message = format!("`{}` has no scope of this kind", entry.key);
                let note = "allowed: \"paper\", \"experiment\", or an array of axes";
                entry.push(Problem::new(entry.span, message).note(note));
            }
            found.map(|(_, scope)| scope.clone())
        };
        if let Some(scope) = scope {
            streams.insert(entry.key.to_owned(), scope);
        }
    }
    streams
}

/// Folder names under `datasets/`, which may begin with a digit.
fn datasets(table: &Table<'_>) -> Vec<String> {
    let items = table.get("datasets").map(Node::items).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for item in items {
        let Some(name) = item.line() else { continue };
        if names.iter().any(|other| other == name) {
            item.problem(format!("`{name}` stands twice in `datasets`"));
        }
        names.push(name.to_owned());
    }
    names
}
