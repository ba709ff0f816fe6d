//! Optimal algorithms for non-smooth distributed optimisation in networks.
//!
//! n nodes of a network minimise `f̄(θ) = (1/n) Σ f_i(θ)` over the ball B(R); node i alone can
//! evaluate `f_i`. A local subgradient takes one unit of time, a message over an edge τ.
//!
//! | symbol | name here | meaning |
//! |---|---|---|
//! | n, d | nodes, dimension | size of the network and of θ |
//! | W, γ | Laplacian, gap | gossip matrix and λ_{n−1}(W)/λ_1(W) |
//! | K, P_K(W), γ' | rounds, Chebyshev gossip, root gap² | K rounds make the gap γ' ≥ ¼ |
//! | T, M | outer, inner | iterations of MSPD and subgradients in each |
//! | τ, Δ | delay, diameter | time of a message, largest distance |
//! | L_ℓ, L_g | local, global Lipschitz | √((1/n) Σ L_i²), and the constant of f̄ |

mod checks;
pub mod cost;
pub mod descent;
mod experiments;
pub mod gossip;
pub mod graph;
pub mod graph_file;
pub mod measure;
pub mod primal_dual;
pub mod problems;
pub mod random;
pub mod smoothing;
pub mod spectrum;
pub mod theory;
pub mod vectors;

use harness_core::Paper;

/// The paper as the harness sees it.
pub static PAPER: Paper = Paper {
    slug: "mspd",
    manifest: include_str!("../paper.toml"),
    experiments: experiments::RUNNERS,
    checks: checks::CHECKS,
};
