//! First-order methods for strongly convex objectives. All start at θ = 0.
//!
//! A method asks a [`GradientOracle`]; whether the gradient is exact, interpolated or noisy is the
//! oracle's affair. Constants: L smoothness, μ strong convexity, σ = L/μ.

use serde::Deserialize;

/// Gives a gradient at a point.
pub trait GradientOracle {
    /// out ← the gradient at θ, or what stands for it.
    fn gradient(&mut self, theta: &[f64], out: &mut [f64]);
}

/// One method with its state.
pub trait Method {
    /// Asks for one gradient and moves on.
    fn step(&mut self, oracle: &mut dyn GradientOracle);

    /// The iterate that is tested against the accuracy asked for.
    fn iterate(&self) -> &[f64];
}

/// The methods by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodName {
    /// Gradient descent.
    Gd,
    /// Accelerated gradient descent with constant momentum.
    Agd,
    /// The method of similar triangles.
    Stm,
    /// Restarted accelerated gradient descent.
    Ragd,
}

impl MethodName {
    /// A fresh method with p parameters.
    pub fn start(
        self,
        smoothness: f64,
        strong_convexity: f64,
        parameters: usize,
    ) -> Box<dyn Method> {
        match self {
            Self::Gd => Box::new(Descent::new(smoothness, parameters)),
            Self::Agd => Box::new(Momentum::new(smoothness, strong_convexity, parameters)),
            Self::Stm => Box::new(SimilarTriangles::new(
                smoothness,
                strong_convexity,
                parameters,
            )),
            Self::Ragd => Box::new(Restarted::new(smoothness, strong_convexity, parameters)),
        }
    }
}

/// θ⁺ = θ − g(θ)/L.
#[derive(Clone, Debug)]
pub struct Descent {
    step_size: f64,
    theta: Vec<f64>,
    gradient: Vec<f64>,
}

impl Descent {
    /// With step 1/L.
    pub fn new(smoothness: f64, parameters: usize) -> Self {
        Self {
            step_size: 1.0 / smoothness,
            theta: vec![0.0; parameters],
            gradient: vec![0.0; parameters],
        }
    }
}

impl Method for Descent {
    fn step(&mut self, oracle: &mut dyn GradientOracle) {
        oracle.gradient(&self.theta, &mut self.gradient);
        for (theta, gradient) in self.theta.iter_mut().zip(&self.gradient) {
            *theta -= self.step_size * gradient;
        }
    }

    fn iterate(&self) -> &[f64] {
        &self.theta
    }
}

/// θ⁺ = y − g(y)/L, y⁺ = θ⁺ + β (θ⁺ − θ) with β = (√σ − 1)/(√σ + 1).
#[derive(Clone, Debug)]
pub struct Momentum {
    step_size: f64,
    /// β.
    beta: f64,
    theta: Vec<f64>,
    query: Vec<f64>,
    gradient: Vec<f64>,
}

impl Momentum {
    /// With the constants of the objective.
    pub fn new(smoothness: f64, strong_convexity: f64, parameters: usize) -> Self {
        let root = (smoothness / strong_convexity).sqrt();
        Self {
            step_size: 1.0 / smoothness,
            beta: (root - 1.0) / (root + 1.0),
            theta: vec![0.0; parameters],
            query: vec![0.0; parameters],
            gradient: vec![0.0; parameters],
        }
    }
}

impl Method for Momentum {
    fn step(&mut self, oracle: &mut dyn GradientOracle) {
        oracle.gradient(&self.query, &mut self.gradient);
        for j in 0..self.theta.len() {
            let next = self.query[j] - self.step_size * self.gradient[j];
            self.query[j] = next + self.beta * (next - self.theta[j]);
            self.theta[j] = next;
        }
    }

    fn iterate(&self) -> &[f64] {
        &self.theta
    }
}

/// Beyond this the weight A no longer grows: all ratios have converged to rounding.
const LARGEST_WEIGHT: f64 = 1e200;

