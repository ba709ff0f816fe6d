//! A small residual convolution network on 8 × 8 images: the stand-in for the paper's CIFAR study.

pub mod layers;
pub mod network;
pub mod spectral;

pub use network::{Convolutional, Gradient};
