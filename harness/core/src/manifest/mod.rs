//! `paper.toml`, parsed and validated: what a paper says, runs, measures and claims.
//!
//! Parsing ([`parse`]) gives every value its place in the file, so that each problem can be shown
//! with its line; nothing downstream meets a manifest that did not pass.

pub mod model;

pub use model::*;
