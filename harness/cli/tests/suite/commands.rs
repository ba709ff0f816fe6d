//! Each verb once, in the way that README shows it.

use crate::world::{World, assert_same_files, files, json};

const SLUG: &str = "sgd-max-margin";

#[test]
fn show_prints_the_command_that_runs_one_cell() {
    let world = World::new();
    let listed = json(&world.succeed(&["show", SLUG, "--size", "smoke", "--json"]));
    let cell = &listed["cells"][0];
    let (experiment, identity) = (
        cell["experiment"].as_str().expect("a name"),
        cell["identity"].as_str().expect("digits"),
    );
    let shown = world.succeed(&[
        "show",
        &format!("{SLUG}/{experiment}/{}", &identity[..12]),
        "--size",
        "smoke",
    ]);
    let command = shown.lines().last().expect("a last line").trim();
    let arguments: Vec<&str> = command.split(' ').skip(2).collect();
    assert!(command.starts_with("cargo reproduce run "), "{command}");
    let first = world.succeed(&arguments);
    assert!(first.contains("Done"), "{first}");
    assert_eq!(first, world.succeed(&arguments), "from the store");
}

#[test]
fn explain_names_what_is_new() {
    let world = World::new();
    let nothing = world.succeed(&["explain", SLUG, "--size", "smoke"]);
    assert!(nothing.contains("nothing of this experiment is stored"));
    world.run(&["run", SLUG, "--size", "smoke", "--quiet"]);
    let all = world.succeed(&["explain", SLUG, "--size", "smoke", "--verify-cache", "5"]);
    assert!(
        all.contains(" 0 to run") && all.contains("5 stored cells run again: 0 differ"),
        "{all}"
    );
    world.succeed(&["clean"]);
    let nothing = world.succeed(&["explain", SLUG, "--size", "smoke"]);
    assert!(nothing.contains("nothing of this experiment is stored"));
}

#[test]
fn jobs_and_interruptions_do_not_change_a_byte() {
    let world = World::new();
    for jobs in ["1", "2", "4"] {
        let (store, out) = (format!("store-{jobs}"), format!("out-{jobs}"));
        world.run(&[
            "run", "--size", "smoke", "--quiet", "--jobs", jobs, "--store", &store, "--out", &out,
        ]);
    }
    let one = files(&world.path().join("out-1"));
    assert_same_files(&one, &files(&world.path().join("out-2")));
    assert_same_files(&one, &files(&world.path().join("out-4")));
    // A subset first, then the rest.
    let experiment = ["--size", "smoke", "--quiet", "--store", "store-5", "--out"];
    let with = |first: &[&str], out: &str| {
        let mut arguments = first.to_vec();
        arguments.extend(experiment);
        arguments.push(out);
        world.run(&arguments);
    };
    with(&["run", SLUG, "--experiment", "rates"], "part");
    with(&["run"], "out-5");
    assert_same_files(&one, &files(&world.path().join("out-5")));
}

#[test]
fn variants_never_reach_the_committed_reports() {
    let world = World::new();
    world.run(&["run", SLUG, "--size", "smoke", "--quiet", "--seed", "7"]);
    assert!(!world.path().join("reports").exists());
    let page = files(&world.path().join("scratch/smoke").join(SLUG));
    let page = String::from_utf8_lossy(&page["README.md"]).into_owned();
    assert!(page.contains("--seed 7"), "the page says how it came about");
    world.run(&["run", SLUG, "--size", "smoke", "--quiet", "--claim", "C2"]);
    let claims = files(&world.path().join("scratch/smoke").join(SLUG));
    let claims = String::from_utf8_lossy(&claims["claims.csv"]).into_owned();
    assert!(claims.lines().skip(1).all(|line| line.starts_with("C2,")));
}

#[test]
fn help_and_completions_name_every_verb() {
    let world = World::new();
    let help = world.succeed(&["--help"]);
    let verbs = [
        "list",
        "check",
        "show",
        "run",
        "report",
        "verify",
        "explain",
        "data",
        "clean",
        "completions",
    ];
    for verb in verbs {
        assert!(help.contains(verb), "{verb}");
        assert!(
            world.succeed(&[verb, "--help"]).contains("Example"),
            "{verb} has an example"
        );
        assert!(
            world.succeed(&["completions", "bash"]).contains(verb),
            "{verb}"
        );
    }
}
