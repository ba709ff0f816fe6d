//! Data that may be absent: real ones where they are asked for, small ones of the same form always.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use harness_core::dataset::DatasetError;
use harness_core::manifest::{Manifest, override_axis};
use harness_core::seeds::ROOT_SEED;
use harness_core::{Dataset, Outcome, RunTable, Size, Value, grid};
use harness_engine::{BuildFacts, Datasets, Engine, Options, Work};
use harness_testkit::conformance::{datasets_folder, valid_manifest};
use harness_testkit::tempfile::{TempDir, tempdir};
use sparsified_sgd::PAPER;
use sparsified_sgd::data::{images, news};

use super::assert_close;

fn fetched(name: &str) -> Dataset {
    let dataset = Datasets::new(datasets_folder()).load(name);
    dataset.expect("fetched").as_ref().clone()
}

#[test]
#[ignore = "skipped: run it with --ignored after `cargo reproduce data fetch bbc-news`"]
fn the_real_documents() {
    let [(training, labels), (testing, test_labels)] = news(&fetched("bbc-news"));
    assert_eq!((training.rows(), testing.rows()), (1780, 445));
    assert_eq!((training.columns, testing.columns), (17_002, 17_002));
    assert_eq!(training.entries() + testing.entries(), 426_166);
    let all = || labels.iter().chain(&test_labels);
    let positive = all().filter(|label| **label > 0.0).count();
    assert_eq!(positive, 510 + 401, "business and technology");
    assert!(all().all(|label| [-1.0, 1.0].contains(label)));
    for row in 0..training.rows() {
        let (_, values) = training.row(row);
        assert_close(values.iter().map(|v| v * v).sum(), 1.0, 1e-12);
    }
}

#[test]
#[ignore = "skipped: run it with --ignored after `cargo reproduce data fetch mnist-10k`"]
fn the_real_images() {
    let images = images(&fetched("mnist-10k"), 1.0);
    assert_eq!(images.width, 784);
    assert_eq!(images.training.len(), 8000 * 784);
    assert_eq!(images.testing.len(), 2000 * 784);
    let entries = images.training.iter().chain(&images.testing);
    assert!(entries.clone().all(|x| (0.0..=1.0).contains(x)));
    assert!(entries.clone().any(|x| *x > 0.99));
    let mut counts = [0; 10];
    for class in images
        .training_classes
        .iter()
        .chain(&images.testing_classes)
    {
        counts[*class as usize] += 1;
    }
    let published = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];
    assert_eq!(counts, published);
}

/// Writes a small optional data set of one table.
fn write(folder: &Path, name: &str, rows: &[Vec<f64>]) {
    let columns = rows[0].len();
    let meta = format!(
        "name = \"{name}\"\ntitle = \"Small\"\nsource = \"this test\"\nlicence = \"\"\n\
         citation = \"\"\noptional = true\nremedy = \"write it\"\n[[files]]\npath = \"t.csv\"\n\
         format = \"csv\"\nrows = {}\ncolumns = {columns}\n",
        rows.len()
    );
    let mut table = "head\n".to_owned();
    for row in rows {
        let words: Vec<String> = row.iter().map(f64::to_string).collect();
        writeln!(table, "{}", words.join(",")).expect("a string takes everything");
    }
    let folder = folder.join(name);
    fs::create_dir_all(&folder).expect("a new folder");
    fs::write(folder.join("meta.toml"), meta).expect("writable");
    fs::write(folder.join("t.csv"), table).expect("writable");
}

/// 40 documents and 160 images.
fn small_data() -> TempDir {
    let folder = tempdir().expect("a folder");
    let documents = (0..40).flat_map(|document| {
        let words = (0..6).map(move |word| (document * 7 + word * word) % 50);
        let mut words: Vec<i32> = words.collect();
        words.sort_unstable();
        words.dedup();
        words.into_iter().map(move |word| {
            let count = 1 + (document + word) % 3;
            [document, word, count, document % 5]
                .map(f64::from)
                .to_vec()
        })
    });
    write(folder.path(), "bbc-news", &documents.collect::<Vec<_>>());
    let images = (0..160).map(|image| {
        let class = image % 10;
        let mut row: Vec<f64> = (0..6)
            .map(|pixel| f64::from((image * 31 + pixel * class) % 11) / 10.0)
            .collect();
        row.push(f64::from(class));
        row
    });
    write(folder.path(), "mnist-10k", &images.collect::<Vec<_>>());
    folder
}

