//! Gradient descent on gradients that are interpolated in the data, and its acceleration.
//!
//! Jadbabaie, Makur and Shah, "Gradient-Based Empirical Risk Minimization using Local Polynomial
//! Regression"; Trimbach, Nguyen and Uribe, "On Acceleration of Gradient-Based Empirical Risk
//! Minimization using Local Polynomial Regression".
//!
//! Notation: n data points in [0, 1]ᵈ, p parameters, a grid of m nodes per axis, polynomials of
//! degree l, condition number σ, data smoothness η.

#![expect(
    clippy::doc_markdown,
    reason = "formulas such as Σ ω_y f(y; θ) are not names in the code"
)]

mod checks;
pub mod contest;
mod experiments;
pub mod grid;
pub mod interpolation;
pub mod loss;
pub mod methods;
pub mod oracle;
pub mod points;
pub mod random;
pub mod search;
pub mod stochastic;
pub mod streamed;
pub mod theory;
pub mod trigonometry;
mod user_data;

use harness_core::Paper;

/// The paper as the harness sees it.
pub const PAPER: Paper = Paper {
    slug: "lpi-gd",
    manifest: include_str!("../paper.toml"),
    experiments: experiments::ALL,
    checks: checks::ALL,
};

#[cfg(test)]
mod oracles;
