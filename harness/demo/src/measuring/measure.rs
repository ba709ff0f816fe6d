//! Which parts are run for which figure, what is asked of it, and what benchopt takes.

use harness_demo::SPIN;

use super::command::{beside, measure_command};
use super::figures::{CurvePoint, Measurement};
use super::folder::{Folder, size_of};
use super::observe::{Observed, median, observe};
use super::{Asked, Failure};

/// Measures what is asked for.
pub(crate) fn measure(asked: &Asked) -> Result<Measurement, Failure> {
    let mut measurement = Measurement::default();
    if asked.wants("tiny") {
        tiny(&mut measurement)?;
    }
    if asked.wants("ols") {
        ols(&mut measurement)?;
    }
    if asked.wants("overhead") {
        overhead(&mut measurement, asked.most_cells)?;
    }
    if asked.wants("quick") {
        quick(&mut measurement)?;
    }
    Ok(measurement)
}

/// How often a process is run; the median counts.
const REPEATS: usize = 5;
/// Points of `tiny`.
const POINTS: usize = 20;

/// The same experiment cold and stored, several times.
struct Runs {
    cells: f64,
    cold: Vec<Observed>,
    stored: Vec<Observed>,
    /// Of the store after the last run, in bytes and files.
    store: (u64, u64),
}

fn cold_and_stored(part: &str, count: usize, repeats: usize) -> Result<Runs, Failure> {
    let mut runs = Runs {
        cells: 0.0,
        cold: Vec::new(),
        stored: Vec::new(),
        store: (0, 0),
    };
    for _ in 0..repeats {
        let folder = Folder::new()?;
        let cold = observe(part, count, folder.path())?;
        let stored = observe(part, count, folder.path())?;
        if cold.own.ran != cold.own.cells || stored.own.ran != 0 {
            return Err(format!("`{part}`: cells failed or were not stored").into());
        }
        runs.cells = cold.own.cells as f64;
        runs.store = size_of(&folder.path().join("runs"))?;
        runs.cold.push(cold);
        runs.stored.push(stored);
    }
    Ok(runs)
}

fn wall(runs: &[Observed]) -> f64 {
    median(runs.iter().map(|run| run.wall_seconds))
}

fn cpu(runs: &[Observed]) -> Option<f64> {
    let all: Option<Vec<f64>> = runs.iter().map(|run| run.own.cpu_seconds).collect();
    all.map(median)
}

fn peak(runs: &[Observed]) -> Option<f64> {
    let all = runs.iter().map(|run| run.own.peak_bytes);
    all.max().flatten().map(|bytes| bytes as f64)
}