/// Runs an experiment at size smoke with other axis values.
fn run(experiment: &str, set: &[(&str, Value)], data: &Path) -> RunTable {
    let mut manifest: Manifest = valid_manifest(&PAPER);
    for (axis, value) in set {
        let values = vec![value.clone()];
        override_axis(&mut manifest, Size::Smoke, experiment, axis, values).expect("an axis");
    }
    let spec = manifest.experiment(experiment).expect("an experiment");
    let cells = grid::experiment_cells(&manifest, spec, Size::Smoke);
    let store = tempdir().expect("a folder");
    let engine = Engine::open(store.path(), data, BuildFacts::UNSTATED).expect("an empty store");
    let plan = engine.plan([Work {
        paper: &PAPER,
        manifest: &manifest,
        cells: cells.into_iter().collect(),
        root_seed: ROOT_SEED,
    }]);
    let stop = AtomicBool::new(false);
    let execution = engine.execute(&plan.expect("possible cells"), &Options::new(&stop));
    let mut execution = execution.expect("a writable store");
    execution.tables.remove(PAPER.slug).expect("the paper")
}

fn last(run: &harness_core::run::Run, metric: &str) -> f64 {
    *run.records.curves[metric].values.last().expect("recorded")
}

#[test]
fn experiments_run_on_small_data_of_the_same_form() {
    let data = small_data();
    let fetched = ("data", Value::from("fetched"));
    let steps = ("steps", Value::Int(300));
    let table = run("news-methods", &[fetched.clone(), steps], data.path());
    assert_eq!(table.runs().len(), 6);
    for run in table.runs() {
        assert_eq!(run.outcome, Outcome::Done, "{}", run.cell);
        let curve = &run.records.curves["suboptimality"].values;
        assert!(curve.iter().all(|value| *value >= -1e-9), "{}", run.cell);
        if run.cell.axes.get("method") == Some(&Value::from("dense")) {
            assert!(last(run, "suboptimality") < 0.5 * curve[0]);
        }
    }
    let sizes = [("hidden", Value::Int(4)), ("epochs", Value::Int(3))];
    let [hidden, epochs] = sizes;
    let table = run("mnist-methods", &[fetched, hidden, epochs], data.path());
    assert_eq!(table.runs().len(), 6);
    for run in table.runs() {
        assert_eq!(run.outcome, Outcome::Done, "{}", run.cell);
        assert_eq!(run.records.curves["loss"].steps, [0, 1, 2, 3]);
        assert!((0.0..=1.0).contains(&last(run, "accuracy")));
    }
}

#[test]
fn what_is_left_out_is_skipped_wherever_the_data_are() {
    let (here, nowhere) = (small_data(), tempdir().expect("a folder"));
    for (experiment, name) in [("news-methods", "bbc-news"), ("mnist-methods", "mnist-10k")] {
        let table = run(experiment, &[], here.path());
        assert_eq!(table, run(experiment, &[], nowhere.path()));
        for run in table.runs() {
            let Outcome::Skipped { reason } = &run.outcome else {
                panic!("{}: {:?}", run.cell, run.outcome);
            };
            let command = format!("`cargo reproduce data fetch {name}`");
            assert!(reason.contains(&command), "{reason}");
            assert!(reason.contains("--size paper"), "{reason}");
        }
    }
}

#[test]
fn absent_data_are_skipped_with_the_command_that_fetches_them() {
    let folder = small_data();
    for name in ["bbc-news", "mnist-10k"] {
        fs::remove_file(folder.path().join(name).join("t.csv")).expect("it is there");
        let absent = Datasets::new(folder.path()).load(name);
        assert!(matches!(absent, Err(DatasetError::Absent { .. })));
    }
    let fetched = ("data", Value::from("fetched"));
    for experiment in ["news-methods", "mnist-methods"] {
        for run in run(experiment, std::slice::from_ref(&fetched), folder.path()).runs() {
            let said = matches!(
                &run.outcome,
                Outcome::Skipped { reason } if reason.contains("not here; write it")
            );
            assert!(said, "{:?}", run.outcome);
        }
    }
}
