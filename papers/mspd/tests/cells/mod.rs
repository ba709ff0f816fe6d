//! Grid points that are refused, and a network of one's own.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use harness_core::context::NoSnapshots;
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{Axes, Context, Outcome, Recorder, manifest};
use mspd::PAPER;

#[test]
fn impossible_grid_points_are_refused() {
    let refuse = |experiment: &str, axes: Axes| {
        let runner = PAPER.runner(experiment).expect("bound");
        (runner.validate)(&axes)
            .expect_err("impossible")
            .to_string()
    };
    let order = Axes::new()
        .with("graph", "grid")
        .with("nodes", 15)
        .with("dimension", 4)
        .with("iterations", 3)
        .with("gossip", "plain")
        .with("assumed-radius", 1);
    let message = refuse("network-order", order.clone());
    assert_eq!(
        message,
        "axis `nodes`: a grid has a square number of nodes, not 15"
    );
    let message = refuse("network-order", order.clone().with("graph", "ring"));
    assert!(message.starts_with("axis `graph`"), "{message}");
    let message = refuse("network-order", order.with("graph", "file:no/such"));
    assert!(message.starts_with("axis `graph`: no/such: "), "{message}");
    let wall = Axes::new()
        .with("instance", "10x4")
        .with("method", "dgd")
        .with("graph", "path")
        .with("sign-of-zero", "zero");
    let message = refuse("before-wall", wall);
    assert!(message.contains("multiple of 3"), "{message}");
}

#[test]
fn a_network_must_suit_the_experiment() {
    let folder = harness_testkit::tempfile::tempdir().expect("a folder");
    let path = folder.path().join("triangle.txt");
    std::fs::write(&path, "1 2\n2 3\n3 1\n").expect("written");
    let graph = format!("file:{}", path.display());
    let refuse = |experiment: &str, axes: Axes| {
        let runner = PAPER.runner(experiment).expect("bound");
        (runner.validate)(&axes)
            .expect_err("impossible")
            .to_string()
    };
    let rivals = Axes::new()
        .with("graph", graph.clone())
        .with("split", "iid")
        .with("iterations", 4)
        .with("method", "mspd");
    let message = refuse("hinge-rivals", rivals);
    assert_eq!(
        message,
        "axis `graph`: 568 rows cannot be spread evenly over 3 nodes"
    );
    let wall = Axes::new()
        .with("instance", "9x4")
        .with("method", "dgd")
        .with("graph", graph)
        .with("sign-of-zero", "zero");
    let message = refuse("before-wall", wall);
    assert_eq!(
        message,
        "axis `graph`: the network has 3 nodes, the instance 9"
    );
}

#[test]
fn a_network_from_a_file_runs() {
    let folder = harness_testkit::tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bowtie.txt");
    std::fs::write(&path, "a b\nb c\nc a\nc d\nd e\ne c\n").expect("written");
    let axes = Axes::new()
        .with("graph", format!("file:{}", path.display()))
        .with("nodes", 16)
        .with("dimension", 3)
        .with("iterations", 4)
        .with("gossip", "chebyshev")
        .with("assumed-radius", 1);
    let manifest = manifest::parse("paper.toml", PAPER.manifest).expect("sound");
    let experiment = manifest.experiment("network-order").expect("declared");
    let cell = harness_core::Cell {
        paper: "mspd".into(),
        experiment: experiment.name.clone(),
        axes,
        replicate: 0,
    };
    let context = Context {
        streams: Streams {
            root: ROOT_SEED,
            cell: &cell,
            scopes: &experiment.streams,
        },
        checkpoints: &[2, 4],
        datasets: &BTreeMap::new(),
        snapshots: &NoSnapshots,
    };
    let stop = AtomicBool::new(false);
    let mut recorder = Recorder::new(&experiment.metrics, &stop);
    let runner = PAPER.runner(&experiment.name).expect("bound");
    (runner.validate)(&cell.axes).expect("a bowtie is a network");
    let outcome = (runner.run)(&cell.axes, &context, &mut recorder);
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(recorder.finish().curves["error"].steps, [2, 4]);
}
