//! Whatever was interrupted, dropped or run twice, the table is the same.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use harness_core::RunTable;
use harness_engine::{Finished, Options, Order, Progress, Store};
use harness_testkit::tempfile::tempdir;

use crate::support::{
    INTERRUPT_AT, STEPS_MADE, STOP, engine, long, manifest, plan, run, run_with, split, threads,
    walk,
};

fn undisturbed() -> RunTable {
    let folder = tempdir().expect("a folder");
    run(folder.path(), &manifest(vec![walk()])).0
}

#[test]
fn everything_is_stored_and_read_back_bit_by_bit() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    let (first, summary) = run(folder.path(), &manifest);
    assert_eq!((summary.ran, summary.cached), (4, 0));
    let (second, summary) = run(folder.path(), &manifest);
    assert_eq!((summary.ran, summary.cached), (0, 4));
    assert_eq!(first, second);
    let curve = &first.runs()[0].records.curves["place"];
    assert_eq!(curve.steps, [1, 3, 10, 32, 100]);
}

#[test]
fn dropped_results_are_run_again() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    let (first, _) = run(folder.path(), &manifest);
    let dropped = plan(&engine(folder.path()), &manifest).jobs()[2].key;
    let runs = folder.path().join("runs");
    let cleaned = Store::clean_stale(&runs, |key| *key != dropped).expect("it can be cleaned");
    assert_eq!((cleaned.kept, cleaned.removed), (3, 1));
    let (second, summary) = run(folder.path(), &manifest);
    assert_eq!((summary.ran, summary.cached), (1, 3));
    assert_eq!(first, second);
}

/// Stops the run after so many cells.
struct StopAfter<'a> {
    stop: &'a AtomicBool,
    left: AtomicUsize,
}

impl Progress for StopAfter<'_> {
    fn finished(&self, _: &Finished<'_>) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_stopped_run_goes_on_where_it_was() {
    let manifest = manifest(vec![walk()]);
    for cells in 1..4 {
        let folder = tempdir().expect("a folder");
        let stop = AtomicBool::new(false);
        let engine = engine(folder.path());
        let progress = StopAfter {
            stop: &stop,
            left: AtomicUsize::new(cells),
        };
        let options = Options {
            threads: threads(1),
            progress: &progress,
            ..Options::new(&stop)
        };
        let planned = plan(&engine, &manifest);
        let (_, summary) = split(engine.execute(&planned, &options).expect("it runs"));
        assert_eq!((summary.ran, summary.interrupted), (cells, 4 - cells));
        drop(engine);
        let (table, summary) = run(folder.path(), &manifest);
        assert_eq!((summary.ran, summary.cached), (4 - cells, cells));
        assert_eq!(table, undisturbed());
    }
}

#[test]
fn threads_and_order_change_nothing() {
    let manifest = manifest(vec![
        walk(),
        crate::support::misbehave(&["diverged", "fine"]),
    ]);
    let mut tables = Vec::new();
    for count in [1, 2, 4] {
        for order in [Order::LongestFirst, Order::ShortestFirst] {
            let folder = tempdir().expect("a folder");
            let stop = AtomicBool::new(false);
            let engine = engine(folder.path());
            let options = Options {
                threads: threads(count),
                order,
                ..Options::new(&stop)
            };
            let planned = plan(&engine, &manifest);
            let (table, summary) = split(engine.execute(&planned, &options).expect("it runs"));
            assert_eq!((table.runs().len(), summary.ran), (6, 6));
            tables.push(table);
        }
    }
    assert!(tables.iter().all(|table| *table == tables[0]));
}

#[test]
fn two_stores_on_one_folder_do_not_harm_each_other() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    let (a, b) = (engine(folder.path()), engine(folder.path()));
    let tables = std::thread::scope(|scope| {
        let first = scope.spawn(|| run_with(&a, &manifest));
        let second = scope.spawn(|| run_with(&b, &manifest));
        [first, second].map(|thread| thread.join().expect("no panic"))
    });
    for (table, summary) in tables {
        assert_eq!(summary.ran, 4, "both were opened when nothing was stored");
        assert_eq!(table, undisturbed());
    }
    let segments = std::fs::read_dir(folder.path().join("runs/segments")).expect("it is there");
    assert_eq!(segments.count(), 2);
    let third = engine(folder.path());
    assert_eq!(third.store().damages(), []);
    assert_eq!(
        run_with(&third, &manifest),
        (undisturbed(), third_summary())
    );
}

fn third_summary() -> harness_engine::Summary {
    harness_engine::Summary {
        cached: 4,
        ..Default::default()
    }
}

#[test]
fn one_engine_sees_what_it_has_just_stored() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    let engine = engine(folder.path());
    run_with(&engine, &manifest);
    assert_eq!(run_with(&engine, &manifest).1, third_summary());
}

#[test]
fn a_plan_estimates_from_similar_cells() {
    let folder = tempdir().expect("a folder");
    let engine = engine(folder.path());
    let stored = manifest(vec![walk()]);
    let unknown = plan(&engine, &stored).estimate(2);
    assert_eq!((unknown.unknown, unknown.cpu), (4, Duration::ZERO));
    run_with(&engine, &stored);
    let mut more = walk();
    more.replicates = harness_core::size::PerSize::same(3);
    let more = manifest(vec![more]);
    let planned = plan(&engine, &more);
    assert_eq!((planned.hits().count(), planned.misses().count()), (4, 2));
    let estimate = planned.estimate(2);
    assert_eq!(estimate.unknown, 0);
    assert!(estimate.cpu > Duration::ZERO && estimate.wall <= estimate.cpu);
}

#[test]
fn a_long_cell_goes_on_from_its_snapshot() {
    let steps = 1_000;
    let manifest = manifest(vec![long(steps)]);
    let whole = tempdir().expect("a folder");
    let (undisturbed, _) = run(whole.path(), &manifest);

    let folder = tempdir().expect("a folder");
    let run_here = || {
        let engine = engine(folder.path());
        let options = Options {
            snapshot_interval: Duration::ZERO,
            ..Options::new(&STOP)
        };
        let planned = plan(&engine, &manifest);
        split(engine.execute(&planned, &options).expect("it runs"))
    };
    let snapshots = || {
        let folder = folder.path().join("runs/snapshots");
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    };
    STEPS_MADE.store(0, Ordering::Relaxed);
    INTERRUPT_AT.store(600, Ordering::Relaxed);
    let (_, summary) = run_here();
    assert_eq!((summary.ran, summary.interrupted, snapshots()), (0, 1, 1));

    INTERRUPT_AT.store(0, Ordering::Relaxed);
    STOP.store(false, Ordering::Relaxed);
    let (table, summary) = run_here();
    assert_eq!((summary.ran, snapshots()), (1, 0));
    assert_eq!(table, undisturbed);
    // The step after the last snapshot is made twice: the run was stopped while recording it.
    assert_eq!(STEPS_MADE.load(Ordering::Relaxed), 1_001);
}
