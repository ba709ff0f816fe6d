//! The form of what the program prints; its times are nobody's promise.

use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness-demo"));
    command.args(arguments).output().expect("it can be started")
}

#[test]
fn the_json_is_one_object_of_figures_and_a_curve() {
    let output = run(&["--json", "--cells", "1000", "overhead"]);
    assert!(output.status.success(), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(printed["schema"], 1);
    let plan = &printed["figures"][0];
    assert_eq!(plan["id"], "plan-100000-cells");
    assert_eq!((&plan["unit"], &plan["asked"]), (&"s".into(), &1.0.into()));
    assert!(plan["value"].as_f64().is_some_and(|value| value > 0.0));
    let curve = printed["overhead_curve"].as_array().expect("points");
    let cells: Vec<_> = curve.iter().map(|point| point["cells"].as_u64()).collect();
    assert_eq!(cells, [Some(100), Some(1000)]);
    let seconds = |point: &Value| point["seconds_per_cell"].as_f64();
    assert!(curve.iter().all(|point| seconds(point) > Some(0.0)));
}

#[test]
fn wrong_arguments_are_named() {
    let output = run(&["--quick"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("unknown argument `--quick`"), "{said}");
    assert!(said.contains("usage: harness-demo"), "{said}");
}
