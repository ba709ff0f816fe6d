//! The bounds of theory, as functions of measured constants. Numbers T1 to T8 are those of the fact
//! sheet; each says where it comes from.
//!
//! L smoothness, μ strong convexity, σ = L/μ, Δ₀ the first excess, E a bound on ‖gradient error‖.

/// L and μ of a loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constants {
    /// L.
    pub smoothness: f64,
    /// μ.
    pub strong_convexity: f64,
}

impl Constants {
    /// σ = L/μ.
    pub fn condition_number(self) -> f64 {
        self.smoothness / self.strong_convexity
    }
}

/// l!
fn factorial(degree: usize) -> f64 {
    (1..=degree).map(|k| k as f64).product()
}

/// T1: |ĝ_j(x) − g_j(x)| ≤ Λ(x) L₂ (d h)^η / l! for a field in the (η, L₂) Hölder class. Subtract
/// the Taylor polynomial at x, which is reproduced, and bound its remainder on the window.
pub fn interpolation_error(
    lebesgue: f64,
    hoelder_constant: f64,
    order: f64,
    degree: usize,
    (dimension, bandwidth): (usize, f64),
) -> f64 {
    let reach = dimension as f64 * bandwidth;
    lebesgue * hoelder_constant * libm::pow(reach, order) / factorial(degree)
}

/// T3: (1 − 1/σ)ᵗ Δ₀ + E²/(2μ), the excess of gradient descent after t steps with gradient errors
/// of at most E. Descent lemma, then the Polyak–Łojasiewicz inequality.
pub fn descent_bound(constants: Constants, first_excess: f64, error: f64, step: u64) -> f64 {
    let rate = 1.0 - 1.0 / constants.condition_number();
    libm::pow(rate, step as f64) * first_excess + error * error / (2.0 * constants.strong_convexity)
}

/// T5: (qᵗ √(2Δ₀) + √(2/μ) E (1 − qᵗ)/(1 − q))² with q = (1 − 1/√σ)^½, the excess of accelerated
/// descent with constant momentum (Schmidt, Le Roux and Bach 2011, Proposition 4, without prox).
pub fn momentum_bound(constants: Constants, first_excess: f64, error: f64, step: u64) -> f64 {
    let q = (1.0 - 1.0 / constants.condition_number().sqrt()).sqrt();
    let power = libm::pow(q, step as f64);
    let from_error = (2.0 / constants.strong_convexity).sqrt() * error * (1.0 - power) / (1.0 - q);
    let root = power * (2.0 * first_excess).sqrt() + from_error;
    root * root
}

/// The constants with which similar triangles must run for [`similar_triangles_bound`]: (2L, μ/2).
pub fn safe_constants(constants: Constants) -> Constants {
    Constants {
        smoothness: 2.0 * constants.smoothness,
        strong_convexity: 0.5 * constants.strong_convexity,
    }
}

/// T6: R²/(2A) + δ ΣA/A with δ = E² (1/μ + 1/(2L)), the excess of the method of similar triangles
/// run with [`safe_constants`]. An error of at most E makes a (δ, 2L, μ/2) oracle in the sense of
/// Devolder, Glineur and Nesterov. `weight` and `sum_of_weights` are the method's own A and ΣA/A.
pub fn similar_triangles_bound(
    constants: Constants,
    squared_distance: f64,
    error: f64,
    (weight, sum_of_weights): (f64, f64),
) -> f64 {
    let inexactness =
        error * error * (1.0 / constants.strong_convexity + 0.5 / constants.smoothness);
    squared_distance / (2.0 * weight) + inexactness * sum_of_weights
}

/// T7: ‖∇F(θ̃)‖²/(2μ), which bounds the excess that any interpolating method converges to: with
/// weights that do not depend on θ each is the exact method on Σ ω_y f(y; ·), whose minimiser is θ̃.
pub fn floor_bound(constants: Constants, squared_gradient: f64) -> f64 {
    squared_gradient / (2.0 * constants.strong_convexity)
}

