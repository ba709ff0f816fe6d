//! Which sources a result depends on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use harness_build::{PaperSources, paper_sources};

/// A folder that is gone at the end of the test. This crate builds other crates' build scripts, so
/// a development dependency of it would change the features of what they are built with.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("harness-build-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn paper() -> Folder {
    let folder = Folder::new();
    let write = |name: &str, text: &str| put(folder.path(), name, text);
    write("Cargo.toml", "[package]");
    write("src/lib.rs", "mod methods;");
    write("src/methods/mod.rs", "pub struct Method;");
    write(
        "src/methods/descent.rs",
        "pub const METHOD: Method = Method;",
    );
    write(
        "src/methods/heavy_ball.rs",
        "pub const METHOD: Method = Method;",
    );
    folder
}

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join("papers/p").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
    fs::write(path, text).expect("a writable file");
}

fn sources(folder: &Folder) -> PaperSources {
    paper_sources(&folder.path().join("papers"))
        .expect("readable")
        .remove(0)
}

#[test]
fn a_new_or_changed_method_leaves_the_rest_alone() {
    let folder = paper();
    let before = sources(&folder);
    let names: Vec<&str> = before
        .methods
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["descent", "heavy-ball"]);
    put(
        folder.path(),
        "src/methods/adam.rs",
        "pub const METHOD: Method = Method;",
    );
    put(
        folder.path(),
        "src/methods/heavy_ball.rs",
        "pub const METHOD: Method = Method; // new",
    );
    let after = sources(&folder);
    assert_eq!(after.digest, before.digest);
    assert_eq!(
        after.methods[1], before.methods[0],
        "descent has not changed"
    );
    assert_ne!(after.methods[2].1, before.methods[1].1, "heavy-ball has");
}

#[test]
fn a_method_that_another_file_uses_belongs_to_everything() {
    let folder = paper();
    put(
        folder.path(),
        "src/methods/adam.rs",
        "use super::descent::step;",
    );
    let used = sources(&folder);
    assert!(used.methods.iter().all(|(name, _)| name != "descent"));
    put(folder.path(), "src/methods/descent.rs", "pub fn step() {}");
    assert_ne!(sources(&folder).digest, used.digest);
    put(
        folder.path(),
        "src/methods/adam.rs",
        "fn steepest_descent::x() {}",
    );
    assert!(
        sources(&folder)
            .methods
            .iter()
            .any(|(name, _)| name == "descent")
    );
}

#[test]
fn every_other_source_belongs_to_everything() {
    let folder = paper();
    let before = sources(&folder);
    for name in ["src/lib.rs", "src/methods/mod.rs", "Cargo.toml", "build.rs"] {
        let folder = paper();
        put(folder.path(), name, "something else");
        assert_ne!(sources(&folder).digest, before.digest, "{name}");
    }
}
