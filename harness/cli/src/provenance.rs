//! What differs between machines: revision, toolchain, processor, durations.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use harness_report::Provenance;

use crate::facts::{FACTS, TARGET, source_digest};

/// The commit checked out in `root` and whether files differ from it; empty outside a repository.
fn revision(root: &Path) -> (String, bool) {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let revision = git(&["rev-parse", "HEAD"]).unwrap_or_default();
    // The reports are what a run writes, so they do not count.
    let dirty = git(&[
        "status",
        "--porcelain",
        "--",
        ".",
        ":!reports",
        ":!README.md",
    ]);
    (revision, dirty.is_some_and(|text| !text.is_empty()))
}

/// The processor's name, where the system says it.
fn cpu() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    name.map_or(std::env::consts::ARCH, |name| {
        name.trim_start_matches([' ', '\t', ':'])
    })
    .to_owned()
}

/// What is measured of a run for its provenance.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) jobs: usize,
    pub(crate) cells_run: usize,
    pub(crate) seconds: f64,
    pub(crate) experiment_seconds: BTreeMap<String, f64>,
}

/// The provenance of one paper's report.
pub(crate) fn provenance(root: &Path, slug: &str, size: &str, measured: Measured) -> Provenance {
    let (revision, dirty) = revision(root);
    let Measured {
        jobs,
        cells_run,
        seconds,
        experiment_seconds,
    } = measured;
    Provenance {
        schema: 1,
        paper: slug.to_owned(),
        size: size.to_owned(),
        command: format!("cargo reproduce run {slug} --size {size}"),
        revision,
        dirty,
        source_digest: source_digest(slug),
        toolchain: FACTS.toolchain.to_owned(),
        target: TARGET.to_owned(),
        cpu: cpu(),
        jobs,
        cells_run,
        seconds,
        experiment_seconds,
    }
}
