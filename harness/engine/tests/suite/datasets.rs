//! Data sets are what their digests say, or they are not used.

use std::path::{Path, PathBuf};

use harness_core::Outcome;
use harness_core::dataset::DatasetError;
use harness_engine::Datasets;
use harness_testkit::tempfile::{TempDir, tempdir};

use crate::support::{engine, manifest, misbehave, plan, run};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets")
}

const TABLE: &str = "2,1,a,b\n1.5,0\n2.5,1\n";
const TABLE_SHA256: &str = "795f8ac52f8a74d3c92f35208903b90192804870954a24a24f61f883c4d70916";

/// Writes a data set of one file.
fn write(folder: &Path, name: &str, extra: &str, content: Option<&str>) {
    let folder = folder.join("datasets").join(name);
    std::fs::create_dir_all(&folder).expect("it can be made");
    let meta = format!(
        "name = \"{name}\"\ntitle = \"\"\nsource = \"\"\nlicence = \"\"\ncitation = \"\"\n{extra}\n\
         [[files]]\npath = \"t.csv\"\nformat = \"csv\"\nrows = 2\ncolumns = 2\n\
         sha256 = \"{TABLE_SHA256}\"\n"
    );
    std::fs::write(folder.join("meta.toml"), meta).expect("it can be written");
    if let Some(content) = content {
        std::fs::write(folder.join("t.csv"), content).expect("it can be written");
    }
}

fn folder_with(name: &str, extra: &str, content: Option<&str>) -> TempDir {
    let folder = tempdir().expect("a folder");
    write(folder.path(), name, extra, content);
    folder
}

fn load(folder: &Path, name: &str) -> Result<std::sync::Arc<harness_core::Dataset>, DatasetError> {
    Datasets::new(folder.join("datasets")).load(name)
}

#[test]
fn the_committed_data_sets_are_whole() {
    let datasets = Datasets::new(committed());
    for name in datasets.names() {
        let data = datasets.load(&name).expect("it is whole");
        assert_eq!(data.values.len(), data.rows * data.columns, "{name}");
    }
    let shape_and_sum = |name: &str| {
        let data = datasets.load(name).expect("it is whole");
        let labels: f64 = (0..data.rows).map(|row| data.label(row)).sum();
        (data.rows, data.columns, labels as u64)
    };
    assert_eq!(shape_and_sum("breast-cancer"), (569, 31, 357));
    assert_eq!(shape_and_sum("digits"), (1797, 65, 8_070));
    assert_eq!(shape_and_sum("iris"), (150, 5, 150));
    assert_eq!(shape_and_sum("wine"), (178, 14, 71 + 2 * 48));
    let iris = datasets.load("iris").expect("it is whole");
    assert_eq!(iris.row(0), [5.1, 3.5, 1.4, 0.2, 0.0]);
    assert_eq!(iris.features(149), [5.9, 3.0, 5.1, 1.8]);
}

#[test]
fn only_folders_with_a_meta_file_are_data_sets() {
    let folder = folder_with("small", "", Some(TABLE));
    write(folder.path(), "absent", "", None);
    std::fs::create_dir(folder.path().join("datasets/notes")).expect("it can be made");
    let datasets = Datasets::new(folder.path().join("datasets"));
    assert_eq!(datasets.names(), ["absent", "small"]);
}

#[test]
fn a_changed_file_is_refused_with_both_digests_and_a_remedy() {
    let folder = folder_with("small", "", Some("2,1,a,b\n1.5,0\n2.5,2\n"));
    let error = load(folder.path(), "small").expect_err("it was changed");
    let message = error.to_string();
    assert!(matches!(error, DatasetError::Damaged { .. }));
    for part in [
        "t.csv",
        "has SHA-256",
        TABLE_SHA256,
        "git checkout -- datasets/small",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_missing_file_is_damage_unless_it_is_optional() {
    let folder = folder_with("small", "", None);
    let error = load(folder.path(), "small").expect_err("it is missing");
    assert!(matches!(error, DatasetError::Damaged { .. }));
    assert!(error.to_string().contains("t.csv"), "{error}");

    let optional = "optional = true\nremedy = \"fetch it with `get t`\"";
    write(folder.path(), "absent", optional, None);
    let error = load(folder.path(), "absent").expect_err("it is absent");
    let message = "data set `absent` is not here; fetch it with `get t`";
    assert_eq!(error.to_string(), message);

    let error = load(folder.path(), "none").expect_err("there is no such folder");
    assert!(
        error.to_string().contains("there are: absent, small"),
        "{error}"
    );
}

#[test]
fn an_ill_formed_meta_file_says_what_is_wrong() {
    for (extra, part) in [
        ("licens = \"\"", "licens"),
        ("optional = true", "optional data needs a `remedy`"),
        ("name = \"twice\"", "duplicate key"),
    ] {
        let folder = folder_with("small", extra, Some(TABLE));
        let error = load(folder.path(), "small").expect_err("it is wrong");
        let message = error.to_string();
        assert!(
            message.contains(part) && message.contains("meta.toml"),
            "{message}"
        );
    }
}

#[test]
fn a_table_of_another_shape_is_refused_with_its_line() {
    for (content, part) in [
        ("header\n1,0\n", "1 rows, expected 2"),
        ("header\n1,0\n2\n", "line 3 has 1 columns, expected 2"),
        ("header\n1,x\n2,1\n", "line 2: `x` is not a finite number"),
        (
            "header\n1,inf\n2,1\n",
            "line 2: `inf` is not a finite number",
        ),
    ] {
        let optional = "optional = true\nremedy = \"none\"";
        let folder = folder_with("small", optional, Some(content));
        let meta = folder.path().join("datasets/small/meta.toml");
        let text = std::fs::read_to_string(&meta).expect("it is there");
        let without_digest = text.replace(&format!("sha256 = \"{TABLE_SHA256}\"\n"), "");
        std::fs::write(&meta, without_digest).expect("it can be written");
        let error = load(folder.path(), "small").expect_err("it is wrong");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn cells_are_skipped_without_optional_data_and_fail_on_damaged_data() {
    let folder = folder_with("small", "", Some(TABLE));
    let optional = "optional = true\nremedy = \"get it\"";
    write(folder.path(), "absent", optional, None);
    write(folder.path(), "damaged", "", Some("1\n"));
    let manifest = manifest(vec![misbehave(&["absent-data", "damaged-data", "data"])]);
    let (table, summary) = run(folder.path(), &manifest);
    assert_eq!((summary.ran, summary.skipped, summary.failed), (3, 1, 1));
    let [absent, damaged, data] = table.runs() else {
        panic!("three cells");
    };
    assert!(matches!(&absent.outcome, Outcome::Skipped { reason } if reason.contains("get it")));
    assert!(matches!(&damaged.outcome, Outcome::Failed { message } if message.contains("t.csv")));
    assert_eq!(data.records.scalars["extra"].to_bits(), 2.5_f64.to_bits());
    assert_eq!(run(folder.path(), &manifest).1.cached, 1);

    // The data come: the skipped cell runs.
    write(folder.path(), "absent", optional, Some(TABLE));
    let planned = plan(&engine(folder.path()), &manifest);
    assert_eq!(planned.misses().count(), 2);
    assert_eq!(run(folder.path(), &manifest).1.skipped, 0);
}
