//! For build scripts: the list of a paper's method files, and digests of sources.
//!
//! A paper may keep the methods that compete in its experiments as one file each under
//! `src/methods/`. [`list_methods`] makes them known to the paper without a list written by hand,
//! and [`PaperSources`] keeps their digests apart, so that a new or changed method leaves the stored
//! results of the others valid.

mod digest;
mod methods;

pub use digest::{PaperSources, digest_of, paper_sources};
pub use methods::list_methods;
