//! Objectives that are means over rows, with a regulariser.

mod linear;
mod logistic;
mod network;
mod nonconvex;

pub use linear::LinearRegression;
pub use logistic::SparseLogistic;
pub use network::NetworkModel;
pub use nonconvex::NonconvexLogistic;

/// f(x) = (1/m) Σᵢ fᵢ(x) + r(x).
pub trait Model {
    /// n.
    fn dimension(&self) -> usize;

    /// m.
    fn rows(&self) -> usize;

    /// out ← out + factor · ((1/|rows|) Σᵢ ∇fᵢ(at) + ∇r(at)). Rows may repeat.
    fn add_gradient(&mut self, at: &[f64], rows: &[u32], factor: f64, out: &mut [f64]);

    /// f(at).
    fn value(&mut self, at: &[f64]) -> f64;
}
