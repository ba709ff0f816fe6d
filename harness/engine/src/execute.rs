//! Carries out a plan: reads what is stored, runs the rest in parallel, keeps what finishes.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use harness_core::run::Run;
use harness_core::{Outcome, RunTable};

use crate::datasets::Datasets;
use crate::error::StoreError;
use crate::parallel::each;
use crate::plan::{Job, Plan};
use crate::progress::{Finished, Progress, Quiet};
use crate::run_cell::{Attempt, Attempted, SnapshotPlace, run_cell};
use crate::snapshots::CellSnapshots;
use crate::store::{Identity, Reader, Store, Stored};

/// The order in which cells are run. It never changes a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The longest first, so that no thread is left alone with a long cell at the end.
    #[default]
    LongestFirst,
    /// The opposite: for tests that the order does not matter.
    ShortestFirst,
}

/// How a plan is carried out.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Threads; each cell runs on one.
    pub threads: NonZeroUsize,
    /// In which order cells run.
    pub order: Order,
    /// How often a long cell may keep a snapshot.
    pub snapshot_interval: Duration,
    /// When it becomes true, running cells end at their next recording and no other begins. Set by
    /// the engine too if the store fails.
    pub stop: &'a AtomicBool,
    /// Who listens.
    pub progress: &'a dyn Progress,
}

impl<'a> Options<'a> {
    /// All cores, longest first, a snapshot every five seconds, nobody listening.
    pub fn new(stop: &'a AtomicBool) -> Self {
        Self {
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            order: Order::default(),
            snapshot_interval: Duration::from_secs(5),
            stop,
            progress: &Quiet,
        }
    }
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("threads", &self.threads)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// What carrying out a plan gave.
#[derive(Debug)]
pub struct Execution {
    /// The runs of each paper, by slug. An interrupted run lacks some.
    pub tables: BTreeMap<String, RunTable>,
    /// Counts and times.
    pub summary: Summary,
}

/// Counts and times of one execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cells read from the store.
    pub cached: usize,
    /// Cells run, failed and skipped ones included.
    pub ran: usize,
    /// Cells that failed.
    pub failed: usize,
    /// Cells skipped.
    pub skipped: usize,
    /// Cells that were planned and have no outcome because the run was stopped.
    pub interrupted: usize,
    /// Records found damaged while reading; their cells were run again.
    pub damaged: usize,
    /// Sum of the durations of the cells run.
    pub cpu: Duration,
}

pub(crate) fn execute(
    plan: &Plan<'_>,
    store: &Store,
    datasets: &Datasets,
    options: &Options<'_>,
) -> Result<Execution, StoreError> {
    let mut hits: Vec<&Job> = plan.hits().collect();
    hits.sort_unstable_by_key(|job| job.place);
    let misses = in_order(plan, options.order);
    if !misses.is_empty() {
        store.prepare_to_write()?;
    }
    let shared = Shared {
        plan,
        store,
        datasets,
        options,
        hits,
        misses,
        next_hit: AtomicUsize::new(0),
        next_miss: AtomicUsize::new(0),
        lost: Mutex::default(),
        failure: Mutex::default(),
    };
    let threads = options.threads.get().min(plan.jobs.len()).max(1);
    let parts: Vec<Part> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| shared.work()))
            .collect();
        workers
            .into_iter()
            .filter_map(|worker| worker.join().ok())
            .collect()
    });
    let failure = shared.failure.into_inner();
    if let Some(error) = failure.unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    store.sync()?;
    Ok(gather(plan, parts))
}

fn gather(plan: &Plan<'_>, parts: Vec<Part>) -> Execution {
    let mut summary = Summary::default();
    let mut runs: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for job in &plan.jobs {
        if !runs.contains_key(&job.cell.paper) {
            runs.insert(job.cell.paper.clone(), Vec::new());
        }
    }
    for part in parts {
        summary.cached += part.summary.cached;
        summary.ran += part.summary.ran;
        summary.failed += part.summary.failed;
        summary.skipped += part.summary.skipped;
        summary.damaged += part.summary.damaged;
        summary.cpu += part.summary.cpu;
        for run in part.runs {
            if let Some(runs) = runs.get_mut(&run.cell.paper) {
                runs.push(run);
            }
        }
    }
    summary.interrupted = plan.jobs.len() - summary.cached - summary.ran;
    let tables = each(runs, |(paper, runs)| (paper, RunTable::new(runs)));
    Execution {
        tables: tables.into_iter().collect(),
        summary,
    }
}

