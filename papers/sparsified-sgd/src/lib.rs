//! The convergence of sparsified gradient methods.
//!
//! P nodes run SGD together. Each sends only the K largest entries of its gradient and keeps the
//! rest in a residual that is added to its next gradient.
//!
//! | symbol | name here | meaning |
//! |---|---|---|
//! | n, m | dimension, rows | parameters and data points |
//! | P, K | nodes, kept | nodes, and entries that each sends in a step |
//! | vₜ | parameters | what all nodes share |
//! | εₜ^p | residual | what node p has not sent yet |
//! | αₜ, Gₜ^p | step size, gradient | αₜ multiplies the gradient before εₜ^p is added |
//! | xₜ | auxiliary | dense SGD with the gradients taken at vₜ |
//! | γ, ξ | contraction, disagreement | √((n − K)/n), and the constant of Assumption 1 |

mod checks;
pub mod cluster;
pub mod compressors;
pub mod data;
mod experiments;
pub mod lemma;
pub mod methods;
pub mod models;
pub mod network;
pub mod preliminary;
pub mod quadratic;
pub mod reference;
pub mod schedule;
pub mod selection;
pub mod sparse_sgd;
pub mod split;
pub mod theory;

use harness_core::Paper;

/// The paper as the harness sees it.
pub static PAPER: Paper = Paper {
    slug: "sparsified-sgd",
    manifest: include_str!("../paper.toml"),
    experiments: experiments::RUNNERS,
    checks: checks::CHECKS,
};
