//! A cell that is stopped and continued from its snapshot must have the bits of one that was not.

use std::cell::{Cell as Slot, RefCell};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use harness_core::context::Snapshots;
use harness_core::manifest::{ExperimentSpec, parse};
use harness_core::seeds::Streams;
use harness_core::{Cell, CellError, Context, Outcome, Recorder, Size, grid};
use sgd_max_margin::PAPER;

/// Keeps the last snapshot and asks for a stop when the given number has been saved.
struct StopAfter<'a> {
    saves: Slot<u32>,
    kept: RefCell<Option<Vec<u8>>>,
    stop: &'a AtomicBool,
}

impl Snapshots for StopAfter<'_> {
    fn load(&self) -> Option<Vec<u8>> {
        self.kept.borrow().clone()
    }

    fn due(&self) -> bool {
        true
    }

    fn save(&self, bytes: &[u8]) {
        *self.kept.borrow_mut() = Some(bytes.to_vec());
        self.saves.set(self.saves.get().saturating_sub(1));
        if self.saves.get() == 0 {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

fn run(cell: &Cell, spec: &ExperimentSpec, snapshots: &StopAfter<'_>) -> Result<String, CellError> {
    let last = cell
        .axes
        .get("epochs")
        .and_then(harness_core::Value::as_f64);
    let schedule = spec.record.as_ref().expect("the experiment records curves");
    let checkpoints = schedule.steps(last.expect("the axis is a number") as u64);
    let context = Context {
        streams: Streams {
            root: 1,
            cell,
            scopes: &spec.streams,
        },
        checkpoints: &checkpoints,
        datasets: &BTreeMap::new(),
        snapshots,
    };
    let mut recorder = Recorder::new(&spec.metrics, snapshots.stop);
    let runner = PAPER.runner(&cell.experiment).expect("a known experiment");
    let outcome: Outcome = (runner.run)(&cell.axes, &context, &mut recorder)?;
    Ok(recorder.finish().digest(&outcome))
}

#[test]
fn stopping_and_continuing_changes_nothing() {
    let manifest = parse("paper.toml", PAPER.manifest).expect("a valid manifest");
    let cells = grid::cells(&manifest, Size::Smoke);
    for name in [
        "any-start",
        "rates",
        "batch-size",
        "noise-floor",
        "smoothness",
    ] {
        let spec = manifest.experiment(name).expect("a known experiment");
        for cell in cells.iter().filter(|cell| cell.experiment == name) {
            let stop = AtomicBool::new(false);
            let snapshots = StopAfter {
                saves: Slot::new(u32::MAX),
                kept: RefCell::default(),
                stop: &stop,
            };
            let undisturbed = run(cell, spec, &snapshots).expect("nothing stops it");
            snapshots.kept.replace(None);
            let mut stops = 0;
            let continued = loop {
                snapshots.saves.set(4);
                stop.store(false, Ordering::Relaxed);
                match run(cell, spec, &snapshots) {
                    Ok(digest) => break digest,
                    Err(CellError::Interrupted) => stops += 1,
                    Err(error) => panic!("{cell}: {error}"),
                }
            };
            // A run that diverges in its first epochs is over before it is stopped.
            assert!(stops > 2 || name == "smoothness", "{cell}");
            assert_eq!(continued, undisturbed, "{cell}");
        }
    }
}
