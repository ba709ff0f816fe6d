//! Problems min over the ball B(R) of `f̄(θ) = (1/n) Σ f_i(θ)`, where node i alone knows `f_i`.
//!
//! Every problem has a known optimum and known Lipschitz constants. Subgradients are part of the
//! problem: which one is returned where several are possible decides whether the floors are exact.

mod hard_path;
mod hinge;
mod max_coordinate;
mod median;
mod tilted_cones;

pub use hard_path::{HardPath, SignOfZero};
pub use hinge::{HINGE_OPTIMUM, HINGE_RADIUS, Hinge, Split};
pub use max_coordinate::{MaxCoordinate, Maximiser};
pub use median::Median;
pub use tilted_cones::TiltedCones;

/// The functions that the nodes of a network know.
pub trait LocalFunctions {
    /// Number of nodes n.
    fn nodes(&self) -> usize;

    /// Dimension d of θ.
    fn dimension(&self) -> usize;

    /// `f_i(x)`.
    fn value(&self, node: usize, x: &[f64]) -> f64;

    /// A subgradient of `f_i` at x, written to `out`.
    fn subgradient(&self, node: usize, x: &[f64], out: &mut [f64]);

    /// Both at once: writes the subgradient and returns the value.
    #[inline]
    fn value_and_subgradient(&self, node: usize, x: &[f64], out: &mut [f64]) -> f64 {
        self.subgradient(node, x, out);
        self.value(node, x)
    }

    /// `L_i`, a Lipschitz constant of `f_i`.
    fn lipschitz(&self, node: usize) -> f64;

    /// f̄(x).
    fn average(&self, x: &[f64]) -> f64;

    /// The minimum of f̄ on the ball.
    fn optimum(&self) -> f64;

    /// `L_ℓ = √((1/n) Σ L_i²)`, the constant of local regularity.
    fn local_lipschitz(&self) -> f64 {
        let squares = (0..self.nodes()).map(|node| self.lipschitz(node) * self.lipschitz(node));
        (squares.sum::<f64>() / self.nodes() as f64).sqrt()
    }
}

#[cfg(test)]
pub(crate) mod checks {
    use super::LocalFunctions;

    /// The defining inequality of subgradients, the Lipschitz constant and the average, at pairs
    /// of points of a fixed irregular sequence.
    pub(crate) fn assert_consistent(problem: &impl LocalFunctions, scale: f64) {
        let dimension = problem.dimension();
        let point = |k: usize| -> Vec<f64> {
            let entry = |j: usize| scale * libm::cos(1.3 * (k * dimension + j) as f64 + 0.4);
            (0..dimension).map(entry).collect()
        };
        let mut subgradient = vec![0.0; dimension];
        for k in 0..20 {
            let (x, y) = (point(k), point(k + 31));
            let mut sum = 0.0;
            for node in 0..problem.nodes() {
                problem.subgradient(node, &x, &mut subgradient);
                let value = problem.value(node, &x);
                let mut again = vec![0.0; dimension];
                let same = problem.value_and_subgradient(node, &x, &mut again);
                assert!(
                    (value - same).abs() < 1e-12 && again == subgradient,
                    "node {node}"
                );
                let slope = subgradient
                    .iter()
                    .zip(y.iter().zip(&x))
                    .map(|(g, (y, x))| g * (y - x));
                let linear = value + slope.sum::<f64>();
                assert!(
                    problem.value(node, &y) >= linear - 1e-12,
                    "node {node} at {k}"
                );
                let length = crate::vectors::norm(&subgradient);
                assert!(
                    length <= problem.lipschitz(node) * (1.0 + 1e-12),
                    "node {node} at {k}"
                );
                sum += value;
            }
            let mean = sum / problem.nodes() as f64;
            assert!(
                (problem.average(&x) - mean).abs() < 1e-12 * (1.0 + mean.abs()),
                "{k}"
            );
            assert!(problem.average(&x) >= problem.optimum() - 1e-9, "{k}");
        }
    }
}
