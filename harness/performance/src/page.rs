//! The performance report: a function of the files beside it and of the papers' notes alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use harness_report::{Files, Lines};
use minijinja::value::Serde;
use serde::Serialize;

use crate::PerformanceError;
use crate::change::Change;
use crate::harness_figures::{Figure, HarnessFigures, OverheadPoint};
use crate::history::{History, Row};
use crate::instructions::{ALLOWED_GROWTH, Counts};
use crate::limits::{Limits, MACHINE};
use crate::notes::{self, Note};
use crate::quantity;
use crate::steps::step_changes;
use crate::template::{environment, wrong};
use crate::trend::sparkline;

/// The page's file, inside the folder of the performance report.
pub const PAGE_FILE: &str = "README.md";
const OVERHEAD_FILE: &str = "overhead.svg";

/// Everything that the page is made from.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// All points.
    pub history: &'a History,
    /// What the harness costs, if it was measured.
    pub harness: Option<&'a HarnessFigures>,
    /// The kept instruction counts.
    pub instructions: &'a Counts,
    /// The papers' notes.
    pub notes: &'a [Note],
    /// The share from which on a change counts.
    pub bar: f64,
}

#[derive(Serialize)]
struct Values {
    point: Option<PointValues>,
    baseline: String,
    bar: String,
    growth: String,
    machine: Vec<[String; 2]>,
    figures: Vec<FigureValues>,
    overhead: Vec<[String; 3]>,
    groups: Vec<Group>,
    steps: Vec<String>,
    notes: Vec<String>,
    instructions: Vec<InstructionValues>,
}

#[derive(Serialize)]
struct PointValues {
    name: String,
    date: String,
    revision: String,
    toolchain: String,
    cpu: String,
    points: usize,
}

#[derive(Serialize)]
struct FigureValues {
    id: String,
    value: String,
    asked: String,
    peer: String,
    factor: String,
}

#[derive(Serialize)]
struct Group {
    name: String,
    rows: Vec<Kernel>,
}

#[derive(Serialize)]
struct Kernel {
    name: String,
    time: String,
    interval: String,
    per_element: String,
    rate: String,
    share: String,
    change: String,
    trend: String,
}

#[derive(Serialize)]
struct InstructionValues {
    bench: String,
    total: String,
    functions: String,
}

/// The page and its figures, by name.
///
/// # Errors
/// A note that is no template.
pub fn render(input: &Input<'_>) -> Result<Files, PerformanceError> {
    let last = input.history.rows().last();
    let rows = last.map_or_else(Vec::new, |last| shown(input.history, last));
    let baseline = last.and_then(|last| input.history.last_saved(&last.cpu, &last.point));
    let limits = Limits::of(rows.iter().copied());
    let values = Values {
        point: last.map(|last| PointValues {
            name: last.point.clone(),
            date: last.date.clone(),
            revision: last.revision.clone(),
            toolchain: last.toolchain.clone(),
            cpu: last.cpu.clone(),
            points: input.history.points(&last.cpu).len(),
        }),
        baseline: baseline.unwrap_or_default().to_owned(),
        bar: quantity::digits(100.0 * input.bar),
        growth: quantity::digits(100.0 * ALLOWED_GROWTH),
        machine: machine(&limits),
        figures: input
            .harness
            .map_or_else(Vec::new, |h| h.figures.iter().map(figure_values).collect()),
        overhead: input.harness.map_or_else(Vec::new, |harness| {
            harness.overhead_curve.iter().map(overhead_row).collect()
        }),
        groups: groups(input, &rows, &limits, baseline),
        steps: last.map_or_else(Vec::new, |last| steps(input, &rows, &last.cpu)),
        notes: notes::filled(input.notes, &rows)?,
        instructions: input.instructions.iter().map(instruction_row).collect(),
    };
    let mut environment = environment(Path::new("performance page"))?;
    let template = include_str!("../templates/performance.md.j2");
    environment
        .add_template("page", template)
        .map_err(|error| wrong(Path::new("performance page"), &error))?;
    let page = environment
        .get_template("page")
        .and_then(|template| template.render(Serde(&values)))
        .map_err(|error| wrong(Path::new("performance page"), &error))?;
    let mut files = Files::from([(PAGE_FILE.to_owned(), page.into_bytes())]);
    if let Some(harness) = input.harness
        && !harness.overhead_curve.is_empty()
    {
        let svg = overhead_figure(&harness.overhead_curve).svg()?;
        files.insert(OVERHEAD_FILE.to_owned(), svg.into_bytes());
    }
    Ok(files)
}

/// The newest row of each benchmark that the last point or the one it is compared with has.
fn shown<'a>(history: &'a History, last: &'a Row) -> Vec<&'a Row> {
    let baseline = history.last_saved(&last.cpu, &last.point);
    let mut benches: BTreeSet<&str> = BTreeSet::new();
    for name in [Some(last.point.as_str()), baseline].into_iter().flatten() {
        benches.extend(history.point(name, &last.cpu).map(|row| row.bench.as_str()));
    }
    let newest = |bench: &&str| {
        let rows = history.rows().iter().rev();
        let mut mine = rows.filter(|row| row.cpu == last.cpu);
        mine.find(|row| row.bench == *bench)
    };
    benches.iter().filter_map(newest).collect()
}

