//! `reproduce data`: what is here, and optional data put in place or refused.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use crate::world::{World, json};

const TABLE: &str = "2,1,a,b\n1.5,0\n2.5,1\n";
const TABLE_SHA256: &str = "795f8ac52f8a74d3c92f35208903b90192804870954a24a24f61f883c4d70916";

/// Adds an optional data set `far`, the table `t.csv`, that is fetched as `origin` says.
fn add_far(world: &World, origin: &str) -> PathBuf {
    let folder = world.path().join("datasets/far");
    fs::create_dir(&folder).expect("a new folder");
    let meta = format!(
        "name = \"far\"\ntitle = \"Far\"\nsource = \"afar\"\nlicence = \"\"\ncitation = \"\"\n\
         optional = true\n[fetch]\n{origin}\nbytes = {}\nsha256 = \"{TABLE_SHA256}\"\n\
         [[files]]\npath = \"t.csv\"\nformat = \"csv\"\nrows = 2\ncolumns = 2\n",
        TABLE.len()
    );
    fs::write(folder.join("meta.toml"), meta).expect("a writable folder");
    folder
}

#[test]
fn list_and_path_say_what_is_where() {
    let world = World::new();
    let far = add_far(&world, "url = \"https://example.org/t.csv\"");
    let listed = json(&world.succeed(&["data", "list", "--json"]));
    let state = |name: &str| {
        let all = listed["datasets"].as_array().expect("a list");
        let one = all.iter().find(|one| one["name"] == name);
        one.expect("it is listed")["state"].clone()
    };
    assert_eq!(
        (state("digits"), state("far")),
        ("here".into(), "absent".into())
    );
    let shown = world.succeed(&["data", "list"]);
    assert!(shown.contains("cargo reproduce data fetch far"), "{shown}");
    let path = world.succeed(&["data", "path", "far"]);
    let path = fs::canonicalize(path.trim()).expect("the path is there");
    assert_eq!(path, far.canonicalize().expect("it is there"));
    let message = world.fail(2, &["data", "path", "digist"]);
    assert!(message.contains("did you mean `digits`?"), "{message}");
    fs::write(world.path().join("datasets/iris/iris.csv"), "1\n").expect("writable");
    let output = world.run(&["data", "list"]);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "damage is an error");
    assert!(shown.contains("git checkout -- datasets/iris"), "{shown}");
}

#[test]
fn only_the_right_file_is_imported() {
    let world = World::new();
    let far = add_far(&world, "url = \"https://example.org/t.csv\"");
    let file = world.path().join("given");
    let given = file.to_str().expect("a plain path");
    fs::write(&file, TABLE.replace("2.5", "2.6")).expect("writable");
    let message = world.fail(2, &["data", "import", "far", given]);
    assert!(message.contains(TABLE_SHA256), "{message}");
    assert!(!far.join("t.csv").exists() && !far.join(".incoming").exists());
    let message = world.fail(2, &["data", "import", "digits", given]);
    assert!(message.contains("part of the repository"), "{message}");
    fs::write(&file, TABLE).expect("writable");
    let shown = world.succeed(&["data", "import", "far", given]);
    assert_eq!(shown, "far: imported, 2 rows of 2 numbers\n");
    let shown = world.succeed(&["data", "fetch", "far"]);
    assert_eq!(shown, "far: already here, 2 rows of 2 numbers\n");
}

#[test]
fn without_a_client_the_message_says_what_to_do() {
    let world = World::new();
    let package = "package = { manager = \"npm\", name = \"p\", version = \"1.0\" }";
    add_far(&world, package);
    let mut command = world.command(&["data", "fetch", "far", "--quiet"]);
    let output = command.env("PATH", "").output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    let expected = "error: data set `far` is in the package `p 1.0`, and `npm` is not installed: \
                    install it, or get the package in another way and run \
                    `cargo reproduce data import far FILE`\n";
    assert_eq!(message, expected);
}