/// The method of similar triangles for a strongly convex objective (fact sheet, section 3.3 B).
#[derive(Clone, Debug)]
pub struct SimilarTriangles {
    smoothness: f64,
    strong_convexity: f64,
    /// A.
    weight: f64,
    /// (Σ_k A_k)/A.
    sum_of_weights: f64,
    centre: Vec<f64>,
    theta: Vec<f64>,
    query: Vec<f64>,
    gradient: Vec<f64>,
}

impl SimilarTriangles {
    /// With constants that need not be those of the objective.
    pub fn new(smoothness: f64, strong_convexity: f64, parameters: usize) -> Self {
        Self {
            smoothness,
            strong_convexity,
            weight: 0.0,
            sum_of_weights: 0.0,
            centre: vec![0.0; parameters],
            theta: vec![0.0; parameters],
            query: vec![0.0; parameters],
            gradient: vec![0.0; parameters],
        }
    }

    /// A_N: the excess is at most R²/(2 A_N) where gradients are exact.
    pub const fn weight(&self) -> f64 {
        self.weight
    }

    /// (Σ_{k ≤ N} A_k)/A_N: what a bound δ on the oracle's error is multiplied with.
    pub const fn sum_of_weights(&self) -> f64 {
        self.sum_of_weights
    }
}

impl Method for SimilarTriangles {
    fn step(&mut self, oracle: &mut dyn GradientOracle) {
        let (smoothness, mu, old) = (self.smoothness, self.strong_convexity, self.weight);
        let c = 1.0 + mu * old;
        // √c · √(c + 4LA) instead of √(c² + 4LAc), which overflows.
        let added = (c + c.sqrt() * (c + 4.0 * smoothness * old).sqrt()) / (2.0 * smoothness);
        let new = old + added;
        for j in 0..self.theta.len() {
            self.query[j] = (added * self.centre[j] + old * self.theta[j]) / new;
        }
        oracle.gradient(&self.query, &mut self.gradient);
        let denominator = c + mu * added;
        for j in 0..self.theta.len() {
            let pulled = c * self.centre[j] + mu * added * self.query[j];
            self.centre[j] = (pulled - added * self.gradient[j]) / denominator;
            self.theta[j] = (added * self.centre[j] + old * self.theta[j]) / new;
        }
        self.sum_of_weights = self.sum_of_weights * (old / new) + 1.0;
        if old <= LARGEST_WEIGHT {
            self.weight = new;
        }
    }

    fn iterate(&self) -> &[f64] {
        &self.theta
    }
}

/// Nesterov's method for convex objectives, restarted every ⌈√(8σ)⌉ steps.
#[derive(Clone, Debug)]
pub struct Restarted {
    step_size: f64,
    epoch: usize,
    since_restart: usize,
    t: f64,
    theta: Vec<f64>,
    query: Vec<f64>,
    gradient: Vec<f64>,
}

impl Restarted {
    /// With the constants of the objective.
    pub fn new(smoothness: f64, strong_convexity: f64, parameters: usize) -> Self {
        Self {
            step_size: 1.0 / smoothness,
            epoch: (8.0 * smoothness / strong_convexity).sqrt().ceil() as usize,
            since_restart: 0,
            t: 1.0,
            theta: vec![0.0; parameters],
            query: vec![0.0; parameters],
            gradient: vec![0.0; parameters],
        }
    }
}

impl Method for Restarted {
    fn step(&mut self, oracle: &mut dyn GradientOracle) {
        if self.since_restart == self.epoch {
            self.since_restart = 0;
            self.t = 1.0;
            self.query.copy_from_slice(&self.theta);
        }
        oracle.gradient(&self.query, &mut self.gradient);
        let next_t = 0.5 * (1.0 + (1.0 + 4.0 * self.t * self.t).sqrt());
        let momentum = (self.t - 1.0) / next_t;
        for j in 0..self.theta.len() {
            let next = self.query[j] - self.step_size * self.gradient[j];
            self.query[j] = next + momentum * (next - self.theta[j]);
            self.theta[j] = next;
        }
        self.t = next_t;
        self.since_restart += 1;
    }

    fn iterate(&self) -> &[f64] {
        &self.theta
    }
}
