//! The only list of papers, sorted by slug.

use harness_core::Paper;

/// Every registered paper. A test compares the list with the folders under `papers/`.
pub(crate) const PAPERS: &[&Paper] = &[&mspd::PAPER];
