//! A loss of one's own, and the comparison on it.

#![expect(clippy::print_stdout, reason = "an example prints its result")]

use lpi_gd::contest::{Contest, Gradient};
use lpi_gd::loss::Loss;
use lpi_gd::methods::MethodName;
use lpi_gd::points::Points;

/// Ridge regression of y = x₂ on (1, x₁): f(x; θ) = ½ (θ₀ + θ₁ x₁ − x₂)² + ½ μ ‖θ‖².
struct Ridge;

impl Loss for Ridge {
    fn parameters(&self) -> usize {
        2
    }
    fn smoothness(&self) -> f64 {
        2.0 + self.strong_convexity()
    }
    fn strong_convexity(&self) -> f64 {
        0.02
    }
    fn value(&self, x: &[f64], theta: &[f64]) -> f64 {
        let residual = theta[0] + theta[1] * x[0] - x[1];
        0.5 * residual * residual + 0.01 * (theta[0] * theta[0] + theta[1] * theta[1])
    }
    fn gradient(&self, x: &[f64], theta: &[f64], out: &mut [f64]) {
        let residual = theta[0] + theta[1] * x[0] - x[1];
        out[0] = residual + 0.02 * theta[0];
        out[1] = residual * x[0] + 0.02 * theta[1];
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let contest = Contest::new(&Ridge, &Points::deterministic(10_000, 2), 12, 2)?;
    println!("floor {:.1e}", contest.floor());
    for gradient in [Gradient::Exact, Gradient::Interpolated] {
        for method in [MethodName::Gd, MethodName::Agd] {
            println!(
                "{method:?} {gradient:?}: {:?}",
                contest.calls(method, gradient, 1e-6)
            );
        }
    }
    Ok(())
}
