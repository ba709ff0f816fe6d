//! Runs a sample of stored cells again and compares every bit.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use harness_core::run::Records;
use harness_core::{Cell, Outcome};

use crate::datasets::Datasets;
use crate::execute::Options;
use crate::plan::{Job, Plan};
use crate::run_cell::{Attempt, run_cell};
use crate::store::{Store, Stored};

/// What running stored cells again showed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verification {
    /// Cells run again and compared.
    pub checked: usize,
    /// Cells whose results differ, in order.
    pub differences: Vec<Difference>,
}

/// A cell whose new result is not its stored one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The cell.
    pub cell: Cell,
    /// The first thing that differs.
    pub first: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.cell, self.first)
    }
}

/// The `count` hits that come first in the order of a hash of their key and `salt`.
fn sample<'p>(plan: &'p Plan<'_>, count: usize, salt: &str) -> Vec<&'p Job> {
    let mut hits: Vec<_> = plan
        .hits()
        .map(|job| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&job.key.0);
            hasher.update(salt.as_bytes());
            (*hasher.finalize().as_bytes(), job)
        })
        .collect();
    hits.sort_unstable_by_key(|(hash, _)| *hash);
    hits.into_iter().take(count).map(|(_, job)| job).collect()
}

pub(crate) fn verify(
    plan: &Plan<'_>,
    store: &Store,
    datasets: &Datasets,
    count: usize,
    salt: &str,
    options: &Options<'_>,
) -> Verification {
    let jobs = sample(plan, count, salt);
    let next = AtomicUsize::new(0);
    let verification = Mutex::new(Verification::default());
    let work = || {
        let mut reader = store.reader();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(place) = job.place else { continue };
            let stored = match reader.read(&job.key, place) {
                Ok(stored) => stored,
                Err(problem) => {
                    options.progress.notice(&problem);
                    continue;
                }
            };
            let attempted = run_cell(job, plan.point(job), datasets, None, options.stop);
            let Attempt::Ended(outcome, records) = attempted.attempt else {
                break;
            };
            let difference = first_difference(&stored, &outcome, &records);
            let mut found = verification.lock().unwrap_or_else(PoisonError::into_inner);
            found.checked += 1;
            found.differences.extend(difference.map(|first| Difference {
                cell: job.cell.clone(),
                first,
            }));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..options.threads.get().min(jobs.len()) {
            scope.spawn(work);
        }
    });
    let found = verification.into_inner();
    let mut found = found.unwrap_or_else(PoisonError::into_inner);
    found.differences.sort_by(|a, b| a.cell.cmp(&b.cell));
    found
}

fn first_difference(stored: &Stored, outcome: &Outcome, records: &Records) -> Option<String> {
    if stored.outcome != *outcome {
        return Some(format!(
            "stored outcome {:?}, now {outcome:?}",
            stored.outcome
        ));
    }
    if stored.records.digest(outcome) == records.digest(outcome) {
        return None;
    }
    let scalars = stored.records.scalars.iter();
    let scalar = scalars.filter_map(|(metric, old)| {
        let new = records.scalars.get(metric)?;
        (old.to_bits() != new.to_bits()).then(|| format!("{metric}: stored {old:e}, now {new:e}"))
    });
    let curves = stored.records.curves.iter();
    let curve = curves.filter_map(|(metric, old)| {
        let new = records.curves.get(metric)?;
        let mut pairs = old.points().zip(new.points());
        let ((step, old), (new_step, new)) =
            pairs.find(|(old, new)| (old.0, old.1.to_bits()) != (new.0, new.1.to_bits()))?;
        Some(format!(
            "{metric}: stored {old:e} at step {step}, now {new:e} at step {new_step}"
        ))
    });
    let first = scalar.chain(curve).next();
    Some(first.unwrap_or_else(|| "other metrics or steps are recorded".to_owned()))
}
