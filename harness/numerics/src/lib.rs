//! Numerical ground that every paper stands on.
//!
//! What is iterated on must have the same bits on every CPU: [`elementary`] functions, [`kernels`],
//! small [`dense`] factorisations and [`random`] draws are fixed sequences of IEEE operations.
//! [`spectrum`] uses a linear-algebra library for set-up and rounds what it returns.

pub mod dense;
pub mod elementary;
pub mod kernels;
pub mod random;
pub mod spectrum;
