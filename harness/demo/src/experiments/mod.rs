//! The experiments, one file each.

mod empty;
mod ols;
mod tiny;

pub use empty::Empty;
pub use ols::Ols;
pub use tiny::{SPIN, Tiny};
