//! A repository in a temporary folder: the real manifests and data sets, no reports, no store.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use harness_testkit::tempfile::{TempDir, tempdir};

/// The repository under test.
pub(crate) fn repository() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    path.canonicalize()
        .expect("the crate stands in the repository")
}

/// The slugs of all folders under `papers/`, sorted.
pub(crate) fn slugs() -> Vec<String> {
    let entries = fs::read_dir(repository().join("papers")).expect("there is a papers folder");
    let mut slugs: Vec<String> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .filter_map(|path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        })
        .collect();
    slugs.sort();
    slugs
}

/// A scratch repository that is gone at the end of the test.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempdir().expect("a temporary folder");
        let (here, there) = (folder.path(), repository());
        for slug in slugs() {
            let paper = here.join("papers").join(&slug);
            fs::create_dir_all(&paper).expect("a new folder");
            let manifest = format!("papers/{slug}/paper.toml");
            fs::copy(there.join(&manifest), here.join(&manifest)).expect("a manifest to copy");
        }
        copy_folder(&there.join("datasets"), &here.join("datasets"));
        for page in ["README.md", "ARTIFACT.md"] {
            fs::copy(there.join(page), here.join(page)).expect("a page to copy");
        }
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command, run from inside the scratch repository.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reproduce"));
        command.current_dir(self.path()).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary starts")
    }

    /// Runs a command that must succeed and gives its standard output.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{arguments:?}: {:?}\n{errors}",
            output.status.code()
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Runs a command that must fail with this code and gives its standard error.
    pub(crate) fn fail(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}:\n{errors}");
        errors
    }

    /// Replaces text in the manifest of the first paper.
    pub(crate) fn edit_manifest(&self, slug: &str, from: &str, to: &str) {
        let path = self.path().join("papers").join(slug).join("paper.toml");
        let text = fs::read_to_string(&path).expect("a manifest");
        assert!(
            text.contains(from),
            "{} does not contain {from}",
            path.display()
        );
        fs::write(&path, text.replacen(from, to, 1)).expect("a writable manifest");
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file to copy");
        }
    }
}

/// All files below a folder by relative name.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("below")
                    .to_string_lossy()
                    .into_owned();
                files.insert(name, fs::read(&path).expect("a readable file"));
            }
        }
    }
    files
}

/// Fails with the names of the files that differ, not with their content.
pub(crate) fn assert_same_files(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert!(!a.is_empty(), "there is something to compare");
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b));
    let different: Vec<&String> = a.keys().filter(|name| a[*name] != b[*name]).collect();
    assert!(different.is_empty(), "other bytes: {different:?}");
}

/// The number of a key in the JSON that a command printed.
pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("the command prints JSON")
}