/// The misses in the order in which they are run; cells of unknown length count as long.
fn in_order<'p>(plan: &'p Plan<'_>, order: Order) -> Vec<&'p Job> {
    let mut misses: Vec<&Job> = plan.misses().collect();
    let length = |job: &&Job| {
        let estimate = job.estimate.unwrap_or(Duration::MAX);
        (estimate, plan.point(job).work.last_step)
    };
    misses.sort_by_key(|job| std::cmp::Reverse(length(job)));
    if order == Order::ShortestFirst {
        misses.reverse();
    }
    misses
}

struct Shared<'a> {
    plan: &'a Plan<'a>,
    store: &'a Store,
    datasets: &'a Datasets,
    options: &'a Options<'a>,
    hits: Vec<&'a Job>,
    misses: Vec<&'a Job>,
    next_hit: AtomicUsize,
    next_miss: AtomicUsize,
    /// Hits whose records turned out to be damaged.
    lost: Mutex<Vec<&'a Job>>,
    failure: Mutex<Option<StoreError>>,
}

/// What one thread did.
#[derive(Default)]
struct Part {
    runs: Vec<Run>,
    summary: Summary,
}

/// Stored results taken at a time, so that a thread reads neighbouring records.
const BATCH: usize = 64;

impl<'a> Shared<'a> {
    fn work(&self) -> Part {
        let mut part = Part::default();
        let mut reader = self.store.reader();
        loop {
            let begin = self.next_hit.fetch_add(BATCH, Ordering::Relaxed);
            let Some(rest) = self.hits.get(begin..) else {
                break;
            };
            for job in rest.iter().take(BATCH) {
                if self.stopped() {
                    return part;
                }
                self.read(job, &mut reader, &mut part);
            }
        }
        while let Some(job) = self.next() {
            if self.stopped() {
                break;
            }
            self.run(job, &mut part);
        }
        part
    }

    fn stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    /// The next cell to run. A thread that loses a record takes part until all lost ones are run,
    /// so none is left over.
    fn next(&self) -> Option<&'a Job> {
        let place = self.next_miss.fetch_add(1, Ordering::Relaxed);
        let planned = self.misses.get(place).copied();
        planned.or_else(|| {
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            lost.pop()
        })
    }

    fn read(&self, job: &'a Job, reader: &mut Reader<'_>, part: &mut Part) {
        let Some(place) = job.place else { return };
        match reader.read(&job.key, place) {
            Ok(stored) => {
                part.summary.cached += 1;
                self.options.progress.finished(&Finished {
                    cell: &job.cell,
                    outcome: &stored.outcome,
                    duration: Duration::from_nanos(place.duration_ns),
                    estimate: job.estimate,
                    cached: true,
                });
                part.runs.push(Run {
                    cell: job.cell.clone(),
                    outcome: stored.outcome,
                    records: stored.records,
                });
            }
            Err(problem) => {
                part.summary.damaged += 1;
                let message = format!("{problem}; {} is run again", job.cell);
                self.options.progress.notice(&message);
                let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
                lost.push(job);
            }
        }
    }

    fn run(&self, job: &Job, part: &mut Part) {
        let Options { stop, progress, .. } = *self.options;
        progress.started(&job.cell);
        let point = self.plan.point(job);
        let place = SnapshotPlace {
            directory: self.store.directory(),
            interval: self.options.snapshot_interval,
        };
        let Attempted {
            attempt,
            duration,
            snapshots,
        } = run_cell(job, point, self.datasets, Some(place), stop);
        if let Some(error) = snapshots.as_ref().and_then(CellSnapshots::failure) {
            progress.notice(&format!(
                "{}: no more snapshots are kept: {error}",
                job.cell
            ));
        }
        let Attempt::Ended(outcome, records) = attempt else {
            return;
        };
        let stored = Stored {
            identity: Identity::from(&job.cell),
            parts: job.parts,
            outcome,
            records,
        };
        if is_result(&stored.outcome)
            && let Err(error) = self.store.append(&job.key, point.work, duration, &stored)
        {
            stop.store(true, Ordering::Relaxed);
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
            return;
        }
        if let Some(snapshots) = snapshots {
            snapshots.remove();
        }
        part.summary.ran += 1;
        part.summary.cpu += duration;
        match stored.outcome {
            Outcome::Failed { .. } => part.summary.failed += 1,
            Outcome::Skipped { .. } => part.summary.skipped += 1,
            _ => {}
        }
        progress.finished(&Finished {
            cell: &job.cell,
            outcome: &stored.outcome,
            duration,
            estimate: job.estimate,
            cached: false,
        });
        part.runs.push(Run {
            cell: job.cell.clone(),
            outcome: stored.outcome,
            records: stored.records,
        });
    }
}

/// Whether an outcome is kept. Failures may be mended and absent data may come.
const fn is_result(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Done | Outcome::Diverged { .. } | Outcome::OutOfBudget { .. } => true,
        Outcome::Skipped { .. } | Outcome::Failed { .. } => false,
    }
}