fn tiny(measurement: &mut Measurement) -> Result<(), Failure> {
    let spin = SPIN.as_secs_f64();
    let few = cold_and_stored("tiny", 40 / POINTS, REPEATS)?;
    let more = cold_and_stored("tiny", 200 / POINTS, REPEATS)?;
    // Processor time is counted in hundredths of a second: it takes many cells to see it.
    let many = cold_and_stored("tiny", 2000 / POINTS, REPEATS)?;
    let starts = few.cold.iter().chain(&more.cold);
    let start = median(starts.filter_map(|run| run.first_cell_seconds));
    measurement.add(("start-to-first-cell", "s"), start, 0.05, 0.92);
    measurement.add(("tiny-40-cold", "s"), wall(&few.cold), None, 1.38);
    measurement.add(("tiny-40-stored", "s"), wall(&few.stored), None, 0.90);
    measurement.add(("tiny-200-cold", "s"), wall(&more.cold), None, 3.74);
    measurement.add(("tiny-200-stored", "s"), wall(&more.stored), None, 1.19);
    let per_cell =
        |from: f64, to: f64, runs: (&Runs, &Runs)| (to - from) / (runs.1.cells - runs.0.cells);
    let slope = per_cell(wall(&few.cold), wall(&more.cold), (&few, &more));
    measurement.add(("cold-cell-overhead", "s"), slope - spin, 1e-4, 13.8e-3);
    if let (Some(from), Some(to)) = (cpu(&few.cold), cpu(&many.cold)) {
        let slope = per_cell(from, to, (&few, &many));
        measurement.add(("cold-cell-overhead-cpu", "s"), slope - spin, 1e-4, 8.4e-3);
    }
    let slope = per_cell(wall(&few.stored), wall(&more.stored), (&few, &more));
    measurement.add(("stored-cell", "s"), slope, 2e-5, 1.8e-3);
    let slope = per_cell(wall(&few.stored), wall(&many.stored), (&few, &many));
    measurement.add(("stored-cell-of-2000", "s"), slope, 2e-5, None);
    if let Some(bytes) = peak(&more.cold) {
        let asked = f64::from(64 << 20);
        measurement.add(("peak-memory-200", "B"), bytes, asked, f64::from(161 << 20));
    }
    let (bytes, files) = (more.store.0 as f64, more.store.1 as f64);
    measurement.add(("store-per-cell", "B"), bytes / more.cells, 1000.0, 24e3);
    measurement.add(("store-files-200", "files"), files, 3.0, 803.0);
    let folder = Folder::new()?;
    let mut reports = Vec::new();
    for _ in 0..REPEATS {
        let report = folder.path().join("report");
        if report.exists() {
            std::fs::remove_dir_all(&report)?;
        }
        reports.push(observe("report", 200 / POINTS, folder.path())?);
    }
    let seconds = median(reports.iter().map(|run| run.own.report_seconds));
    measurement.add(("report-200", "s"), seconds, 0.2, None);
    let whole = wall(&reports[1..]);
    measurement.add(("report-200-process", "s"), whole, 0.2, 1.51);
    if let Some(bytes) = peak(&reports) {
        measurement.add(
            ("report-200-memory", "B"),
            bytes,
            None,
            f64::from(172 << 20),
        );
    }
    Ok(())
}

fn ols(measurement: &mut Measurement) -> Result<(), Failure> {
    let runs = cold_and_stored("ols", 3, 3)?;
    measurement.add(("ols-cold", "s"), wall(&runs.cold), None, 2.93);
    if let Some(seconds) = cpu(&runs.cold) {
        measurement.add(("ols-cold-cpu", "s"), seconds, None, 2.88);
    }
    measurement.add(("ols-stored", "s"), wall(&runs.stored), None, 0.91);
    if let Some(bytes) = peak(&runs.cold) {
        measurement.add(("ols-memory", "B"), bytes, None, f64::from(173 << 20));
    }
    Ok(())
}

/// From a hundred cells on, tenfold each time.
fn overhead(measurement: &mut Measurement, most_cells: usize) -> Result<(), Failure> {
    let folder = Folder::new()?;
    let plans = (0..REPEATS).map(|_| observe("plan", 100_000, folder.path()));
    let plans: Vec<Observed> = plans.collect::<Result<_, _>>()?;
    let seconds = median(plans.iter().map(|run| run.own.plan_seconds));
    measurement.add(("plan-100000-cells", "s"), seconds, 1.0, None);
    let mut cells = 100;
    while cells <= most_cells {
        // Small runs are repeated often, since the clock and the disk are not quiet.
        let repeats = match cells {
            ..10_000 => 9,
            10_000..1_000_000 => 3,
            _ => 1,
        };
        let mut runs = Vec::new();
        for _ in 0..repeats {
            let folder = Folder::new()?;
            runs.push(observe("empty", cells, folder.path())?);
        }
        let seconds = median(runs.iter().map(|run| run.own.engine_seconds));
        measurement.add_point(CurvePoint {
            cells,
            seconds_per_cell: seconds / cells as f64,
            peak_bytes: runs.iter().filter_map(|run| run.own.peak_bytes).max(),
        });
        cells *= 10;
    }
    Ok(())
}

/// The command over all papers.
fn quick(measurement: &mut Measurement) -> Result<(), Failure> {
    let program = beside().ok_or("there is no `reproduce` beside this program: build it first")?;
    let measured = measure_command(&program)?;
    measurement.add(("command-start", "s"), measured.start_seconds, 0.05, 0.92);
    measurement.add(("quick-cold", "s"), measured.cold_seconds, None, None);
    // Cells' time over wall time of at least 1.9 on two cores.
    measurement.add(("quick-idle", "share"), measured.idle_share, 0.05, None);
    measurement.add(("quick-stored", "s"), measured.warm_seconds, 0.3, None);
    Ok(())
}
