//! Instructions of the way that every cell takes: planned, run or read, with its runs in a table.

#![allow(missing_docs, reason = "written by the benchmark macros")]
#![allow(unreachable_pub, reason = "written by the benchmark macros")]
#![allow(unused_qualifications, reason = "written by the benchmark macros")]
#![allow(clippy::pedantic, reason = "written by the benchmark macros")]
#![allow(clippy::exit, reason = "written by the benchmark macros")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use harness_core::manifest::Manifest;
use harness_core::seeds::ROOT_SEED;
use harness_core::size::PerSize;
use harness_core::{RunTable, Size, Value};
use harness_demo::PAPER;
use harness_engine::{BuildFacts, Engine, Options, Work};
use harness_testkit::gungraun::{
    self, Callgrind, EntryPoint, LibraryBenchmarkConfig, library_benchmark,
    library_benchmark_group, main,
};
use harness_testkit::tempfile::{TempDir, tempdir};

const CELLS: i64 = 500;

/// One cell of nothing for each of many points, and an empty store.
fn cold() -> (Manifest, TempDir) {
    let mut manifest = harness_demo::manifest().expect("a valid manifest");
    manifest.claims.clear();
    manifest.experiments.retain(|spec| spec.name == "empty");
    for spec in &mut manifest.experiments {
        let points: Vec<Value> = (1..=CELLS).map(Value::from).collect();
        spec.replicates = PerSize::same(1);
        spec.axes = BTreeMap::from([("point".to_owned(), PerSize::same(points))]);
    }
    (manifest, tempdir().expect("a folder"))
}

fn cached() -> (Manifest, TempDir) {
    let (manifest, folder) = cold();
    run(&manifest, folder.path());
    (manifest, folder)
}

fn run(manifest: &Manifest, folder: &Path) -> BTreeMap<String, RunTable> {
    let datasets = folder.join("datasets");
    let engine = Engine::open(folder.join("runs"), datasets, BuildFacts::UNSTATED).expect("open");
    let plan = engine
        .plan([Work::whole(&PAPER, manifest, Size::Quick, ROOT_SEED)])
        .expect("it fits");
    let stop = AtomicBool::new(false);
    let options = Options {
        threads: NonZeroUsize::MIN,
        ..Options::new(&stop)
    };
    engine.execute(&plan, &options).expect("it runs").tables
}

// Counts the whole process: the cells run on other threads than the one that waits for them.
#[library_benchmark(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::default().entry_point(EntryPoint::None))
)]
#[bench::cold(args = (), setup = cold)]
fn cells_run((manifest, folder): (Manifest, TempDir)) -> (BTreeMap<String, RunTable>, TempDir) {
    (run(&manifest, folder.path()), folder)
}

// Stored cells are read by the thread that asks for them.
#[library_benchmark]
#[bench::cached(args = (), setup = cached)]
fn cells_read((manifest, folder): (Manifest, TempDir)) -> (BTreeMap<String, RunTable>, TempDir) {
    (run(&manifest, folder.path()), folder)
}

library_benchmark_group!(name = path, benchmarks = [cells_run, cells_read]);
main!(library_benchmark_groups = path);
