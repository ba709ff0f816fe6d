//! A run that is killed at any instant continues, and ends with the same bytes.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::world::{World, assert_same_files, files, json};

const SLUG: &str = "sgd-max-margin";
/// Enough replicates that twenty short lives do not finish the work.
const REPLICATES: &str = "24";

fn arguments(out: &str) -> Vec<&str> {
    vec![
        "run",
        SLUG,
        "--size",
        "smoke",
        "--jobs",
        "2",
        "--replicates",
        REPLICATES,
        "--out",
        out,
    ]
}

/// Starts a run and waits until it has said what it will do.
fn start(world: &World, out: &str) -> Child {
    let mut child = world
        .command(&arguments(out))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    for line in lines.by_ref() {
        if line.expect("UTF-8").contains(" to run") {
            break;
        }
    }
    // Keep reading, so that the run never waits for a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn kill(mut child: Child) {
    child.kill().expect("a living or ended process");
    child.wait().expect("a child to wait for");
}

/// Cells planned and cells stored.
fn counts(world: &World, out: &str) -> (usize, usize) {
    let mut arguments = arguments(out);
    arguments.extend(["--plan", "--json"]);
    let value = json(&world.succeed(&arguments));
    let cells = value["cells"].as_array().expect("a list of cells");
    let stored = cells.iter().filter(|cell| cell["stored"] == true).count();
    (cells.len(), stored)
}

#[test]
fn a_run_killed_at_twenty_instants_ends_with_the_same_bytes() {
    let undisturbed = World::new();
    let calm = undisturbed.path().join("calm");
    let begin = now();
    undisturbed.run(&arguments(calm.to_str().expect("UTF-8")));
    let whole = begin.elapsed();
    let expected = files(&calm);

    let world = World::new();
    let out = world.path().join("out");
    let out = out.to_str().expect("UTF-8");
    let mut in_flight = 0;
    for instant in 0_u32..17 {
        let child = start(&world, out);
        // Instants spread over the first two thirds of the work, two lives never alike.
        std::thread::sleep(whole.mul_f64(0.02 + 0.001 * f64::from(instant)));
        kill(child);
        let (planned, stored) = counts(&world, out);
        if stored < planned {
            in_flight += 1;
        }
    }
    assert!(
        in_flight >= 15,
        "only {in_flight} kills landed while cells were in flight"
    );
    world.run(&arguments(out));

    let mut while_writing = 0;
    for attempt in 0..60 {
        if while_writing == 3 {
            break;
        }
        fs::remove_dir_all(out).expect("a report to remove");
        let child = start(&world, out);
        if wait_for_first_file(Path::new(out), attempt) {
            kill(child);
            let present = files(Path::new(out));
            let whole = |name: &String| present.get(name) == expected.get(name);
            if !expected.keys().all(whole) {
                while_writing += 1;
            }
        } else {
            kill(child);
        }
    }
    assert_eq!(
        while_writing, 3,
        "kills that landed while the report was written"
    );
    world.run(&arguments(out));
    assert_same_files(&expected, &files(Path::new(out)));
}

/// Waits until some file of the report is there, and a little longer each time.
fn wait_for_first_file(out: &Path, attempt: u64) -> bool {
    let begin = now();
    while begin.elapsed() < Duration::from_secs(20) {
        if !files_present(out) {
            std::hint::spin_loop();
            continue;
        }
        std::thread::sleep(Duration::from_micros(100 * attempt));
        return true;
    }
    false
}

fn files_present(out: &Path) -> bool {
    fs::read_dir(out.join(SLUG)).is_ok_and(|mut entries| entries.next().is_some())
}

#[expect(
    clippy::disallowed_methods,
    reason = "only decides when the run is killed"
)]
fn now() -> Instant {
    Instant::now()
}
