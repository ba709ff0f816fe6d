//! `reproduce bench`: from benchmark estimates to a history, a page and an exit code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use harness_performance::change::Change;
use harness_performance::estimates::{self, Estimate};
use harness_performance::harness_figures::{self, HARNESS_FILE};
use harness_performance::history::{HISTORY_FILE, History, Point};
use harness_performance::instructions::{self, ALLOWED_GROWTH, Breach, LIMITS_FILE};
use harness_performance::limits::MACHINE;
use harness_performance::notes::Note;
use harness_performance::page::{self, Input};
use harness_report::{Files, write_atomically};
use serde_json::json;

use crate::Status;
use crate::args::{BenchArguments, Common};
use crate::facts::FACTS;
use crate::output;
use crate::project::{Project, unknown, wrong};
use crate::provenance::{commit_date, cpu, revision};

/// A change below this share is within what benchmarks vary by from day to day.
pub(crate) const BAR: f64 = 0.1;

/// Reads the estimates (or the instruction counts), compares, and writes the performance report.
pub(crate) fn bench(common: &Common, arguments: &BenchArguments) -> Result<Status> {
    let project = Project::find(common.root.as_deref())?;
    let target = project.root.join(&arguments.target);
    if arguments.instructions {
        return count(common, &project, &target, arguments.accept);
    }
    let found = estimates::read(&target.join("criterion"))?;
    let folder = folder(&project);
    let mut history = History::read(&folder)?;
    let point = point(&project, arguments.save.as_deref())?;
    let baseline = baseline(&history, &point, arguments.compare.as_deref())?;
    let changes = changes(&history, &found.current, &point.cpu, baseline.as_deref());
    if !arguments.dry_run {
        history.add(&point, &found.current);
        let measured = target.join("performance").join(HARNESS_FILE);
        if harness_figures::read(&measured)?.is_some() {
            let bytes = fs::read(&measured)?;
            write_atomically(&folder.join(HARNESS_FILE), &bytes)?;
        }
        write_atomically(&folder.join(HISTORY_FILE), &history.to_csv(&folder)?)?;
        performance_page(&project, false)?;
    }
    let bar = arguments.bar.map_or(BAR, |percent| percent / 100.0);
    let slower = changes.iter().any(|(_, change)| change.is_regression(bar));
    if common.json {
        let rows: Vec<_> = changes
            .iter()
            .map(|(bench, change)| {
                json!({
                    "bench": bench,
                    "change": change.value,
                    "low": change.low,
                    "high": change.high,
                    "regression": change.is_regression(bar),
                })
            })
            .collect();
        let value = json!({
            "schema": 1, "point": point.name, "baseline": baseline, "changes": rows,
        });
        output::line(&value.to_string())?;
    } else if !common.quiet {
        print(&point, baseline.as_deref(), &changes, bar)?;
        if !found.outdated.is_empty() {
            output::line(&format!(
                "left out, since an earlier run made them: {}",
                found.outdated.join(", ")
            ))?;
        }
    }
    Ok(if slower {
        Status::Difference
    } else {
        Status::Fine
    })
}

/// Where the performance report stands.
fn folder(project: &Project) -> PathBuf {
    project.root.join("reports").join("performance")
}

