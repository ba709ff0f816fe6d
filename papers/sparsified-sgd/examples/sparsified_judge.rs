//! Runs a size without a store and prints times, measurements and verdicts.
//!
//! `cargo run --release -p sparsified-sgd --example sparsified_judge -- quick [EXPERIMENT] [one]`
#![expect(clippy::print_stdout, reason = "an example that prints")]
#![expect(
    clippy::disallowed_methods,
    reason = "an example that shows how long cells take"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use harness_core::context::NoSnapshots;
use harness_core::run::{Run, RunTable};
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{Context, Dataset, Outcome, Recorder, Size, Value, claims, grid, manifest};
use harness_engine::Datasets;
use sparsified_sgd::PAPER;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let size: Size = words[0].parse().unwrap();
    let only = words.get(1).filter(|word| *word != "all");
    let one = words.iter().any(|word| word == "one");
    let store = Datasets::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets"));
    let manifest = match manifest::check(&PAPER, "paper.toml", &store.names()) {
        Ok(manifest) => manifest,
        Err(problems) => {
            println!("{problems}");
            return;
        }
    };
    let cells: Vec<_> = grid::cells(&manifest, size)
        .into_iter()
        .filter(|cell| only.is_none_or(|name| *name == cell.experiment))
        .filter(|cell| !one || cell.replicate == 0)
        .collect();
    let mut datasets: BTreeMap<String, Dataset> = BTreeMap::new();
    let mut absent = Vec::new();
    for cell in &cells {
        for name in (PAPER.runner(&cell.experiment).unwrap().datasets)(&cell.axes) {
            if !datasets.contains_key(name) && !absent.contains(&name) {
                match store.load(name) {
                    Ok(dataset) => {
                        datasets.insert(name.to_owned(), dataset.as_ref().clone());
                    }
                    Err(error) => {
                        println!("{error}");
                        absent.push(name);
                    }
                }
            }
        }
    }
    let stop = AtomicBool::new(false);
    let next = AtomicUsize::new(0);
    let runs = Mutex::new(Vec::new());
    let times = Mutex::new(BTreeMap::<String, f64>::new());
    let slow = Mutex::new(Vec::new());
    let work = || {
        while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            let experiment = manifest.experiment(&cell.experiment).unwrap();
            let runner = PAPER.runner(&cell.experiment).unwrap();
            let checkpoints = experiment
                .record
                .as_ref()
                .map_or_else(Vec::new, |schedule| {
                    let last = cell.axes.get(&schedule.until).and_then(Value::as_f64);
                    schedule.steps(last.unwrap() as u64)
                });
            let context = Context {
                streams: Streams {
                    root: ROOT_SEED,
                    cell,
                    scopes: &experiment.streams,
                },
                checkpoints: &checkpoints,
                datasets: &datasets,
                snapshots: &NoSnapshots,
            };
            let mut recorder = Recorder::new(&experiment.metrics, &stop);
            let start = Instant::now();
            let needs = (runner.datasets)(&cell.axes);
            let outcome = if needs.iter().all(|name| datasets.contains_key(*name)) {
                (runner.run)(&cell.axes, &context, &mut recorder).unwrap()
            } else {
                Outcome::Skipped {
                    reason: "absent".into(),
                }
            };
            let seconds = start.elapsed().as_secs_f64();
            *times
                .lock()
                .unwrap()
                .entry(cell.experiment.clone())
                .or_default() += seconds;
            slow.lock().unwrap().push((seconds, cell.to_string()));
            let records = recorder.finish();
            if only.is_some() {
                let last = records.curves.iter();
                let last: Vec<_> = last.map(|(n, c)| (n, c.values.last().copied())).collect();
                println!("{cell} {outcome:?} {:?} {last:?}", records.scalars);
            }
            runs.lock().unwrap().push(Run {
                cell: cell.clone(),
                outcome,
                records,
            });
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut slow = slow.into_inner().unwrap();
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (seconds, cell) in slow.iter().take(8) {
        println!("{seconds:8.3} {cell}");
    }
    let times = times.into_inner().unwrap();
    for (experiment, seconds) in &times {
        println!("{seconds:8.3} {experiment}");
    }
    println!("{:8.3} s of one core", times.values().sum::<f64>());
    if one || only.is_some() {
        return;
    }
    let table = RunTable::new(runs.into_inner().unwrap());
    let measurements = claims::measure(&manifest, PAPER.checks, size, &table);
    let findings = claims::judge(&manifest, &measurements);
    for finding in &findings {
        println!(
            "== {} {:?} {}",
            finding.claim, finding.verdict, finding.reason
        );
        for part in &finding.parts {
            println!(
                "   {} [{}] {:?} {:.5} [{:.5}, {:.5}] of {:.5}..{:.5}, asked {} to {}",
                part.test,
                part.group,
                part.state,
                part.estimate,
                part.low,
                part.high,
                part.smallest,
                part.largest,
                part.criterion.low,
                part.criterion.high
            );
        }
        for control in &finding.controls {
            println!(
                "   under {}: {:?} {}",
                control.ablation, control.state, control.reason
            );
            for part in &control.parts {
                println!(
                    "       {} [{}] {:?} {:.5}..{:.5}",
                    part.test, part.group, part.state, part.smallest, part.largest
                );
            }
        }
    }
    for problem in claims::problems(&manifest, &findings, size) {
        println!("PROBLEM {problem}");
    }
}
