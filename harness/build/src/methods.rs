//! The files under `src/methods/`, as a list that Rust can read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Writes `$OUT_DIR/methods.rs`: a module for each file `src/methods/<name>.rs`, and
///
/// - `NAMES: &[&str]`, the file names in alphabetical order with `-` for `_`,
/// - `METHODS: &[Method]`, the constant `METHOD` of each in the same order.
///
/// `src/methods/mod.rs` defines the type `Method` and includes the file.
///
/// # Errors
/// A folder that cannot be read or written, or a build script run outside cargo.
#[expect(
    clippy::print_stdout,
    reason = "that is how a build script talks to cargo"
)]
pub fn list_methods() -> io::Result<()> {
    let variable = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .ok_or_else(|| io::Error::other(format!("{name} is set by cargo only")))
    };
    let folder = variable("CARGO_MANIFEST_DIR")?.join("src/methods");
    println!("cargo::rerun-if-changed={}", folder.display());
    fs::write(
        variable("OUT_DIR")?.join("methods.rs"),
        listing(&method_files(&folder)?),
    )
}

/// Name and path of each method file, in alphabetical order; none if there is no folder.
pub(crate) fn method_files(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        if let Some(stem) = stem
            && path.extension().is_some_and(|extension| extension == "rs")
            && stem != "mod"
        {
            files.push((stem, path));
        }
    }
    files.sort();
    Ok(files)
}

fn listing(files: &[(String, PathBuf)]) -> String {
    let mut text = String::new();
    let mut names = String::new();
    let mut methods = String::new();
    for (stem, path) in files {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "#[path = {:?}]\nmod {stem};",
            path.display().to_string()
        );
        let _ = write!(names, "{:?}, ", stem.replace('_', "-"));
        let _ = write!(methods, "{stem}::METHOD, ");
    }
    let _ = write!(
        text,
        "/// The names of all methods.\n\
         pub(crate) const NAMES: &[&str] = &[{names}];\n\
         /// All methods, in the order of their names.\n\
         pub(crate) const METHODS: &[Method] = &[{methods}];\n"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_module_and_a_name() {
        let files = [("heavy_ball".to_owned(), PathBuf::from("/m/heavy_ball.rs"))];
        let text = listing(&files);
        assert!(text.contains("#[path = \"/m/heavy_ball.rs\"]\nmod heavy_ball;"));
        assert!(text.contains("NAMES: &[&str] = &[\"heavy-ball\", ]"));
        assert!(text.contains("METHODS: &[Method] = &[heavy_ball::METHOD, ]"));
    }
}
