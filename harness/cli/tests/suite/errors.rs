//! Wrong input: one message that says where, what and what is allowed; exit code 2.

use std::fs;

use crate::world::{World, files};

const SLUG: &str = "sgd-max-margin";

#[test]
fn names_on_the_command_line() {
    let world = World::new();
    let errors = world.fail(2, &["run", "sgd-max-margn", "--size", "smoke"]);
    let expected = "error: unknown paper `sgd-max-margn`; did you mean `sgd-max-margin`? allowed: ";
    assert!(errors.starts_with(expected), "{errors}");
    let run = |rest: &[&str]| {
        let mut arguments = vec!["run", SLUG, "--size", "smoke", "--quiet"];
        arguments.extend(rest);
        world.fail(2, &arguments)
    };
    assert!(run(&["--claim", "C99"]).starts_with("error: unknown claim `C99`; "));
    assert!(run(&["--experiment", "rate"]).contains("did you mean `rates`?"));
    assert!(run(&["--set", "rates.samplr=wr"]).contains("did you mean `sampler`?"));
    assert!(run(&["--set", "rates"]).contains("expected EXPERIMENT.AXIS=V1,V2"));
    assert!(run(&["--set", "rates.sampler=wrr"]).contains("`wrr` is unknown"));
    assert!(run(&["--cell", "zzz"]).contains("`zzz`"));
    assert!(
        world
            .fail(2, &["run", "--size", "huge"])
            .contains("allowed: smoke, quick, paper, large")
    );
    assert!(
        world
            .fail(2, &["verify", "--size", "smoke"])
            .contains("only quick and paper")
    );
    assert!(
        world
            .fail(2, &["repotr"])
            .contains("a similar subcommand exists: 'report'")
    );
    assert!(
        !world.path().join("runs").exists(),
        "wrong input leaves nothing behind"
    );
}

#[test]
fn a_typo_in_a_manifest_names_file_line_and_key() {
    let world = World::new();
    world.edit_manifest(SLUG, "question =", "qestion =");
    let errors = world.fail(2, &["check"]);
    assert!(
        errors.contains("papers/sgd-max-margin/paper.toml:"),
        "{errors}"
    );
    assert!(
        errors.contains("qestion") && errors.contains("did you mean `question`"),
        "{errors}"
    );
}

#[test]
fn a_missing_manifest_or_folder_is_named() {
    let world = World::new();
    let manifest = world.path().join("papers").join(SLUG).join("paper.toml");
    fs::remove_file(manifest).expect("a manifest to remove");
    assert!(
        world
            .fail(2, &["check"])
            .contains("papers/sgd-max-margin/paper.toml")
    );
    let nowhere = World::new();
    fs::remove_dir_all(nowhere.path().join("papers")).expect("a folder to remove");
    assert!(
        nowhere
            .fail(2, &["check"])
            .contains("no papers/ and datasets/")
    );
}

#[test]
fn a_damaged_data_set_fails_its_cells_and_says_so() {
    let world = World::new();
    let path = world.path().join("datasets/iris/iris.csv");
    let mut bytes = fs::read(&path).expect("the data");
    bytes[100] ^= 1;
    fs::write(&path, bytes).expect("a writable file");
    let errors = world.fail(1, &["check"]);
    assert!(
        errors.contains("data set `iris`") && errors.contains("SHA-256"),
        "{errors}"
    );
    let errors = world.fail(1, &["run", SLUG, "--size", "smoke", "--quiet"]);
    assert!(
        errors.contains("failed: ") && errors.contains("SHA-256"),
        "{errors}"
    );
    assert!(
        !files(&world.path().join("scratch/smoke")).is_empty(),
        "the rest is reported"
    );
}

#[test]
fn a_damaged_report_is_named_with_its_line() {
    let world = World::new();
    world.run(&[
        "run",
        SLUG,
        "--size",
        "smoke",
        "--quiet",
        "--out",
        "reports/quick",
    ]);
    let path = world
        .path()
        .join("reports/quick")
        .join(SLUG)
        .join("claims.csv");
    let text = fs::read_to_string(&path).expect("a report");
    fs::write(&path, text.replacen(",0,", ",zero,", 1)).expect("a writable file");
    let errors = world.fail(1, &["report"]);
    assert!(errors.contains("claims.csv"), "{errors}");
}
