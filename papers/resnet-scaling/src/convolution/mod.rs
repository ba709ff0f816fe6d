//! Residual convolution networks: a small one on 8 × 8 images, and those of the paper on CIFAR-10.

pub mod layers;
pub mod loss;
pub mod network;
pub mod spectral;
pub mod staged;
mod staged_pass;
pub mod strided;

pub use loss::Gradient;
pub use network::Convolutional;
pub use staged::Staged;
