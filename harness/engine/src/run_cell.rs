//! Runs one cell and turns everything that can happen into an outcome.

use std::any::Any;
use std::cell::{Cell as MutableCell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use harness_core::context::NoSnapshots;
use harness_core::dataset::DatasetError;
use harness_core::run::Records;
use harness_core::seeds::Streams;
use harness_core::{CellError, Context, Outcome, Recorder};

use crate::clock;
use crate::datasets::Datasets;
use crate::plan::{Job, Point};
use crate::snapshots::CellSnapshots;

/// What one attempt at a cell gave.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// An outcome, with what was recorded.
    Ended(Outcome, Records),
    /// The whole run is being stopped.
    Interrupted,
}

/// Where snapshots go and how often they are due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SnapshotPlace<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) interval: Duration,
}

/// An attempt and what came with it.
pub(crate) struct Attempted<'a> {
    pub(crate) attempt: Attempt,
    pub(crate) duration: Duration,
    /// The cell's snapshots, to be removed once its outcome is safe.
    pub(crate) snapshots: Option<CellSnapshots<'a>>,
}

/// Runs a cell on this thread, without snapshots if they have no place. Panics are caught.
pub(crate) fn run_cell<'a>(
    job: &Job,
    point: &Point<'_>,
    datasets: &Datasets,
    snapshots: Option<SnapshotPlace<'a>>,
    stop: &AtomicBool,
) -> Attempted<'a> {
    let begin = clock::now();
    let snapshots =
        snapshots.map(|place| CellSnapshots::new(place.directory, job.key, place.interval));
    let attempt = match datasets.group(&point.datasets) {
        Err(error) => Attempt::Ended(without_data(&error), Records::default()),
        Ok(group) => {
            let context = Context {
                streams: Streams {
                    root: point.root_seed,
                    cell: &job.cell,
                    scopes: &point.experiment.streams,
                },
                checkpoints: &point.checkpoints,
                datasets: &group,
                snapshots: match &snapshots {
                    Some(snapshots) => snapshots,
                    None => &NoSnapshots,
                },
            };
            let recorder = Recorder::new(&point.experiment.metrics, stop);
            attempt(job, point, &context, recorder, stop)
        }
    };
    Attempted {
        attempt,
        duration: begin.elapsed(),
        snapshots,
    }
}

fn without_data(error: &DatasetError) -> Outcome {
    match error {
        DatasetError::Absent { .. } => Outcome::Skipped {
            reason: error.to_string(),
        },
        DatasetError::Damaged { .. } => Outcome::Failed {
            message: error.to_string(),
        },
    }
}

fn attempt(
    job: &Job,
    point: &Point<'_>,
    context: &Context<'_>,
    mut recorder: Recorder<'_>,
    stop: &AtomicBool,
) -> Attempt {
    let run = || (point.runner.run)(&job.cell.axes, context, &mut recorder);
    let message = match catch(run) {
        Ok(Ok(Outcome::Done)) => match recorder.missing().as_slice() {
            [] => return Attempt::Ended(Outcome::Done, recorder.finish()),
            missing => format!("declared but never recorded: {}", missing.join(", ")),
        },
        Ok(Ok(Outcome::Failed { message }) | Err(CellError::Bug(message))) | Err(message) => {
            message
        }
        Ok(Ok(outcome)) => return Attempt::Ended(outcome, recorder.finish()),
        Ok(Err(CellError::Interrupted)) if stop.load(Ordering::Relaxed) => {
            return Attempt::Interrupted;
        }
        Ok(Err(CellError::Interrupted)) => {
            "it says that it was interrupted, and nobody interrupted it".to_owned()
        }
    };
    Attempt::Ended(Outcome::Failed { message }, Records::default())
}

thread_local! {
    static INSIDE_A_CELL: MutableCell<bool> = const { MutableCell::new(false) };
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls a cell's code; a panic becomes a message with its place and is not printed.
fn catch<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if INSIDE_A_CELL.get() {
                let place = info.location().map(|place| format!(" at {place}"));
                let message = format!(
                    "panic{}: {}",
                    place.unwrap_or_default(),
                    text_of(info.payload())
                );
                LAST_PANIC.set(Some(message));
            } else {
                previous(info);
            }
        }));
    });
    INSIDE_A_CELL.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    INSIDE_A_CELL.set(false);
    result.map_err(|payload| {
        LAST_PANIC
            .take()
            .unwrap_or_else(|| format!("panic: {}", text_of(&*payload)))
    })
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
