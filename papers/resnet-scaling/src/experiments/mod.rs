//! The experiments of the manifest.

pub mod convolution;
pub mod limits;
pub mod path;
pub mod study;
