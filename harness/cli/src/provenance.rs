//! What differs between machines: revision, toolchain, processor, durations.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use harness_report::Provenance;

use crate::facts::{FACTS, TARGET, source_digest};

/// The commit checked out in `root` and whether files differ from it; empty outside a repository.
pub(crate) fn revision(root: &Path) -> (String, bool) {
    let revision = git(root, &["rev-parse", "HEAD"]).unwrap_or_default();
    // The reports are what a run writes, so they do not count.
    let changes = [
        "status",
        "--porcelain",
        "--",
        ".",
        ":!reports",
        ":!README.md",
    ];
    let dirty = git(root, &changes);
    (revision, dirty.is_some_and(|text| !text.is_empty()))
}

/// The day of the commit checked out, `2026-01-31`; empty outside a repository.
pub(crate) fn commit_date(root: &Path) -> String {
    git(root, &["show", "--no-patch", "--format=%cs", "HEAD"]).unwrap_or_default()
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    let output = command.arg("-C").arg(root).args(arguments).output().ok()?;
    let text = || String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then(text)
}

/// The processor's name, where the system says it.
pub(crate) fn cpu() -> String {
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

/// The provenance of one paper's report; `revision` and `dirty` as [`revision`] gives them.
pub(crate) fn provenance(
    (revision, dirty): (String, bool),
    slug: &str,
    size: &str,
    measured: Measured,
) -> Provenance {
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