fn point(project: &Project, save: Option<&str>) -> Result<Point> {
    let (commit, dirty) = revision(&project.root);
    let mut short = commit.get(..10).unwrap_or("unknown").to_owned();
    if dirty {
        short.push('+');
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    if let Some(name) = save
        && (name.is_empty() || !name.chars().all(plain))
    {
        return wrong(format!(
            "--save {name}: a name is made of letters, digits and `.`, `_`, `+`, `-`"
        ));
    }
    Ok(Point {
        name: save.map_or_else(|| short.clone(), str::to_owned),
        saved: save.is_some(),
        date: commit_date(&project.root),
        revision: short,
        toolchain: FACTS.toolchain.to_owned(),
        cpu: cpu(),
    })
}

/// The point to compare with: the one asked for, or the last saved one.
fn baseline(history: &History, point: &Point, asked: Option<&str>) -> Result<Option<String>> {
    let known = history.points(&point.cpu);
    match asked {
        Some(name) if known.contains(&name) => Ok(Some(name.to_owned())),
        Some(name) if known.is_empty() => wrong(format!(
            "--compare {name}: the history holds no point of this processor ({})",
            point.cpu
        )),
        Some(name) => wrong(unknown("point", name, &known)),
        None => Ok(history
            .last_saved(&point.cpu, &point.name)
            .map(str::to_owned)),
    }
}

fn changes(
    history: &History,
    current: &[Estimate],
    cpu: &str,
    baseline: Option<&str>,
) -> Vec<(String, Change)> {
    let Some(baseline) = baseline else {
        return Vec::new();
    };
    let ours = current.iter().filter(|e| !e.bench.starts_with(MACHINE));
    ours.filter_map(|estimate| {
        let mut rows = history.point(baseline, cpu);
        let before = rows.find(|row| row.bench == estimate.bench)?;
        let change = Change::between(before.median(), estimate.median);
        Some((estimate.bench.clone(), change))
    })
    .collect()
}

fn print(
    point: &Point,
    baseline: Option<&str>,
    changes: &[(String, Change)],
    bar: f64,
) -> Result<()> {
    let Some(baseline) = baseline else {
        return output::line(&format!(
            "{}: no saved point of this processor to compare with",
            point.name
        ));
    };
    let percent = |share: f64| format!("{:+.1} %", 100.0 * share);
    let word = |change: &Change| {
        if change.is_regression(bar) {
            "slower"
        } else {
            "faster"
        }
    };
    let beyond = |change: &Change| change.is_regression(bar) || change.is_improvement(bar);
    let rows: Vec<Vec<String>> = changes
        .iter()
        .filter(|(_, change)| beyond(change))
        .map(|(bench, change)| {
            let interval = format!("[{}, {}]", percent(change.low), percent(change.high));
            let value = percent(change.value);
            vec![bench.clone(), word(change).to_owned(), value, interval]
        })
        .collect();
    output::line(&format!(
        "{} against {baseline}: {} benchmarks, {} beyond {:.0} % and surely",
        point.name,
        changes.len(),
        rows.len(),
        100.0 * bar
    ))?;
    if !rows.is_empty() {
        output::line(output::columns(&rows).trim_end())?;
    }
    Ok(())
}

/// The gate: counted instructions against their limits.
fn count(common: &Common, project: &Project, target: &Path, accept: bool) -> Result<Status> {
    let counts = instructions::read_counts(&target.join("gungraun"))?;
    let folder = folder(project);
    let limits = instructions::read_limits(&folder)?;
    if accept {
        let bytes = instructions::limits_csv(&counts)?;
        write_atomically(&folder.join(LIMITS_FILE), &bytes)?;
        performance_page(project, false)?;
        if !common.quiet {
            output::line(&format!("{} limits written", counts.len()))?;
        }
        return Ok(Status::Fine);
    }
    let breaches = instructions::breaches(&limits, &counts);
    for breach in &breaches {
        output::error_line(&breach_text(breach));
    }
    if !breaches.is_empty() {
        output::error_line(
            "`cargo reproduce bench --instructions --accept` makes the present counts the limits",
        );
        return Ok(Status::Difference);
    }
    if !common.quiet {
        output::line(&format!(
            "{} benchmarks within {:.0} % of their instruction limits",
            counts.len(),
            100.0 * ALLOWED_GROWTH
        ))?;
    }
    Ok(Status::Fine)
}

fn breach_text(breach: &Breach) -> String {
    match breach {
        Breach::Unknown(bench) => format!("{bench}: no instruction limit yet"),
        Breach::Missing(bench) => format!("{bench}: has an instruction limit but was not counted"),
        Breach::Grown {
            bench,
            before,
            after,
            functions,
        } => {
            let growth = 100.0 * (*after as f64 / *before as f64 - 1.0);
            let mut text = format!("{bench}: {before} -> {after} instructions (+{growth:.1} %)");
            for (function, before, after) in functions.iter().take(5) {
                // Writing to a string cannot fail.
                let _ = write!(text, "\n  {function}: {before} -> {after}");
            }
            text
        }
    }
}

/// Writes the page again from the files beside it, or says which files would change.
pub(crate) fn performance_page(project: &Project, check: bool) -> Result<Vec<PathBuf>> {
    let folder = folder(project);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = page::render(&Input {
        history: &History::read(&folder)?,
        harness: harness_figures::read(&folder.join(HARNESS_FILE))?.as_ref(),
        instructions: &instructions::read_limits(&folder)?,
        notes: &notes(project)?,
        bar: BAR,
    })?;
    sync(&folder, &files, check)
}

fn sync(folder: &Path, files: &Files, check: bool) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        let differs = if check {
            fs::read(&path).ok().as_ref() != Some(bytes)
        } else {
            write_atomically(&path, bytes)?
        };
        if differs {
            changed.push(path);
        }
    }
    Ok(changed)
}

/// What the papers say about their benchmarks, in the registry's order.
fn notes(project: &Project) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for paper in crate::registry::PAPERS {
        let path = format!("papers/{}/benches/notes.md", paper.slug);
        let file = project.root.join(&path);
        if file.is_file() {
            let text = fs::read_to_string(&file)?;
            notes.push(Note { path, text });
        }
    }
    Ok(notes)
}
