//! Cleaning removes what it is told to and nothing else.

use std::sync::atomic::AtomicBool;

use harness_engine::{Cleaned, Options, Store};
use harness_testkit::tempfile::tempdir;

use crate::support::{engine, manifest, only_segment, plan, run, run_with, split, walk};

#[test]
fn cleaning_everything_leaves_an_empty_store() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    let runs = folder.path().join("runs");
    let nothing = Store::clean(&runs).expect("there is nothing");
    assert_eq!(nothing, Cleaned::default());
    run(folder.path(), &manifest);
    std::fs::create_dir(runs.join("snapshots")).expect("it can be made");
    std::fs::write(runs.join("snapshots/leftover"), "x").expect("it can be written");
    let bytes = std::fs::metadata(only_segment(folder.path()))
        .expect("it is there")
        .len();
    let cleaned = Store::clean(&runs).expect("it can be cleaned");
    let expected = Cleaned {
        removed: 4,
        snapshots: 1,
        bytes,
        ..Cleaned::default()
    };
    assert_eq!(cleaned, expected);
    assert!(engine(folder.path()).store().is_empty());
    assert_eq!(run(folder.path(), &manifest).1.ran, 4);
}

#[test]
fn stale_records_and_second_copies_go_and_live_ones_stay() {
    let folder = tempdir().expect("a folder");
    let runs = folder.path().join("runs");
    let live = manifest(vec![walk()]);
    // Two processes ran the same cells; a third ran cells that no manifest asks for any more.
    let (a, b) = (engine(folder.path()), engine(folder.path()));
    let (table, _) = run_with(&a, &live);
    run_with(&b, &live);
    drop((a, b));
    let mut stale = live.clone();
    stale.experiments[0].axes.insert(
        "steps".into(),
        harness_core::size::PerSize::same(vec![50.into()]),
    );
    run(folder.path(), &stale);
    let engine = engine(folder.path());
    assert_eq!(engine.store().len(), 8);
    let keys: Vec<_> = plan(&engine, &live)
        .jobs()
        .iter()
        .map(|job| job.key)
        .collect();
    let cleaned = Store::clean_stale(&runs, |key| keys.contains(key)).expect("it can be cleaned");
    assert_eq!((cleaned.kept, cleaned.removed), (4, 8));
    assert!(cleaned.bytes > 0);
    let (again, summary) = run(folder.path(), &live);
    assert_eq!((again, summary.cached), (table, 4));
    let segments = std::fs::read_dir(runs.join("segments")).expect("it is there");
    assert_eq!(segments.count(), 1);
    // An engine opened before the cleaning runs again what it cannot find.
    let stop = AtomicBool::new(false);
    let planned = plan(&engine, &live);
    let (_, summary) = split(
        engine
            .execute(&planned, &Options::new(&stop))
            .expect("it runs"),
    );
    assert_eq!(summary.interrupted, 0);
}

#[test]
fn a_segment_in_use_is_left_alone() {
    let folder = tempdir().expect("a folder");
    let runs = folder.path().join("runs");
    let live = manifest(vec![walk()]);
    let writing = engine(folder.path());
    run_with(&writing, &live);
    let cleaned = Store::clean(&runs).expect("it can be cleaned");
    assert_eq!((cleaned.in_use, cleaned.removed), (1, 0));
    drop(writing);
    assert_eq!(run(folder.path(), &live).1.cached, 4);
}
