//! Estimates and instruction counts in, history, page and exit code out.

use std::fs;
use std::path::Path;

use crate::world::World;

/// What the benchmark runner leaves of one benchmark.
fn estimate(world: &World, id: &str, nanoseconds: f64, spread: f64) {
    let folder = world.path().join("target/criterion").join(id).join("new");
    fs::create_dir_all(&folder).expect("a new folder");
    let benchmark = format!(
        r#"{{"group_id":"g","function_id":null,"value_str":null,"throughput":{{"Elements":100}},"full_id":"{id}","directory_name":"d","title":"t"}}"#
    );
    let statistic = format!(
        r#"{{"confidence_interval":{{"confidence_level":0.95,"lower_bound":{},"upper_bound":{}}},"point_estimate":{nanoseconds},"standard_error":1.0}}"#,
        nanoseconds * (1.0 - spread),
        nanoseconds * (1.0 + spread),
    );
    let estimates = format!(r#"{{"mean":{statistic},"median":{statistic},"slope":null}}"#);
    fs::write(folder.join("benchmark.json"), benchmark).expect("a file");
    fs::write(folder.join("estimates.json"), estimates).expect("a file");
}

/// A profile with one function.
fn profile(world: &World, function: &str, instructions: u64) {
    let folder = world
        .path()
        .join("target/gungraun/demo/instructions/all/cells.cold");
    fs::create_dir_all(&folder).expect("a new folder");
    let text = format!("events: Ir\n\nfn=main\n1 1000\n\nfn={function}\n1 {instructions}\n");
    fs::write(folder.join("callgrind.cells.cold.out"), text).expect("a file");
}

/// Exit code and everything printed.
fn outcome(world: &World, arguments: &[&str]) -> (i32, String) {
    let output = world.run(arguments);
    let text = [output.stdout, output.stderr].concat();
    let code = output.status.code().expect("it ends by itself");
    (code, String::from_utf8(text).expect("text"))
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("reports/performance/README.md")).expect("a page")
}

#[test]
fn a_regression_must_be_large_and_sure() {
    let world = World::new();
    estimate(&world, "machine/operations/multiply-add-f64", 10.0, 0.01);
    estimate(&world, "toy/kernel [2 flop]/a", 100.0, 0.01);
    estimate(&world, "toy/kernel [2 flop]/b", 100.0, 0.2);
    let (code, text) = outcome(&world, &["bench", "--save", "first"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("no saved point"), "{text}");

    // 15 % slower: beyond the bar, and for `a` beyond its interval; `b` is too uncertain.
    estimate(&world, "toy/kernel [2 flop]/a", 115.0, 0.01);
    estimate(&world, "toy/kernel [2 flop]/b", 115.0, 0.2);
    estimate(&world, "machine/operations/multiply-add-f64", 20.0, 0.01);
    let (code, text) = outcome(&world, &["bench", "--save", "second"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("toy/kernel/a") && text.contains("slower"),
        "{text}"
    );
    assert!(!text.contains("toy/kernel/b"), "{text}");
    assert!(
        !text.contains("machine/"),
        "the machine is not ours: {text}"
    );
    let page_text = page(world.path());
    assert!(page_text.contains("**+15.0 % slower**"), "{page_text}");
    // 200 operations in 115 ns beside 100 in 20 ns.
    assert!(page_text.contains("1.74 Gflop/s | 35 %"), "{page_text}");

    // With a higher bar it is no regression; compared with the point just saved, no change.
    let (code, _) = outcome(
        &world,
        &["bench", "--dry-run", "--compare", "first", "--bar", "20"],
    );
    assert_eq!(code, 0);
    let (code, _) = outcome(&world, &["bench", "--dry-run", "--compare", "second"]);
    assert_eq!(code, 0);
    assert_eq!(page(world.path()), page_text, "a dry run writes nothing");

    // The page comes back from its files.
    fs::write(world.path().join("reports/performance/README.md"), "gone").expect("a file");
    let (code, text) = outcome(&world, &["report", "--check"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("reports/performance/README.md"), "{text}");
    outcome(&world, &["report"]);
    assert_eq!(page(world.path()), page_text);
}

#[test]
fn saving_again_replaces_and_unsaved_points_are_no_baseline() {
    let world = World::new();
    estimate(&world, "toy/kernel/a", 100.0, 0.01);
    outcome(&world, &["bench", "--save", "first"]);
    estimate(&world, "toy/kernel/a", 150.0, 0.01);
    let (code, _) = outcome(&world, &["bench"]);
    assert_eq!(code, 1);
    // Still slower than the saved point, though an unsaved one lies between.
    let (code, _) = outcome(&world, &["bench"]);
    assert_eq!(code, 1);
    let (code, _) = outcome(&world, &["bench", "--save", "first"]);
    assert_eq!(code, 0);
    let history = world.path().join("reports/performance/history.csv");
    let text = fs::read_to_string(history).expect("a history");
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("first,"))
            .count(),
        1
    );
}

#[test]
fn wrong_input_is_named() {
    let world = World::new();
    let (code, text) = outcome(&world, &["bench"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("just bench"), "{text}");
    estimate(&world, "toy/kernel/a", 100.0, 0.01);
    let (code, text) = outcome(&world, &["bench", "--compare", "frist"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("no point of this processor"), "{text}");
    outcome(&world, &["bench", "--save", "first"]);
    let (code, text) = outcome(&world, &["bench", "--compare", "frist"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("did you mean `first`"), "{text}");
    let (code, text) = outcome(&world, &["bench", "--save", "a,b"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("letters, digits"), "{text}");

    let history = world.path().join("reports/performance/history.csv");
    let damaged = fs::read_to_string(&history).expect("a history") + "half,a,row\n";
    fs::write(&history, &damaged).expect("a file");
    let (code, text) = outcome(&world, &["bench", "--save", "next"]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("history.csv") && text.contains("line"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&history).expect("still there"), damaged);
}

#[test]
fn growth_of_instructions_names_the_function() {
    let world = World::new();
    let (code, text) = outcome(&world, &["bench", "--instructions"]);
    assert_eq!(code, 2, "{text}");
    profile(&world, "engine::plan", 10_000);
    let (code, text) = outcome(&world, &["bench", "--instructions"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("no instruction limit yet"), "{text}");
    fs::create_dir_all(world.path().join("reports/performance")).expect("a folder");
    let (code, text) = outcome(&world, &["bench", "--instructions", "--accept"]);
    assert_eq!(code, 0, "{text}");
    profile(&world, "engine::plan", 10_300);
    assert_eq!(outcome(&world, &["bench", "--instructions"]).0, 0);
    profile(&world, "engine::plan", 10_500);
    let (code, text) = outcome(&world, &["bench", "--instructions"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("engine::plan: 10000 -> 10500"), "{text}");
}
