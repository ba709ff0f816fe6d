//! The suite that every paper passes, and what needs data sets.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use harness_core::context::NoSnapshots;
use harness_core::run::Records;
use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{Axes, Cell, Context, Outcome, Recorder, Size, grid};
use harness_testkit::conformance::{conform, datasets_folder, valid_manifest};

#[test]
fn conforms() {
    conform(&lpi_gd::PAPER);
}

/// Runs one quick cell of an experiment, found by some of its axes with others put in their place.
fn run(experiment: &str, wanted: &Axes, instead: &Axes) -> (Outcome, Records) {
    let manifest = valid_manifest(&lpi_gd::PAPER);
    let spec = manifest.experiment(experiment).expect("declared");
    let fits = |axes: &Axes| {
        wanted
            .iter()
            .all(|(name, value)| axes.get(name) == Some(value))
    };
    let points = grid::points(spec, Size::Quick);
    let point = points.iter().find(|axes| fits(axes)).expect("in the grid");
    let cell = Cell {
        paper: "lpi-gd".to_owned(),
        experiment: experiment.to_owned(),
        axes: point.overlaid(instead),
        replicate: 0,
    };
    let runner = lpi_gd::PAPER.runner(experiment).expect("registered");
    let library = harness_engine::Datasets::new(datasets_folder());
    let load = |name: &str| {
        let data = library.load(name).expect("the data set is here");
        (name.to_owned(), (*data).clone())
    };
    let datasets: BTreeMap<_, _> = (runner.datasets)(&cell.axes)
        .into_iter()
        .map(load)
        .collect();
    let context = Context {
        streams: Streams {
            root: ROOT_SEED,
            cell: &cell,
            scopes: &spec.streams,
        },
        checkpoints: &[1, 10],
        datasets: &datasets,
        snapshots: &NoSnapshots,
    };
    let stop = AtomicBool::new(false);
    let mut recorder = Recorder::new(&spec.metrics, &stop);
    let outcome = (runner.run)(&cell.axes, &context, &mut recorder).expect("it runs");
    (outcome, recorder.finish())
}

#[test]
fn the_photograph_without_randomness_has_the_sheets_values() {
    for (m, floor, lebesgue, absolute, passes) in [
        (
            12,
            1.753_837_1e-5,
            1.479_314_93,
            1.161_992_99,
            [50.0, 47.0, 7.0, 7.0],
        ),
        (
            20,
            5.363_818e-7,
            1.838_547_08,
            1.215_485_00,
            [50.0, 51.0, 7.0, 7.0],
        ),
    ] {
        let cases = [
            ("gd", "exact"),
            ("gd", "interpolated"),
            ("agd", "exact"),
            ("agd", "interpolated"),
        ];
        for ((method, gradient), passes) in cases.into_iter().zip(passes) {
            let wanted = Axes::new()
                .with("m", m)
                .with("method", method)
                .with("gradient", gradient);
            let (_, records) = run("photographs-structured", &wanted, &Axes::new());
            let scalar = |name: &str| records.scalars[name];
            assert!((scalar("passes") - passes).abs() <= 1.0);
            assert!((scalar("lebesgue-constant") - lebesgue).abs() < 1e-7);
            assert!((scalar("absolute-weight") - absolute).abs() < 1e-7);
            if gradient == "interpolated" {
                assert!((scalar("floor-over-target") * 1e-4 / floor - 1.0).abs() < 1e-3);
            }
            if m == 20 {
                assert!((scalar("nonzero-nodes") - 383.0).abs() < 0.5);
            }
            assert!((scalar("distinct-colours") - 25_804.0).abs() < 0.5);
        }
    }
}

#[test]
fn a_users_table_is_run_like_any_other_data() {
    let folder = harness_testkit::tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.csv");
    let rows = (0..500).map(|i| format!("{},{}\n", i % 50, (i * 7) % 11));
    let text: String = std::iter::once("height,weight\n".to_owned())
        .chain(rows)
        .collect();
    std::fs::write(&path, text).expect("written");
    let wanted = Axes::new()
        .with("method", "agd")
        .with("gradient", "interpolated");
    let instead = Axes::new()
        .with("data", format!("file:{}", path.display()))
        .with("rho", 1)
        .with("m", 16)
        .with("target", 1e-4);
    let (outcome, records) = run("head-to-head", &wanted, &instead);
    assert_eq!(outcome, Outcome::Done);
    assert!(records.scalars["floor-over-target"] < 0.5);
    let (passes, calls) = (records.scalars["passes"], records.scalars["calls"]);
    assert!(passes >= 1.0, "{passes}");
    assert!((calls - 256.0 * passes).abs() < 0.5, "{calls} for {passes}");
}
