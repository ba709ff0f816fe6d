//! The same bytes on a processor of 2008.

use std::process::Command;

use crate::world::{World, assert_same_files, files};

#[test]
fn a_processor_without_avx_gives_the_same_bytes() {
    let emulator = "qemu-x86_64";
    if cfg!(not(target_arch = "x86_64"))
        || Command::new(emulator).arg("--version").output().is_err()
    {
        let must = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!must, "{emulator} is missing (Debian package qemu-user)");
        eprintln!("not run: {emulator} is missing (Debian package qemu-user)");
        return;
    }
    let world = World::new();
    let arguments = |store, out| {
        [
            "run", "--size", "smoke", "--jobs", "2", "--quiet", "--store", store, "--out", out,
        ]
    };
    world.run(&arguments("native-store", "native"));
    let status = Command::new(emulator)
        .args(["-cpu", "Nehalem", env!("CARGO_BIN_EXE_reproduce")])
        .args(arguments("emulated-store", "emulated"))
        .current_dir(world.path())
        .status()
        .expect("the emulator starts");
    assert!(
        status.code().is_some_and(|code| code < 2),
        "the emulated run ends: {status}"
    );
    assert_same_files(
        &files(&world.path().join("native")),
        &files(&world.path().join("emulated")),
    );
}
