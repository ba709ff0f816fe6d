//! A full disk and a read-only folder: one clear message, nothing damaged.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::world::{World, files};

#[test]
fn a_full_disk_is_one_message_and_harms_nothing() {
    let world = World::new();
    world.run(&["run", "--size", "smoke", "--quiet", "--replicates", "3"]);
    let before = files(&world.path().join("runs/segments"));
    assert!(!before.is_empty(), "the first run stored something");
    for number in 0..50 {
        let path = world.path().join(format!("runs/segments/{number:06}.log"));
        if !path.exists() {
            symlink("/dev/full", &path).expect("a link");
        }
    }
    let errors = world.fail(
        1,
        &["run", "--size", "smoke", "--quiet", "--replicates", "4"],
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains("the disk is full"), "{errors}");
    for (name, bytes) in before {
        let now = fs::read(world.path().join("runs/segments").join(&name)).expect("still there");
        assert!(now == bytes, "{name} has changed");
    }
}

#[test]
fn a_read_only_folder_is_one_message() {
    let world = World::new();
    let folder = world.path();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("own folder");
    let binary = folder.join("reproduce");
    fs::copy(env!("CARGO_BIN_EXE_reproduce"), &binary).expect("a copy that anybody may run");
    // As another user, who may read everything here and write nothing.
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&binary)
        .args(["run", "--size", "smoke", "--quiet"])
        .current_dir(folder)
        .output();
    let missing = output
        .as_ref()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stderr).starts_with("setpriv:"));
    if output.is_err() || missing {
        let must = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!must, "setpriv is missing or may not change the user");
        eprintln!("not run: setpriv is missing or may not change the user");
        return;
    }
    let output = output.expect("checked above");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.contains("the run store cannot be written"),
        "{errors}"
    );
    assert!(!folder.join("runs").exists(), "nothing was made");
}
