//! A toy paper, and short ways to plan and run it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use harness_core::experiment::Runner;
use harness_core::manifest::{ExperimentSpec, Manifest, PaperInfo, Schedule, Spacing};
use harness_core::recorder::Declared;
use harness_core::seeds::Scope;
use harness_core::size::PerSize;
use harness_core::{
    Cell, CellError, Context, Experiment, Outcome, Paper, Recorder, RunTable, Size, Value,
};
use harness_engine::{
    BuildFacts, Engine, Execution, Finished, Options, Plan, Progress, Summary, Work,
};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

/// A random walk: `steps` steps of the sizes drawn by the stream `noise`, times `scale`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Walk {
    scale: f64,
    steps: u64,
}

impl Experiment for Walk {
    const NAME: &'static str = "walk";

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut noise = context.stream("noise")?;
        let mut place = 0.0;
        let mut checkpoints = context.checkpoints.iter().peekable();
        for step in 1..=self.steps {
            place += self.scale * (noise.random::<f64>() - 0.5);
            if checkpoints.next_if_eq(&&step).is_some() {
                recorder.at(step, &[("place", place)])?;
            }
        }
        recorder.scalar("end", place)?;
        Ok(Outcome::Done)
    }
}

/// Ends in the way that its axis says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Misbehave {
    kind: String,
}

/// Makes [`Misbehave`] of kind `impure` give something else every time.
pub(crate) static IMPURE: AtomicU64 = AtomicU64::new(0);

impl Experiment for Misbehave {
    const NAME: &'static str = "misbehave";

    fn datasets(&self) -> Vec<&'static str> {
        match self.kind.as_str() {
            "absent-data" => vec!["absent"],
            "damaged-data" => vec!["damaged"],
            "data" => vec!["small"],
            "undeclared-data" => vec!["undeclared"],
            _ => Vec::new(),
        }
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        recorder.scalar("end", 1.0)?;
        match self.kind.as_str() {
            "panic" => panic!("the walls came in"),
            "bug" => Err(CellError::Bug("a promise was broken".into())),
            "interrupted" => Err(CellError::Interrupted),
            "missing" => Ok(Outcome::Done),
            "diverged" => Ok(Outcome::Diverged { step: 7 }),
            "out-of-budget" => Ok(Outcome::OutOfBudget { step: 8 }),
            "skipped" => Ok(Outcome::Skipped {
                reason: "not today".into(),
            }),
            "impure" => {
                let count = IMPURE.fetch_add(1, Ordering::Relaxed);
                recorder.scalar("extra", count as f64)?;
                Ok(Outcome::Done)
            }
            "data" => {
                recorder.scalar("extra", context.dataset("small")?.row(1)[0])?;
                Ok(Outcome::Done)
            }
            _ => {
                recorder.scalar("extra", 2.0)?;
                Ok(Outcome::Done)
            }
        }
    }
}

/// A long walk that keeps snapshots and can be told to interrupt the whole run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Long {
    steps: u64,
}

/// The step at which [`Long`] raises [`STOP`], 0 for never; and the steps that it has made.
pub(crate) static INTERRUPT_AT: AtomicU64 = AtomicU64::new(0);
pub(crate) static STOP: AtomicBool = AtomicBool::new(false);
pub(crate) static STEPS_MADE: AtomicU64 = AtomicU64::new(0);

#[derive(Serialize, Deserialize)]
struct LongState {
    step: u64,
    place: f64,
    noise_position: u128,
}

impl Experiment for Long {
    const NAME: &'static str = "long";

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut noise = context.stream("noise")?;
        let (mut step, mut place) = (0, 0.0);
        if let Some(state) = context.resume::<LongState>(recorder) {
            (step, place) = (state.step, state.place);
            noise.set_word_pos(state.noise_position);
        }
        while step < self.steps {
            step += 1;
            place += f64::from(noise.next_u32()) * 1e-10 - 0.2;
            STEPS_MADE.fetch_add(1, Ordering::Relaxed);
            recorder.at(step, &[("place", place)])?;
            let state = LongState {
                step,
                place,
                noise_position: noise.get_word_pos(),
            };
            context.snapshot(recorder, &state)?;
            if step == INTERRUPT_AT.load(Ordering::Relaxed) {
                STOP.store(true, Ordering::Relaxed);
            }
        }
        recorder.scalar("end", place)?;
        Ok(Outcome::Done)
    }
}

pub(crate) static TOY: Paper = Paper {
    slug: "toy",
    manifest: "",
    experiments: &[
        Runner::of::<Walk>(),
        Runner::of::<Misbehave>(),
        Runner::of::<Long>(),
    ],
    checks: &[],
};

