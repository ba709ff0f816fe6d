//! Stochastic gradient descent with a fixed step on linearly separable data.
#![doc = include_str!("../README.md")]

pub mod adam;
pub mod descent;
mod experiments;
pub mod gradient_descent;
pub mod instances;
pub mod log_time_flow;
pub mod losses;
pub mod max_margin;
mod methods;
pub mod metrics;
pub mod nnls;
pub mod points;
pub mod polynomial_direction;
pub mod real_data;
pub mod sampling;
pub mod sgd;
pub mod theory;

use harness_core::Paper;

/// The paper as the harness runs it.
pub static PAPER: Paper = Paper {
    slug: "sgd-max-margin",
    manifest: include_str!("../paper.toml"),
    experiments: experiments::ALL,
    checks: &[],
};
