//! What the engine costs beside the cells: cells that do nothing, cold and cached, and a large
//! store that is opened and planned. Divide by the number of cells for the cost of one.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use harness_core::experiment::Runner;
use harness_core::manifest::{ExperimentSpec, Manifest, PaperInfo, Schedule, Spacing};
use harness_core::recorder::Declared;
use harness_core::seeds::Scope;
use harness_core::size::PerSize;
use harness_core::{CellError, Context, Experiment, Outcome, Paper, Recorder, Size};
use harness_engine::{BuildFacts, Engine, Options, Work};
use harness_testkit::criterion::{BatchSize, Criterion, Throughput, criterion_group};
use harness_testkit::tempfile::{TempDir, tempdir};
use serde::Deserialize;

/// Records a constant at every checkpoint.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {
    #[serde(rename = "method")]
    _method: String,
    #[serde(rename = "step-size")]
    _step_size: f64,
    #[serde(rename = "steps")]
    _steps: u64,
}

impl Experiment for Nothing {
    const NAME: &'static str = "nothing";

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        for step in context.checkpoints {
            recorder.at(*step, &[("loss", 1.0), ("norm", 2.0)])?;
        }
        Ok(Outcome::Done)
    }
}

static PAPER: Paper = Paper {
    slug: "nothing",
    manifest: "",
    experiments: &[Runner::of::<Nothing>()],
    checks: &[],
};

/// Twenty points of many replicates; curves of 21 steps.
fn manifest(cells: u32) -> Manifest {
    let step_sizes = (1..=10)
        .map(|size| (f64::from(size) * 0.1).into())
        .collect();
    let axes = BTreeMap::from([
        ("method".into(), PerSize::same(vec!["a".into(), "b".into()])),
        ("step-size".into(), PerSize::same(step_sizes)),
        ("steps".into(), PerSize::same(vec![100.into()])),
    ]);
    let scope = Scope::Axes(vec!["step-size".into()]);
    let experiment = ExperimentSpec {
        name: "nothing".into(),
        question: String::new(),
        analysis: String::new(),
        axes,
        cases: Vec::new(),
        replicates: PerSize::same(cells / 20),
        paired: Vec::new(),
        streams: BTreeMap::from([("noise".into(), scope)]),
        datasets: Vec::new(),
        metrics: Declared {
            scalars: Vec::new(),
            curves: vec!["loss".into(), "norm".into()],
        },
        descriptions: BTreeMap::new(),
        record: Some(Schedule {
            spacing: Spacing::PerDecade(10),
            until: "steps".into(),
            from_zero: true,
        }),
        figures: Vec::new(),
        tables: Vec::new(),
    };
    Manifest {
        paper: PaperInfo {
            slug: "nothing".into(),
            title: String::new(),
            authors: Vec::new(),
            year: 2026,
            venue: String::new(),
            links: BTreeMap::new(),
            summary: String::new(),
        },
        experiments: vec![experiment],
        claims: Vec::new(),
        deviations: Vec::new(),
    }
}

fn open(folder: &Path) -> Engine {
    let datasets = folder.join("datasets");
    Engine::open(folder.join("runs"), datasets, BuildFacts::UNSTATED).expect("it opens")
}

/// Opens the store, plans and runs everything, on one thread.
fn run(folder: &Path, manifest: &Manifest) -> usize {
    let engine = open(folder);
    let work = Work::whole(&PAPER, manifest, Size::Smoke, 1);
    let plan = engine.plan([work]).expect("it fits");
    let stop = AtomicBool::new(false);
    let options = Options {
        threads: NonZeroUsize::MIN,
        ..Options::new(&stop)
    };
    let execution = engine.execute(&plan, &options).expect("it runs");
    execution.summary.ran
}

fn filled(manifest: &Manifest) -> TempDir {
    let folder = tempdir().expect("a folder");
    run(folder.path(), manifest);
    folder
}

fn cells(criterion: &mut Criterion) {
    let thousand = manifest(1_000);
    let mut group = criterion.benchmark_group("harness/1000-cells");
    group.sample_size(20);
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("cold", |bencher| {
        bencher.iter_batched_ref(
            || tempdir().expect("a folder"),
            |folder| assert_eq!(run(folder.path(), &thousand), 1_000),
            BatchSize::PerIteration,
        );
    });
    let folder = filled(&thousand);
    group.bench_function("cached", |bencher| {
        bencher.iter(|| assert_eq!(run(folder.path(), &thousand), 0));
    });
    group.finish();
}

fn large_store(criterion: &mut Criterion) {
    let large = manifest(100_000);
    let folder = filled(&large);
    let mut group = criterion.benchmark_group("harness/100000-cells");
    group.sample_size(10);
    group.throughput(Throughput::Elements(100_000));
    group.bench_function("open", |bencher| bencher.iter(|| open(folder.path())));
    let engine = open(folder.path());
    group.bench_function("plan", |bencher| {
        bencher.iter(|| {
            let work = Work::whole(&PAPER, &large, Size::Smoke, 1);
            let plan = engine.plan([work]).expect("it fits");
            assert_eq!(plan.misses().count(), 0);
            plan
        });
    });
    group.bench_function("cached", |bencher| {
        bencher.iter(|| assert_eq!(run(folder.path(), &large), 0));
    });
    group.finish();
}

criterion_group!(benches, cells, large_store);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
}