/// A manifest of the toy paper with the given experiments.
pub(crate) fn manifest(experiments: Vec<ExperimentSpec>) -> Manifest {
    Manifest {
        paper: PaperInfo {
            slug: "toy".into(),
            title: "Toy".into(),
            authors: vec!["A. Uthor".into()],
            year: 2026,
            venue: "nowhere".into(),
            links: BTreeMap::new(),
            summary: String::new(),
        },
        experiments,
        claims: Vec::new(),
        deviations: Vec::new(),
    }
}

fn experiment(name: &str, axes: &[(&str, Vec<Value>)]) -> ExperimentSpec {
    ExperimentSpec {
        name: name.into(),
        question: String::new(),
        analysis: String::new(),
        axes: axes
            .iter()
            .map(|(axis, values)| ((*axis).to_owned(), PerSize::same(values.clone())))
            .collect(),
        cases: Vec::new(),
        replicates: PerSize::same(1),
        paired: Vec::new(),
        streams: BTreeMap::from([("noise".into(), Scope::Experiment)]),
        datasets: Vec::new(),
        metrics: Declared {
            scalars: vec!["end".into()],
            curves: vec!["place".into()],
        },
        descriptions: BTreeMap::new(),
        record: Some(Schedule {
            spacing: Spacing::PerDecade(2),
            until: "steps".into(),
            from_zero: false,
        }),
        figures: Vec::new(),
        tables: Vec::new(),
    }
}

/// Two scales, two replicates, a hundred steps.
pub(crate) fn walk() -> ExperimentSpec {
    let scales = vec![Value::from(1), Value::from(2.5)];
    ExperimentSpec {
        replicates: PerSize::same(2),
        ..experiment("walk", &[("scale", scales), ("steps", vec![100.into()])])
    }
}

pub(crate) fn misbehave(kinds: &[&str]) -> ExperimentSpec {
    let kinds = kinds.iter().map(|kind| Value::from(*kind)).collect();
    ExperimentSpec {
        metrics: Declared {
            scalars: vec!["end".into(), "extra".into()],
            curves: Vec::new(),
        },
        record: None,
        datasets: vec!["absent".into(), "damaged".into(), "small".into()],
        ..experiment("misbehave", &[("kind", kinds)])
    }
}

pub(crate) fn long(steps: i64) -> ExperimentSpec {
    experiment("long", &[("steps", vec![steps.into()])])
}

pub(crate) const SEED: u64 = 7;

/// An engine on a folder's `runs` and `datasets`.
pub(crate) fn engine(folder: &Path) -> Engine {
    engine_built_from(folder, BuildFacts::UNSTATED)
}

pub(crate) fn engine_built_from(folder: &Path, facts: BuildFacts) -> Engine {
    Engine::open(folder.join("runs"), folder.join("datasets"), facts).expect("it opens")
}

pub(crate) fn work(manifest: &Manifest) -> Work<'_> {
    Work::whole(&TOY, manifest, Size::Smoke, SEED)
}

pub(crate) fn plan<'a>(engine: &Engine, manifest: &'a Manifest) -> Plan<'a> {
    engine.plan([work(manifest)]).expect("it fits")
}

pub(crate) fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("not zero")
}

/// Opens the store, runs the whole manifest on two threads and closes the store.
pub(crate) fn run(folder: &Path, manifest: &Manifest) -> (RunTable, Summary) {
    let engine = engine(folder);
    run_with(&engine, manifest)
}

pub(crate) fn run_with(engine: &Engine, manifest: &Manifest) -> (RunTable, Summary) {
    let stop = AtomicBool::new(false);
    let options = Options {
        threads: threads(2),
        ..Options::new(&stop)
    };
    let execution = engine
        .execute(&plan(engine, manifest), &options)
        .expect("the store can be written");
    split(execution)
}

pub(crate) fn split(mut execution: Execution) -> (RunTable, Summary) {
    let table = execution.tables.remove("toy").expect("it was planned");
    (table, execution.summary)
}

/// The only segment of a folder's store.
pub(crate) fn only_segment(folder: &Path) -> std::path::PathBuf {
    folder.join("runs/segments/000001.log")
}

/// Remembers what it hears.
#[derive(Default)]
pub(crate) struct Ears {
    pub(crate) finished: Mutex<Vec<(Cell, &'static str, bool)>>,
    pub(crate) notices: Mutex<Vec<String>>,
}

impl Progress for Ears {
    fn finished(&self, finished: &Finished<'_>) {
        let heard = (
            finished.cell.clone(),
            finished.outcome.name(),
            finished.cached,
        );
        self.finished.lock().expect("no panic").push(heard);
    }

    fn notice(&self, message: &str) {
        self.notices.lock().expect("no panic").push(message.into());
    }
}
