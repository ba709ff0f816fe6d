//! What this program was built from; written by the build script.

use std::fmt::Write as _;

use harness_engine::{BuildFacts, PaperFacts};

include!(concat!(env!("OUT_DIR"), "/build_facts.rs"));

/// One text for all sources that a paper's results depend on.
pub(crate) fn source_digest(slug: &str) -> String {
    let mut text = FACTS.shared_sources.to_owned();
    for paper in FACTS.papers.iter().filter(|paper| paper.slug == slug) {
        text.push('-');
        text.push_str(paper.sources);
        for (method, digest) in paper.methods {
            // Writing to a string cannot fail.
            let _ = write!(text, "-{method}-{digest}");
        }
    }
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}
