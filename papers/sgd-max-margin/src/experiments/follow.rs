//! Runs a method from checkpoint to checkpoint.

use harness_core::{CellError, Context, Outcome, Recorder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sgd::{Sgd, SgdState};

/// Sample steps between looking up for interruptions and snapshots.
const PATIENCE: u64 = 1 << 20;

/// Advances stochastic gradient descent and calls `record` at every checkpoint. `notes` is what
/// the recording remembers from one checkpoint to another. Ends as diverged where a weight is not
/// finite or longer than `limit`.
pub(super) fn follow<N: Serialize + DeserializeOwned>(
    run: &mut Sgd<'_>,
    samples: usize,
    limit: f64,
    (context, recorder): (&Context<'_>, &mut Recorder<'_>),
    notes: &mut N,
    mut record: impl FnMut(&mut Recorder<'_>, u64, &Sgd<'_>, &mut N) -> Result<(), CellError>,
) -> Result<Outcome, CellError> {
    if let Some((state, kept)) = context.resume::<(SgdState, N)>(recorder) {
        run.restore(state);
        *notes = kept;
    }
    let stride = (PATIENCE / (samples * run.chains().len()) as u64).max(1);
    for checkpoint in context.checkpoints {
        if *checkpoint <= run.epoch() {
            continue;
        }
        while run.epoch() < *checkpoint {
            run.advance(stride.min(checkpoint - run.epoch()));
            if has_diverged(run, limit) {
                return Ok(Outcome::Diverged { step: run.epoch() });
            }
            recorder.check_stop()?;
            if run.epoch() < *checkpoint {
                context.snapshot(recorder, &(run.state(), &*notes))?;
            }
        }
        record(recorder, *checkpoint, run, notes)?;
        context.snapshot(recorder, &(run.state(), &*notes))?;
    }
    Ok(Outcome::Done)
}

fn has_diverged(run: &Sgd<'_>, limit: f64) -> bool {
    let lost = |weight: &f64| !weight.is_finite() || weight.abs() > limit;
    run.chains()
        .iter()
        .any(|chain| chain.weights.iter().any(lost))
}

/// Advances any other method in the same way, without snapshots: these runs are short.
pub(super) fn follow_steps(
    (context, recorder): (&Context<'_>, &mut Recorder<'_>),
    last: u64,
    mut advance: impl FnMut(u64) -> Vec<f64>,
    mut record: impl FnMut(&mut Recorder<'_>, u64, &[f64]) -> Result<(), CellError>,
) -> Result<Outcome, CellError> {
    let mut done = 0;
    let ends = context.checkpoints.iter().copied();
    for checkpoint in ends.take_while(|step| *step < last).chain([last]) {
        let mut weights = Vec::new();
        while done < checkpoint {
            let count = (PATIENCE / 16).min(checkpoint - done);
            weights = advance(count);
            done += count;
            recorder.check_stop()?;
        }
        if weights.iter().any(|weight| !weight.is_finite()) {
            return Ok(Outcome::Diverged { step: done });
        }
        record(recorder, checkpoint, &weights)?;
    }
    Ok(Outcome::Done)
}
