//! Digests of everything that can change a result: sources, lock file, toolchain, flags.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let mut papers = Vec::new();
    let folder = root.join("papers");
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.join("Cargo.toml").is_file() {
            let slug = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            papers.push((slug, digest(&path, &["src", "Cargo.toml"])?));
        }
    }
    papers.sort();
    let shared = ["harness/core/src", "harness/numerics/src"];
    let shared = digest(&root, &shared)?;
    let lock_file = digest(&root, &["Cargo.lock"])?;
    let rustc = Command::new(env::var("RUSTC")?).arg("--version").output()?;
    let toolchain = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    let target = env::var("TARGET")?;
    let profile = format!(
        "{} opt-level={} target={target} features={} flags={}",
        env::var("PROFILE")?,
        env::var("OPT_LEVEL")?,
        env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default(),
        env::var("CARGO_ENCODED_RUSTFLAGS")
            .unwrap_or_default()
            .replace('\u{1f}', " "),
    );
    let text = format!(
        "const PAPER_SOURCES: &[(&str, &str)] = &{papers:?};\n\
         const SHARED_SOURCES: &str = {shared:?};\n\
         const LOCK_FILE: &str = {lock_file:?};\n\
         const TOOLCHAIN: &str = {toolchain:?};\n\
         const PROFILE: &str = {profile:?};\n\
         const TARGET_TRIPLE: &str = {target:?};\n"
    );
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("build_facts.rs"),
        text,
    )?;
    Ok(())
}

/// A digest over the names and contents of files, in the order of their names.
fn digest(base: &Path, parts: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for part in parts {
        let path = base.join(part);
        println!("cargo::rerun-if-changed={}", path.display());
        collect(&path, &mut files)?;
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let name = file
            .strip_prefix(base)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        let content = fs::read(&file)?;
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&(content.len() as u64).to_le_bytes());
        hasher.update(&content);
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}
