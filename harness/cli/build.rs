//! Digests of everything that can change a result: sources, lock file, toolchain, flags.
#![expect(
    clippy::disallowed_methods,
    reason = "cargo talks to build scripts through the environment"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use harness_build::{digest_of, paper_sources};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let shared = [
        "harness/core/src",
        "harness/engine/src/datasets",
        "harness/numerics/src",
    ];
    for part in ["papers", "Cargo.lock"].iter().chain(&shared) {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
    }
    let mut papers = String::new();
    for paper in paper_sources(&root.join("papers"))? {
        let (slug, digest, methods) = (paper.slug, paper.digest, paper.methods);
        writeln!(
            papers,
            "PaperFacts {{ slug: {slug:?}, sources: {digest:?}, methods: &{methods:?} }},"
        )?;
    }
    let shared = digest_of(&root, &shared)?;
    let lock_file = digest_of(&root, &["Cargo.lock"])?;
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
        "/// What every cell's key says of the program.\n\
         pub(crate) const FACTS: BuildFacts = BuildFacts {{\n\
         papers: &[{papers}],\n\
         shared_sources: {shared:?},\n\
         lockfile: {lock_file:?},\n\
         toolchain: {toolchain:?},\n\
         profile: {profile:?},\n\
         }};\n\
         /// The target triple.\n\
         pub(crate) const TARGET: &str = {target:?};\n"
    );
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("build_facts.rs"),
        text,
    )?;
    Ok(())
}