/// T4, in the form for a field of cosines: the grid size per axis for which E²/(2μ) ≤ ε/2, given
/// Λ and C with E² = C (Λ h^(l+1) / l!)².
pub fn grid_for_accuracy(
    squared_constant: f64,
    strong_convexity: f64,
    accuracy: f64,
    lebesgue: f64,
    degree: usize,
) -> usize {
    let root = lebesgue * (squared_constant / (strong_convexity * accuracy)).sqrt();
    let exponent = 1.0 / (degree + 1) as f64;
    let per_axis = (degree + 2) as f64 * libm::pow(root / factorial(degree), exponent);
    per_axis.ceil() as usize
}

/// T8 and T4: iterations of gradient descent to ε/`share` of the excess: ⌈σ ln(share Δ₀/ε)⌉, with
/// share 1 for exact gradients and 2 for interpolated ones.
pub fn descent_iterations(
    constants: Constants,
    first_excess: f64,
    accuracy: f64,
    share: f64,
) -> f64 {
    let logarithm = libm::log(share * first_excess / accuracy);
    (constants.condition_number() * logarithm).ceil()
}

/// T8: iterations of accelerated descent: ⌈√σ ln(2 share Δ₀/ε)⌉.
pub fn accelerated_iterations(
    constants: Constants,
    first_excess: f64,
    accuracy: f64,
    share: f64,
) -> f64 {
    let logarithm = libm::log(2.0 * share * first_excess / accuracy);
    (constants.condition_number().sqrt() * logarithm).ceil()
}

/// Iterations of the restarted method, whose excess halves every ⌈√(8σ)⌉ steps.
pub fn restarted_iterations(
    constants: Constants,
    first_excess: f64,
    accuracy: f64,
    share: f64,
) -> f64 {
    let epoch = (8.0 * constants.condition_number()).sqrt().ceil();
    epoch * libm::log2(share * first_excess / accuracy).ceil().max(0.0)
}

/// Expected excess of descent with step 1/L under independent gradient noise of variance s² in each
/// coordinate, once stationary: Σ_λ s²/(2L(2 − λ/L)).
pub fn noisy_descent_floor(eigenvalues: &[f64], smoothness: f64, variance: f64) -> f64 {
    eigenvalues
        .iter()
        .map(|lambda| variance / (2.0 * smoothness * (2.0 - lambda / smoothness)))
        .sum()
}

/// The same for accelerated descent: along an eigenvector it is a second-order autoregression with
/// φ₁ = (1 + β)(1 − a), φ₂ = −β(1 − a), a = λ/L, whose variance is known.
pub fn noisy_momentum_floor(eigenvalues: &[f64], smoothness: f64, variance: f64) -> f64 {
    let smallest = eigenvalues.iter().copied().fold(f64::INFINITY, f64::min);
    let root = (smoothness / smallest).sqrt();
    let beta = (root - 1.0) / (root + 1.0);
    let floor = |lambda: &f64| {
        let a = lambda / smoothness;
        let (first, second) = ((1.0 + beta) * (1.0 - a), -beta * (1.0 - a));
        let noise = variance / (smoothness * smoothness);
        let denominator = (1.0 + second) * ((1.0 - second) * (1.0 - second) - first * first);
        0.5 * lambda * noise * (1.0 - second) / denominator
    };
    eigenvalues.iter().map(floor).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_amplification_has_its_closed_form() {
        for (sigma, ratio) in [
            (10.0, 1.397_147),
            (100.0, 3.165_435),
            (1000.0, 8.787_787),
            (1e4, 26.373_558),
        ] {
            let eigenvalues: Vec<f64> = (0..20)
                .map(|j| libm::pow(sigma, f64::from(j) / 19.0 - 1.0))
                .collect();
            let measured = noisy_momentum_floor(&eigenvalues, 1.0, 1e-6)
                / noisy_descent_floor(&eigenvalues, 1.0, 1e-6);
            assert!((measured - ratio).abs() < 1e-6, "{sigma}: {measured}");
        }
    }

    #[test]
    fn bounds_start_at_or_above_the_first_excess() {
        let constants = Constants {
            smoothness: 1.0,
            strong_convexity: 0.01,
        };
        assert!(descent_bound(constants, 3.0, 0.0, 0) >= 3.0);
        assert!(momentum_bound(constants, 3.0, 0.0, 0) >= 3.0);
        assert!(descent_bound(constants, 3.0, 0.1, 10_000) < 0.500_001);
    }
}
