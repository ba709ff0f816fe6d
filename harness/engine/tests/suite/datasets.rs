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
        let optional = datasets.meta(&name).expect("it is well-formed").optional;
        let data = match datasets.load(&name) {
            Err(DatasetError::Absent { .. }) if optional => continue,
            loaded => loaded.expect("it is whole"),
        };
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
fn fetched_files_are_never_committed() {
    let datasets = Datasets::new(committed());
    let mut optional = datasets.names();
    optional.retain(|name| datasets.meta(name).expect("it is well-formed").optional);
    assert!(optional.iter().any(|name| name == "mnist-10k"));
    for name in optional {
        let ignored = std::fs::read_to_string(committed().join(&name).join(".gitignore"));
        let ignored = ignored.expect("one beside each optional data set");
        let lines: Vec<&str> = ignored
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert_eq!(lines, ["*", "!.gitignore", "!meta.toml"], "{name}");
    }
}

#[test]
fn a_flat_list_is_cut_into_rows_with_a_label_behind_each() {
    let meta = |rows: usize, columns: usize| {
        format!(
            "name = \"flat\"\ntitle = \"\"\nsource = \"\"\nlicence = \"\"\ncitation = \"\"\n\
             optional = true\nremedy = \"\"\n[[files]]\npath = \"7.json\"\nlabel = 7\n\
             format = \"json\"\nrows = {rows}\ncolumns = {columns}\n"
        )
    };
    let folder = tempdir().expect("a folder");
    let flat = folder.path().join("datasets/flat");
    std::fs::create_dir_all(&flat).expect("it can be made");
    let put = |name: &str, text: &str| {
        std::fs::write(flat.join(name), text).expect("it can be written");
    };
    put("meta.toml", &meta(2, 3));
    put("7.json", "{ \"data\": [0, 0.1, 0.992, 1]}");
    let data = load(folder.path(), "flat").expect("it is whole");
    assert_eq!(data.values, [0.0, 0.1, 7.0, 0.992, 1.0, 7.0]);
    put("meta.toml", &meta(4, 1));
    let error = load(folder.path(), "flat").expect_err("a label is not enough");
    assert!(
        error
            .to_string()
            .contains("4 numbers, expected 4 rows of 0"),
        "{error}"
    );
    put("meta.toml", &meta(2, 3));
    for wrong in [
        "{\"data\": [1, 2]}",
        "{\"data\": [1, 2, 3, \"4\"]}",
        "{}",
        "[1, 2, 3, 4]",
        "",
    ] {
        put("7.json", wrong);
        let error = load(folder.path(), "flat").expect_err("it is wrong");
        assert!(error.to_string().contains("7.json"), "{error}");
    }
}

#[test]
fn documents_are_read_as_counts_of_shared_words() {
    let texts = [
        ("b/1.txt", "The CAT, the cat!\n"),
        ("b/2.txt", "the\u{e9}cat a dog a"),
        ("a/9.txt", "Dog's the-dog x1y"),
    ];
    let folder = tempdir().expect("a folder");
    let put = |path: &str, text: &str| {
        let path = folder.path().join("datasets/words").join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    let declare = |sha256: &str, rows: usize| {
        let meta = format!(
            "name = \"words\"\ntitle = \"\"\nsource = \"\"\nlicence = \"\"\ncitation = \"\"\n\
             [[files]]\npath = \"texts\"\nsha256 = \"{sha256}\"\nformat = \"documents\"\n\
             rows = {rows}\ncolumns = 4\n"
        );
        put("meta.toml", &meta);
    };
    for (path, text) in texts {
        put(&format!("texts/{path}"), text);
    }
    // What `sha256sum a/9.txt b/1.txt b/2.txt | sha256sum` prints.
    let digest = "857b4c280fa4a8a9b36e64daf3d7e4ad3eba416df61cea580df97165ef572726";
    declare(digest, 7);
    let data = load(folder.path(), "words").expect("it is whole");
    // Terms: 0 cat, 1 dog, 2 the. Classes: 0 a, 1 b.
    let rows: [[f64; 4]; 7] = [
        [0.0, 1.0, 2.0, 0.0],
        [0.0, 2.0, 1.0, 0.0],
        [1.0, 0.0, 2.0, 1.0],
        [1.0, 2.0, 2.0, 1.0],
        [2.0, 0.0, 1.0, 1.0],
        [2.0, 1.0, 1.0, 1.0],
        [2.0, 2.0, 1.0, 1.0],
    ];
    assert_eq!(data.values, rows.concat());
    declare(digest, 8);
    let error = load(folder.path(), "words").expect_err("another shape");
    assert!(
        error.to_string().contains("7 word counts, expected 8"),
        "{error}"
    );
}

#[test]
fn an_ill_formed_origin_says_what_is_wrong() {
    let npm = |name: &str| {
        format!("package = {{ manager = \"npm\", name = \"{name}\", version = \"1.0\" }}")
    };
    let zip = "archive = \"zip\"\nunpacked-bytes = 9";
    for (fetch, part) in [
        (String::new(), "needs either `package` or `url`"),
        (
            format!("{}\nurl = \"https://a.org\"", npm("p")),
            "either `package` or `url`",
        ),
        (
            "url = \"http://a.org/f\"".to_owned(),
            "does not begin with https://",
        ),
        (
            "url = \"http://127.0.0.1:80@a.org/f\"".to_owned(),
            "does not begin with https://",
        ),
        (
            "url = \"http://localhost/f\"".to_owned(),
            "does not begin with https://",
        ),
        (
            "url = \"file:///f\"".to_owned(),
            "does not begin with https://",
        ),
        (npm("--help"), "`--help` is not the name of a package"),
        (npm("a/b"), "`a/b` is not the name of a package"),
        (npm("./p"), "`./p` is not the name of a package"),
        (npm("@a/../p"), "is not the name of a package"),
        (
            npm("p").replace("1.0", "-1"),
            "`-1` is not the version of a package",
        ),
        (npm("p").replace("npm", "cargo"), "unknown variant `cargo`"),
        (format!("{}\narchive = \"zip\"", npm("p")), "go together"),
        (
            format!("{}\n{zip}\nlength = 1", npm("p")),
            "unknown field `length`",
        ),
        (
            format!("{}\narchive = \"rar\"", npm("p")),
            "unknown variant `rar`",
        ),
    ] {
        let fetch =
            format!("optional = true\n[fetch]\nbytes = 1\nsha256 = \"{TABLE_SHA256}\"\n{fetch}");
        let folder = folder_with("small", &fetch, Some(TABLE));
        let error = load(folder.path(), "small").expect_err("it is wrong");
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
    let fine = format!(
        "optional = true\n[fetch]\nbytes = 1\nsha256 = \"{TABLE_SHA256}\"\n{}\n{zip}",
        npm("@a/p")
    );
    let folder = folder_with("small", &fine, Some(TABLE));
    load(folder.path(), "small").expect("nothing is wrong");
    let folder = folder_with("small", &fine.replace("optional = true\n", ""), Some(TABLE));
    let error = load(folder.path(), "small").expect_err("vendored data are not fetched");
    assert!(
        error.to_string().contains("only optional data is fetched"),
        "{error}"
    );
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