/// Rows of the user's own in the LIBSVM format, which no data set declares.
#[test]
fn a_corpus_of_the_users_own_is_run_or_refused() {
    let world = World::new();
    let file = world.path().join("rows");
    let rows = |shift: usize| -> String {
        let row = |row: usize| {
            let label = if row.is_multiple_of(3) { "+1" } else { "-1" };
            let first = 1 + (row * 7 + shift) % 20;
            format!("{label} {first}:0.5 {}:1 {}:0.25\n", first + 3, first + 9)
        };
        (0..40).map(row).collect()
    };
    let run = [
        "run",
        "sparsified-sgd",
        "--experiment",
        "text-methods",
        "--size",
        "smoke",
        "--set",
        "text-methods.corpus=file:rows",
        "--set",
        "text-methods.terms=30",
        "--json",
    ];
    let count = |name: &str| {
        let value = json(&world.succeed(&run));
        value["cells"][name].as_u64().expect("a count")
    };
    fs::write(&file, rows(0)).expect("writable");
    assert_eq!((count("ran"), count("cached")), (19, 19), "run once");
    let cells = world.path().join("scratch/smoke/sparsified-sgd/cells.csv");
    let cells = fs::read_to_string(cells).expect("a report");
    let done = cells
        .lines()
        .filter(|line| line.contains("corpus=file:rows") && line.contains(",done,"));
    assert_eq!(done.count(), 19, "{cells}");
    fs::write(&file, rows(1)).expect("writable");
    assert_eq!(count("ran"), 19, "other rows are another problem");

    fs::write(&file, format!("# mine\n{}-1 2:1 4:one\n", rows(0))).expect("writable");
    let message = world.fail(2, &run);
    let said =
        "rows: line 42: `4:one` is not `index:value` with an index from 1 and a finite value";
    assert!(message.contains(said), "{message}");
    fs::write(&file, "+1 31:1\n").expect("writable");
    let message = world.fail(2, &run);
    let said = "rows: line 1: index 31 is too large; allowed: 1 to 30";
    assert!(message.contains(said), "{message}");
    fs::write(&file, "+1 3:1\n").expect("writable");
    let message = world.fail(2, &run);
    assert!(
        message.contains("1 rows are not enough for 8 nodes"),
        "{message}"
    );
    fs::remove_file(&file).expect("it is there");
    let message = world.fail(2, &run);
    assert!(message.contains("rows: No such file"), "{message}");
}

/// A fetch is killed in the middle of its download; the next one finishes.
#[test]
fn a_killed_fetch_leaves_nothing_half_done() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (half_sent, half) = mpsc::channel();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for (request, stream) in listener.incoming().enumerate() {
            let mut stream = stream.expect("a client");
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).expect("a request");
            let length = TABLE.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            let body = if request == 0 { &TABLE[..10] } else { TABLE };
            stream.write_all(head.as_bytes()).expect("it listens");
            stream.write_all(body.as_bytes()).expect("it listens");
            half_sent.send(()).expect("the test goes on");
            // The first connection stays open, so that its client waits.
            open.push(stream);
        }
    });
    let world = World::new();
    let far = add_far(&world, &format!("url = \"http://{address}/t.csv\""));
    let mut command = world.command(&["data", "fetch", "far"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    half.recv_timeout(Duration::from_mins(1)).expect("it asks");
    let download = far.join(".incoming/download");
    while fs::metadata(&download).map_or(0, |file| file.len()) < 10 {
        assert!(child.try_wait().expect("it is ours").is_none(), "it waits");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
    assert!(download.exists(), "it was killed half-way");
    assert!(!far.join("t.csv").exists());
    let listed = json(&world.succeed(&["data", "list", "--json"]));
    assert!(
        listed.to_string().contains("data fetch far"),
        "absent, not damaged"
    );
    world.succeed(&["data", "fetch", "far"]);
    assert_eq!(fs::read_to_string(far.join("t.csv")).expect("whole"), TABLE);
    assert!(!far.join(".incoming").exists());
}
