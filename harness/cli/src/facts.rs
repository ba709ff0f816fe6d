//! What this program was built from; written by the build script.

use harness_engine::BuildFacts;

include!(concat!(env!("OUT_DIR"), "/build_facts.rs"));

/// What every cell's key says of the program.
pub(crate) const FACTS: BuildFacts = BuildFacts {
    paper_sources: PAPER_SOURCES,
    shared_sources: SHARED_SOURCES,
    lockfile: LOCK_FILE,
    toolchain: TOOLCHAIN,
    profile: PROFILE,
};

/// The target triple.
pub(crate) const TARGET: &str = TARGET_TRIPLE;

/// The digest of all sources that a paper's results depend on.
pub(crate) fn source_digest(slug: &str) -> String {
    let own = PAPER_SOURCES
        .iter()
        .find(|(name, _)| *name == slug)
        .map_or("", |(_, digest)| digest);
    format!("{own}-{SHARED_SOURCES}")
}