fn machine(limits: &Limits) -> Vec<[String; 2]> {
    let mut lines = Vec::new();
    for (size, rate) in &limits.bandwidth {
        let what = format!("triad over {}", quantity::bytes(*size));
        lines.push([what, quantity::rate(*rate, "B")]);
    }
    let rates = [
        ("products and sums of one core, f64", limits.multiply_add),
        (
            "products and sums of one core, f32",
            limits.multiply_add_single,
        ),
        (
            "the same fused, f64 (for reference: no result is fused)",
            limits.fused,
        ),
        ("the same fused, f32", limits.fused_single),
    ];
    for (what, rate) in rates {
        lines.extend(rate.map(|rate| [what.to_owned(), quantity::rate(rate, "flop")]));
    }
    for (what, cost) in [("one exp", limits.exp), ("one tanh", limits.tanh)] {
        lines.extend(cost.map(|cost| [what.to_owned(), quantity::time(cost)]));
    }
    lines
}

fn amount(value: f64, unit: &str) -> String {
    match unit {
        "s" => quantity::time(value),
        "B" => quantity::bytes(value),
        _ => format!("{} {unit}", quantity::digits(value))
            .trim_end()
            .to_owned(),
    }
}

fn figure_values(figure: &Figure) -> FigureValues {
    let of = |value: f64| amount(value, &figure.unit);
    let peer = figure.peer.as_ref();
    FigureValues {
        id: figure.id.replace('-', " "),
        value: of(figure.value),
        asked: figure.asked.map_or_else(String::new, of),
        peer: peer.map_or_else(String::new, |peer| {
            format!("{} ({})", of(peer.value), peer.name)
        }),
        factor: peer.map_or_else(String::new, |peer| {
            format!("{}×", quantity::digits(peer.value / figure.value))
        }),
    }
}

fn overhead_row(point: &OverheadPoint) -> [String; 3] {
    let memory = point.peak_bytes.map(|bytes| quantity::bytes(bytes as f64));
    [
        point.cells.to_string(),
        quantity::time(point.seconds_per_cell),
        memory.unwrap_or_default(),
    ]
}

fn overhead_figure(curve: &[OverheadPoint]) -> Lines {
    let points = curve
        .iter()
        .map(|point| (point.cells as f64, 1e6 * point.seconds_per_cell));
    Lines {
        title: "Cost of a cell that does nothing".into(),
        x_label: "cells in the run".into(),
        y_label: "µs per cell".into(),
        x_log: true,
        y_log: true,
        series: vec![("cold, one thread".into(), points.collect())],
    }
}

fn groups(input: &Input<'_>, rows: &[&Row], limits: &Limits, baseline: Option<&str>) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<Kernel>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.bench.starts_with(MACHINE)) {
        let (group, name) = row.bench.split_once('/').unwrap_or(("other", &row.bench));
        let kernel = kernel(input, row, name, limits, baseline);
        groups.entry(group).or_default().push(kernel);
    }
    groups
        .into_iter()
        .map(|(name, rows)| Group {
            name: name.to_owned(),
            rows,
        })
        .collect()
}

fn kernel(
    input: &Input<'_>,
    row: &Row,
    name: &str,
    limits: &Limits,
    baseline: Option<&str>,
) -> Kernel {
    let median = row.median();
    let reached = limits.reached(row);
    let before = baseline.and_then(|point| {
        let mut rows = input.history.point(point, &row.cpu);
        rows.find(|before| before.bench == row.bench)
    });
    let change = before
        .filter(|before| before.point != row.point)
        .map(|before| Change::between(before.median(), median));
    let series: Vec<f64> = input
        .history
        .series(&row.bench, &row.cpu)
        .iter()
        .map(|(_, time)| *time)
        .collect();
    let per_element = (row.elements > 1).then(|| median.value / row.elements as f64);
    Kernel {
        name: name.to_owned(),
        time: quantity::time(median.value),
        interval: format!(
            "{}–{}",
            quantity::time(median.low),
            quantity::time(median.high)
        ),
        per_element: per_element.map_or_else(String::new, quantity::time),
        rate: reached
            .as_ref()
            .map_or_else(String::new, |r| r.rate.clone()),
        share: reached.map_or_else(String::new, |r| format!("{:.0} %", 100.0 * r.share)),
        change: change.map_or_else(String::new, |change| change_text(change, input.bar)),
        trend: sparkline(&series),
    }
}

fn change_text(change: Change, bar: f64) -> String {
    let value = quantity::percent(change.value);
    if change.is_regression(bar) {
        format!("**{value} slower**")
    } else if change.is_improvement(bar) {
        format!("{value} faster")
    } else {
        value
    }
}

fn steps(input: &Input<'_>, rows: &[&Row], cpu: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows.iter().filter(|row| !row.bench.starts_with(MACHINE)) {
        let series = input.history.series(&row.bench, cpu);
        let times: Vec<f64> = series.iter().map(|(_, time)| *time).collect();
        for step in step_changes(&times, input.bar) {
            let (point, _) = series[step.at];
            let change = quantity::percent(step.ratio - 1.0);
            lines.push(format!("`{}`: {change} from `{point}` on", row.bench));
        }
    }
    lines
}

fn instruction_row((bench, count): (&String, &crate::instructions::Count)) -> InstructionValues {
    let mut functions: Vec<(&String, &u64)> = count.functions.iter().collect();
    functions.sort_by_key(|(_, cost)| std::cmp::Reverse(**cost));
    let names: Vec<String> = functions
        .iter()
        .take(3)
        .map(|(name, cost)| {
            let share = 100.0 * **cost as f64 / count.total as f64;
            format!("`{}` {share:.0} %", name.replace('|', "\\|"))
        })
        .collect();
    InstructionValues {
        bench: bench.clone(),
        total: count.total.to_string(),
        functions: names.join(", "),
    }
}
