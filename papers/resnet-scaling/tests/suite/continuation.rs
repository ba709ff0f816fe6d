//! A training that is killed continues bit for bit, and a user's own images are read.

use std::cell::{Cell as Shared, RefCell};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use harness_core::context::Snapshots;
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{Axes, Cell, CellError, Context, Outcome, Recorder, Size, grid, manifest};
use resnet_scaling::PAPER;

/// Takes a snapshot whenever asked, and asks the run to stop after some of them.
struct Killing<'a> {
    kept: RefCell<Option<Vec<u8>>>,
    saved: Shared<u32>,
    kill_after: u32,
    stop: &'a AtomicBool,
}

impl Snapshots for Killing<'_> {
    fn load(&self) -> Option<Vec<u8>> {
        self.kept.borrow().clone()
    }

    fn due(&self) -> bool {
        true
    }

    fn save(&self, bytes: &[u8]) {
        *self.kept.borrow_mut() = Some(bytes.to_vec());
        self.saved.set(self.saved.get() + 1);
        if self.saved.get() == self.kill_after {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Runs a cell until it is done, stopping it after every `kill_after` snapshots; the digest of
/// its records and the number of stops.
fn digest(experiment: &str, axes: &Axes, kill_after: u32) -> (String, u32) {
    let manifest = manifest::parse("paper.toml", PAPER.manifest).expect("the manifest is valid");
    let spec = manifest.experiment(experiment).expect("it is declared");
    let cell = Cell {
        paper: PAPER.slug.into(),
        experiment: experiment.into(),
        axes: axes.clone(),
        replicate: 0,
    };
    let runner = PAPER.runner(experiment).expect("the code has it");
    let (datasets, stop) = (BTreeMap::new(), AtomicBool::new(false));
    let snapshots = Killing {
        kept: RefCell::new(None),
        saved: Shared::new(0),
        kill_after,
        stop: &stop,
    };
    let steps = spec.record.as_ref().map(|schedule| {
        let last = axes
            .get(&schedule.until)
            .and_then(harness_core::Value::as_f64);
        schedule.steps(last.expect("a number") as u64)
    });
    let checkpoints = steps.unwrap_or_default();
    let mut stops = 0;
    loop {
        stop.store(false, Ordering::Relaxed);
        snapshots.saved.set(0);
        let context = Context {
            streams: Streams {
                root: ROOT_SEED,
                cell: &cell,
                scopes: &spec.streams,
            },
            checkpoints: &checkpoints,
            datasets: &datasets,
            snapshots: &snapshots,
        };
        let mut recorder = Recorder::new(&spec.metrics, &stop);
        match (runner.run)(axes, &context, &mut recorder) {
            Ok(outcome) => {
                assert_eq!(outcome, Outcome::Done);
                return (recorder.finish().digest(&outcome), stops);
            }
            Err(CellError::Interrupted) => stops += 1,
            Err(other) => panic!("{other}"),
        }
    }
}

fn check(experiment: &str, change: &[(&str, &str)]) {
    let manifest = manifest::parse("paper.toml", PAPER.manifest).expect("the manifest is valid");
    let spec = manifest.experiment(experiment).expect("it is declared");
    let mut axes = grid::points(spec, Size::Smoke)[0].clone();
    for (name, value) in change {
        axes.set(*name, harness_core::Value::parse(value));
    }
    let (whole, none) = digest(experiment, &axes, u32::MAX);
    let (pieces, stops) = digest(experiment, &axes, 2);
    assert_eq!(none, 0);
    assert!(stops >= 3, "only {stops} stops");
    assert_eq!(whole, pieces);
}

#[test]
fn a_study_continues_from_any_epoch() {
    check(
        "tanh",
        &[
            ("tolerance", "1e-6"),
            ("max-epochs", "4"),
            ("max-depth", "12"),
        ],
    );
    check(
        "relu",
        &[
            ("optimiser", "sgd"),
            ("tolerance", "1e-6"),
            ("max-epochs", "4"),
        ],
    );
    check(
        "variants",
        &[
            ("shuffle", "collapse"),
            ("tolerance", "1e-6"),
            ("max-epochs", "6"),
        ],
    );
}

#[test]
fn a_single_network_continues_from_any_epoch() {
    check("layers", &[("tolerance", "1e-6"), ("max-epochs", "9")]);
}

#[test]
fn the_study_on_a_users_images_reads_them_and_continues_from_any_step() {
    // Thirteen records of the binary version of CIFAR-10: eleven to train on, two to test on.
    let record = |class: usize| {
        let pixels = (0..3072).map(move |pixel| ((pixel * (class + 3)) % 251) as u8);
        std::iter::once(class as u8).chain(pixels)
    };
    let bytes: Vec<u8> = (0..13).map(|number| number % 10).flat_map(record).collect();
    let file = harness_testkit::tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("it can be written");
    check(
        "cifar-convolution",
        &[
            ("images", &format!("file:{}", file.path().display())),
            ("depth", "8"),
            ("width", "4"),
            ("epochs", "3"),
            ("batch", "4"),
        ],
    );
}
