//! What figures and tables say about runs.

use harness_core::axes::Axes;
use harness_core::run::{Outcome, Run, RunTable};
use harness_report::{FigureKind, FigureRow, Report, collect};

use crate::synthetic::{SIZE, paper, runs};

fn collected(runs: Vec<Run>) -> Report {
    collect(&paper(), SIZE, &RunTable::new(runs), &[])
}

fn line<'a>(report: &'a Report, panel: &str, series: &str, metric: &str) -> Vec<&'a FigureRow> {
    let rows = report.figures["rates-loss"].iter();
    rows.filter(|row| row.panel == panel && row.series == series && row.metric == metric)
        .collect()
}

/// The runs of one method on one data set.
fn of<'a>(runs: &'a [Run], data: &str, method: &str) -> Vec<&'a Run> {
    let wanted = Axes::new().with("data", data).with("method", method);
    runs.iter()
        .filter(|run| run.cell.axes.only(["data", "method"]) == wanted)
        .collect()
}

#[test]
fn lines_are_medians_with_deciles() {
    let runs = runs(&paper());
    let report = collected(runs.clone());
    let gd = of(&runs, "iris", "gd");
    let rows = line(&report, "iris", "method=gd", "loss");
    assert_eq!(rows.len(), gd[0].records.curves["loss"].steps.len());
    for (place, row) in rows.iter().enumerate() {
        let mut values: Vec<f64> = gd
            .iter()
            .map(|run| run.records.curves["loss"].values[place])
            .collect();
        values.sort_by(f64::total_cmp);
        assert_eq!(row.kind, FigureKind::Measured);
        assert_eq!(row.y.n, 10);
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b;
        assert!(close(row.y.median, f64::midpoint(values[4], values[5])));
        assert!(close(row.y.low, values[0] + 0.9 * (values[1] - values[0])));
        assert!(close(row.y.high, values[8] + 0.1 * (values[9] - values[8])));
    }
}

#[test]
fn diverged_runs_count_as_infinite_from_there_on() {
    let report = collected(runs(&paper()));
    let rows = line(&report, "asym", "method=adam", "loss");
    for row in &rows {
        assert_eq!(row.y.n, 10, "nothing is dropped");
        assert!(row.y.median.is_finite(), "four of ten diverged");
        assert_eq!(row.y.high.is_infinite(), row.x > 3000.0, "x = {}", row.x);
    }
    // A prediction is not made worse by a run that ended.
    let predicted = line(&report, "asym", "method=adam", "loss-predicted");
    assert!(predicted.iter().all(|row| row.y.high.is_finite()));
    assert_eq!(predicted.last().map(|row| row.y.n), Some(6));
    let table = &report.tables["rates-last"];
    let last = table
        .rows
        .iter()
        .find(|row| row.metric == "loss" && row.axes.get("method") == Some(&"adam".into()));
    assert!(last.is_some_and(|row| row.y.n == 10 && row.y.high.is_infinite()));
}

#[test]
fn only_cells_of_the_grid_are_drawn_and_lost_ones_leave_no_number() {
    let mut runs = runs(&paper());
    let expected = collected(runs.clone());
    for replicate in 0..10 {
        let mut extra = runs[0].clone();
        assert_eq!(extra.cell.experiment, "batches");
        extra.cell.axes.set("sampler", "only-in-an-ablation");
        extra.cell.replicate = replicate;
        runs.push(extra);
    }
    let report = collected(runs.clone());
    assert_eq!(report.figures, expected.figures);
    assert_eq!(report.tables, expected.tables);
    assert_eq!(report.cells.len(), expected.cells.len() + 10);

    runs[0].outcome = Outcome::Skipped {
        reason: "no data".into(),
    };
    let report = collected(runs);
    let first = &report.figures["batches-rate"][0];
    assert_eq!((first.x, first.y.n), (1.0, 7));
}
