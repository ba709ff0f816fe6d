//! The suite that every paper passes with one call.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use harness_core::claims::{self, Measured};
use harness_core::manifest::{self, Manifest};
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{Cell, CellId, Outcome, Paper, RunTable, Size, Value, grid};
use harness_engine::{BuildFacts, Datasets, Engine, Options, Order, Work};

/// The repository's folder of data sets.
pub fn datasets_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets")
}

/// A paper's manifest, valid and bound both ways to its code.
///
/// # Panics
/// With all problems of the manifest, if there are any.
pub fn valid_manifest(paper: &Paper) -> Manifest {
    let file = format!("papers/{}/paper.toml", paper.slug);
    let datasets = Datasets::new(datasets_folder()).names();
    match manifest::check(paper, &file, &datasets) {
        Ok(manifest) => manifest,
        Err(problems) => panic!("{problems}"),
    }
}

/// All cells of size `smoke`, run in a store of their own.
///
/// # Panics
/// If the cells cannot be planned or run at all.
pub fn smoke_table(paper: &Paper, manifest: &Manifest, threads: usize, order: Order) -> RunTable {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let engine = Engine::open(folder.path(), datasets_folder(), BuildFacts::UNSTATED)
        .expect("an empty store can be opened");
    let plan = engine
        .plan([Work::whole(paper, manifest, Size::Smoke, ROOT_SEED)])
        .expect("a checked manifest can be planned");
    let stop = AtomicBool::new(false);
    let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
    let interval = Duration::from_hours(1);
    let options = Options {
        threads,
        order,
        snapshot_interval: interval,
        ..Options::new(&stop)
    };
    let mut execution = engine
        .execute(&plan, &options)
        .expect("a temporary store can be written");
    execution.tables.remove(paper.slug).unwrap_or_default()
}

/// Checks everything that the harness promises about a paper, at size `smoke`.
///
/// # Panics
/// With what is wrong.
pub fn conform(paper: &Paper) {
    let manifest = valid_manifest(paper);
    let table = smoke_table(paper, &manifest, 2, Order::LongestFirst);
    let again = smoke_table(paper, &manifest, 1, Order::ShortestFirst);
    assert_same(&table, &again);
    records_what_is_declared(&manifest, &table);
    names_not_positions(&manifest);
    claims_can_be_evaluated(paper, &manifest, &table);
}

fn assert_same(first: &RunTable, second: &RunTable) {
    assert_eq!(
        first.runs().len(),
        second.runs().len(),
        "as many runs both times"
    );
    for (a, b) in first.runs().iter().zip(second.runs()) {
        assert_eq!(a.cell, b.cell);
        assert_eq!(
            a.records.digest(&a.outcome),
            b.records.digest(&b.outcome),
            "{}: one thread and the other order give other bits",
            a.cell
        );
    }
}

fn records_what_is_declared(manifest: &Manifest, table: &RunTable) {
    for run in table.runs() {
        if let Outcome::Failed { message } = &run.outcome {
            panic!("{}: {message}", run.cell);
        }
        if run.outcome != Outcome::Done {
            continue;
        }
        let experiment = manifest
            .experiment(&run.cell.experiment)
            .expect("planned from it");
        let scalars: Vec<&String> = run.records.scalars.keys().collect();
        let curves: Vec<&String> = run.records.curves.keys().collect();
        assert_eq!(
            scalars,
            experiment.metrics.scalars.iter().collect::<Vec<_>>(),
            "{}",
            run.cell
        );
        assert_eq!(
            curves,
            experiment.metrics.curves.iter().collect::<Vec<_>>(),
            "{}",
            run.cell
        );
    }
}

/// One more value on any axis must leave identity and streams of all cells alone.
fn names_not_positions(manifest: &Manifest) {
    let cells = grid::cells(manifest, Size::Smoke);
    for (place, experiment) in manifest.experiments.iter().enumerate() {
        for name in experiment.axes.keys() {
            let mut wider = manifest.clone();
            let values = wider.experiments[place].axes.get_mut(name).expect("copied");
            let mut more = values.at(Size::Smoke).clone();
            more.insert(0, Value::from("one more value"));
            values.set(Size::Smoke, more);
            let more = grid::experiment_cells(&wider, &wider.experiments[place], Size::Smoke);
            let own = grid::experiment_cells(manifest, experiment, Size::Smoke);
            for cell in &own {
                let same = more.get(cell);
                let same = same.unwrap_or_else(|| panic!("{cell} is gone when {name} grows"));
                assert_eq!(facts(manifest, cell), facts(&wider, same));
            }
        }
    }
    let identities: BTreeSet<_> = cells.iter().map(Cell::id).collect();
    assert_eq!(
        identities.len(),
        cells.len(),
        "no two cells have one identity"
    );
}

fn facts(manifest: &Manifest, cell: &Cell) -> (CellId, String) {
    let experiment = manifest
        .experiment(&cell.experiment)
        .expect("planned from it");
    let streams = Streams {
        root: ROOT_SEED,
        cell,
        scopes: &experiment.streams,
    };
    (cell.id(), streams.paths())
}

fn claims_can_be_evaluated(paper: &Paper, manifest: &Manifest, table: &RunTable) {
    let measurements = claims::measure(manifest, paper.checks, Size::Smoke, table);
    for claim in manifest
        .claims
        .iter()
        .filter(|claim| claim.untested.is_none())
    {
        let own = measurements.iter().filter(|row| row.claim == claim.id);
        assert!(
            own.clone().count() > 0,
            "claim {} gives no measurement",
            claim.id
        );
        for row in own {
            let value = &row.value;
            assert!(
                !matches!(value, Measured::Failed(_)),
                "claim {}: {value:?}",
                claim.id
            );
        }
    }
    let findings = claims::judge(manifest, &measurements);
    assert_eq!(
        findings.len(),
        manifest.claims.len(),
        "one finding for every claim"
    );
}
