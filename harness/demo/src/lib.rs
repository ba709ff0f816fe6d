//! Work of a known cost, to measure the harness by.
//!
//! Three experiments that look to the harness like those of a paper: [`Tiny`] cells of one
//! millisecond, gradient descent on [`Ols`] problems, and [`Empty`] cells. The binary
//! `harness-demo` runs them and says what the harness took beside them.

mod experiments;
mod least_squares;

use harness_core::experiment::Runner;
use harness_core::manifest::{self, Manifest};
use harness_core::{Diagnostics, Paper};

pub use experiments::{Empty, Ols, SPIN, Tiny};
pub use least_squares::LeastSquares;

/// The experiments and their manifest.
pub static PAPER: Paper = Paper {
    slug: "demo",
    manifest: include_str!("../demo.toml"),
    experiments: &[
        Runner::of::<Tiny>(),
        Runner::of::<Ols>(),
        Runner::of::<Empty>(),
    ],
    checks: &[],
};

/// The manifest, checked as a paper's is when the command starts.
///
/// # Errors
/// All problems of the manifest.
pub fn manifest() -> Result<Manifest, Diagnostics> {
    manifest::check(&PAPER, "harness/demo/demo.toml", &[])
}
