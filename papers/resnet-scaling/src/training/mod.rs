//! Training very deep and narrow residual networks.

pub mod kernels;
pub mod network;
pub mod optimiser;
pub mod schedule;
pub mod step;
pub mod train;

pub use network::{Initialisation, Network, Scaling};
pub use step::Workspace;

#[cfg(test)]
pub(crate) mod tests;
