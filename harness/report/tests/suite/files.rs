//! What is on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use harness_core::claims::judge;
use harness_report::{Files, PROVENANCE_FILE, Provenance, Report, render};
use harness_testkit::tempfile::tempdir;

use crate::synthetic::{Made, SIZE, made, made_from, paper, runs};

/// Where the writer of the kill test writes.
const FOLDER: &str = "HARNESS_REPORT_KILL_TEST";

fn all_files(made: &Made) -> Files {
    let mut files = made.report.files();
    files.extend(made.files.clone());
    files
}

/// Every file under a folder, by relative path.
fn on_disk(folder: &Path) -> Files {
    let mut files = Files::new();
    for place in ["", "figures", "tables"] {
        let Ok(entries) = fs::read_dir(folder.join(place)) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .display()
                    .to_string();
                files.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    files
}

fn names(files: &Files) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

#[test]
fn rendered_from_its_csv_files_a_report_has_the_same_bytes() {
    let made = made();
    let folder = tempdir().expect("a folder");
    made.report.write(folder.path()).expect("written");
    let read = Report::read(folder.path()).expect("undamaged");
    assert_eq!(read.files(), made.report.files());
    let findings = judge(&made.manifest, &read.measurements);
    let rendered = render(&made.manifest, SIZE, &read, &findings).expect("the templates fit");
    assert_eq!(names(&rendered), names(&made.files));
    assert!(rendered == made.files, "a file differs");
}

#[test]
fn the_order_of_the_runs_does_not_matter() {
    let mut turned = runs(&paper());
    turned.reverse();
    turned.rotate_left(37);
    assert!(all_files(&made_from(turned)) == all_files(&made()));
}

#[test]
fn unchanged_files_are_left_alone_and_obsolete_ones_removed() {
    let made = made();
    let folder = tempdir().expect("a folder");
    let path = folder.path();
    let first = made.report.write_with(path, &made.files).expect("written");
    assert_eq!(first.written.len(), all_files(&made).len());
    for name in [
        "figures/rates-old.svg",
        "figures/rates-old.csv",
        "tables/old.csv",
        "figures/.rates-old.csv.123.tmp",
        PROVENANCE_FILE,
        "notes.txt",
    ] {
        fs::write(path.join(name), "old").expect("written");
    }
    fs::write(path.join("cells.csv"), "torn").expect("written");
    let second = made.report.write_with(path, &made.files).expect("written");
    assert_eq!(second.written, ["cells.csv"]);
    assert_eq!(
        second.removed,
        [
            "figures/.rates-old.csv.123.tmp",
            "figures/rates-old.csv",
            "figures/rates-old.svg",
            "tables/old.csv"
        ]
    );
    let mut expected = all_files(&made);
    expected.insert(PROVENANCE_FILE.into(), b"old".to_vec());
    expected.insert("notes.txt".into(), b"old".to_vec());
    assert_eq!(names(&on_disk(path)), names(&expected));
    assert!(on_disk(path) == expected);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempdir().expect("a folder");
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "a file, not a folder").expect("written");
    let error = made().report.write(&blocked).expect_err("not a folder");
    assert!(error.to_string().starts_with("cannot create "), "{error}");
    assert!(error.to_string().contains("blocked"), "{error}");
}

#[test]
fn provenance_comes_back() {
    let provenance = Provenance {
        schema: 1,
        paper: "descent".into(),
        size: "quick".into(),
        command: "cargo reproduce".into(),
        revision: "0123abcd".into(),
        dirty: true,
        source_digest: "beef".into(),
        toolchain: "rustc 1.95.0".into(),
        target: "x86_64-unknown-linux-gnu".into(),
        cpu: "a processor".into(),
        jobs: 2,
        cells_run: 160,
        seconds: 1.25,
        experiment_seconds: BTreeMap::from([("rates".to_owned(), 2.5)]),
    };
    let folder = tempdir().expect("a folder");
    provenance.write(folder.path()).expect("written");
    let read = Provenance::read(folder.path()).expect("undamaged");
    assert_eq!(read, provenance);
}

/// Two versions of a report that differ in every CSV file, in the page and in the figures.
fn versions() -> [Made; 2] {
    let few = runs(&paper())
        .into_iter()
        .filter(|run| run.cell.replicate != 1);
    [made(), made_from(few.collect())]
}

#[test]
#[ignore = "the process that `killed_while_writing_…` kills"]
fn write_for_ever() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let versions = versions();
    loop {
        for made in &versions {
            let written = made.report.write_with(Path::new(&folder), &made.files);
            written.expect("written");
        }
    }
}

#[test]
fn killed_while_writing_a_report_has_only_whole_files() {
    let versions = versions();
    let [first, second] = [all_files(&versions[0]), all_files(&versions[1])];
    let folder = tempdir().expect("a folder");
    let path = folder.path();
    let mut leftovers = 0;
    for instant in 0..24 {
        versions[0]
            .report
            .write_with(path, &versions[0].files)
            .expect("written");
        let mut writer = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "files::write_for_ever", "--ignored", "--quiet"])
            .env(FOLDER, path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        // Until it writes: its first change is to put the second version in place of the first.
        while fs::read(path.join("claims.csv")).is_ok_and(|bytes| bytes == first["claims.csv"]) {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(170 * instant));
        writer.kill().expect("killed");
        writer.wait().expect("gone");
        for (name, bytes) in on_disk(path) {
            if Path::new(&name).extension().is_some_and(|end| end == "tmp") {
                leftovers += 1;
                continue;
            }
            let whole = first.get(&name) == Some(&bytes) || second.get(&name) == Some(&bytes);
            assert!(whole, "{name} is torn");
        }
    }
    versions[1]
        .report
        .write_with(path, &versions[1].files)
        .expect("written");
    assert_eq!(names(&on_disk(path)), names(&second));
    assert!(on_disk(path) == second);
    println!("{leftovers} kills left a temporary file");
}
