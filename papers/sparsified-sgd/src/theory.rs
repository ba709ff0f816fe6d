//! The bounds, as numbers.

/// C' = (γ + ξ)/(1 − γ): vₜ stays within α M C' of xₜ in quadratic mean.
pub fn distance_factor(contraction: f64, disagreement: f64) -> f64 {
    (contraction + disagreement) / (1.0 - contraction)
}

/// The constants of the convex theorem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convex {
    /// c: strong convexity.
    pub convexity: f64,
    /// L: Lipschitz constant of the stochastic gradient.
    pub smoothness: f64,
    /// M²: second moment of the stochastic gradient.
    pub second_moment: f64,
    /// C'.
    pub distance_factor: f64,
    /// ε: squared radius of the success region.
    pub squared_radius: f64,
}

impl Convex {
    /// κ = 2 √ε L M C', what sparsification adds to M².
    pub fn added(&self) -> f64 {
        2.0 * self.squared_radius.sqrt()
            * self.smoothness
            * self.second_moment.sqrt()
            * self.distance_factor
    }

    /// The best step size, c ε/(M² + κ).
    pub fn step_size(&self) -> f64 {
        self.convexity * self.squared_radius / (self.second_moment + self.added())
    }

    /// Steps after which the region has been missed with probability at most `probability`, with
    /// the best step size: T = (M² + κ)/(c² ε p) · ln(e ‖x₀ − x*‖²/ε).
    pub fn steps(&self, probability: f64, squared_distance: f64) -> f64 {
        let logarithm = 1.0 + libm::log(squared_distance / self.squared_radius);
        let scale = self.convexity * self.convexity * self.squared_radius * probability;
        (self.second_moment + self.added()) / scale * logarithm
    }
}

/// The bound of the non-convex theorem for a constant step size, derived for every K: 2 f₀/(α T) +
/// α L M² + L² M² ((γ + ξ)²/(γ (1 − γ))) (1/T) Σₜ Σₖ γ^k α², with f₀ = f(x₀) − f⁻.
pub fn nonconvex_bound(
    gap: f64,
    step_size: f64,
    steps: u64,
    smoothness: f64,
    moment: f64,
    contraction: f64,
    disagreement: f64,
) -> f64 {
    let count = steps as f64;
    let mut power_sum = 0.0;
    let mut power = 1.0;
    let mut total = 0.0;
    for _ in 1..steps {
        power *= contraction;
        power_sum += power;
        total += power_sum;
    }
    let reached = contraction + disagreement;
    let factor = if contraction > 0.0 {
        reached * reached / (contraction * (1.0 - contraction))
    } else {
        0.0
    };
    let second = smoothness * moment;
    2.0 * gap / (step_size * count)
        + step_size * smoothness * moment * moment
        + second * second * factor * step_size * step_size * total / count
}

/// The ε from which the recalled form of the convex theorem says anything: √ε > M C'/c.
pub fn recalled_radius(convex: &Convex) -> f64 {
    let root = convex.second_moment.sqrt() * convex.distance_factor / convex.convexity;
    root * root
}
