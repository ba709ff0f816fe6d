//! The experiments of the manifest.

pub mod cifar;
pub mod convolution;
pub mod fractional;
pub mod limits;
mod norms;
pub mod path;
mod rows;
pub mod study;
