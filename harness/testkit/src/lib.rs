//! What tests and benchmarks need: the conformance suite and, re-exported, the test tools.
//!
//! The tools are ordinary dependencies of this crate alone, so that building the command and
//! building the tests resolve to the same features and nothing is compiled twice.

pub mod conformance;

pub use conformance::conform;
pub use {criterion, gungraun, insta, proptest, snapbox, statrs, tempfile};
