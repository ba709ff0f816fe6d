//! Stochastic baselines: SGD with three schedules, and SVRG.

use harness_numerics::kernels::inlined::axpy;
use harness_numerics::random::below;
use rand_chacha::ChaCha8Rng;

use crate::loss::{Objective, Samples};

/// The step sizes of SGD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepRule {
    /// γ_t = 2/(μ (t + 4σ)).
    Decreasing,
    /// 1/L.
    Constant,
    /// 1/(10 L).
    SmallConstant,
}

impl StepRule {
    /// All three; results take the best.
    pub const ALL: [Self; 3] = [Self::Decreasing, Self::Constant, Self::SmallConstant];

    /// The name that keys its random stream.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decreasing => "decreasing",
            Self::Constant => "constant",
            Self::SmallConstant => "small-constant",
        }
    }

    /// γ_t, t counted from 0.
    pub fn step_size(self, step: u64, smoothness: f64, strong_convexity: f64) -> f64 {
        match self {
            Self::Decreasing => {
                let offset = 4.0 * smoothness / strong_convexity;
                2.0 / (strong_convexity * (step as f64 + offset))
            }
            Self::Constant => 1.0 / smoothness,
            Self::SmallConstant => 0.1 / smoothness,
        }
    }
}

/// SGD with batches of one point drawn with replacement, from θ = 0.
pub struct Sgd<'a> {
    samples: &'a dyn Samples,
    rule: StepRule,
    smoothness: f64,
    strong_convexity: f64,
    rng: ChaCha8Rng,
    step: u64,
    theta: Vec<f64>,
    gradient: Vec<f64>,
}

impl<'a> Sgd<'a> {
    /// With the constants of the loss and its own random stream.
    pub fn new(
        samples: &'a dyn Samples,
        rule: StepRule,
        (smoothness, strong_convexity): (f64, f64),
        parameters: usize,
        rng: ChaCha8Rng,
    ) -> Self {
        Self {
            samples,
            rule,
            smoothness,
            strong_convexity,
            rng,
            step: 0,
            theta: vec![0.0; parameters],
            gradient: vec![0.0; parameters],
        }
    }

    /// Runs on until `step` oracle calls have been made in all, one a step.
    pub fn run_to(&mut self, step: u64) {
        let count = self.samples.count() as u32;
        while self.step < step {
            let index = below(&mut self.rng, count) as usize;
            self.samples
                .gradient(index, &self.theta, &mut self.gradient);
            let step_size = self
                .rule
                .step_size(self.step, self.smoothness, self.strong_convexity);
            axpy(-step_size, &self.gradient, &mut self.theta);
            self.step += 1;
        }
    }

    /// θ.
    pub fn iterate(&self) -> &[f64] {
        &self.theta
    }
}

/// SVRG with step 1/(4L) and epochs of min(2n, max(100, 8σ)) steps, from θ = 0. The next snapshot
/// is the last iterate.
pub struct Svrg<'a> {
    samples: &'a dyn Samples,
    mean: &'a dyn Objective,
    step_size: f64,
    epoch: u64,
    rng: ChaCha8Rng,
    calls: u64,
    theta: Vec<f64>,
    snapshot: Vec<f64>,
    full: Vec<f64>,
    here: Vec<f64>,
    there: Vec<f64>,
}

impl<'a> Svrg<'a> {
    /// With the constants of the loss and its own random stream.
    pub fn new(
        samples: &'a dyn Samples,
        mean: &'a dyn Objective,
        (smoothness, strong_convexity): (f64, f64),
        parameters: usize,
        rng: ChaCha8Rng,
    ) -> Self {
        let long = (8.0 * smoothness / strong_convexity).max(100.0) as u64;
        let zeros = || vec![0.0; parameters];
        Self {
            samples,
            mean,
            step_size: 0.25 / smoothness,
            epoch: long.min(2 * samples.count() as u64),
            rng,
            calls: 0,
            theta: zeros(),
            snapshot: zeros(),
            full: zeros(),
            here: zeros(),
            there: zeros(),
        }
    }

    /// One snapshot gradient and the steps after it.
    pub fn epoch(&mut self) {
        let count = self.samples.count() as u32;
        self.snapshot.copy_from_slice(&self.theta);
        self.mean.gradient(&self.snapshot, &mut self.full);
        self.calls += self.mean.terms();
        for _ in 0..self.epoch {
            let index = below(&mut self.rng, count) as usize;
            self.samples.gradient(index, &self.theta, &mut self.here);
            self.samples
                .gradient(index, &self.snapshot, &mut self.there);
            self.calls += 2;
            for (j, theta) in self.theta.iter_mut().enumerate() {
                *theta -= self.step_size * (self.here[j] - self.there[j] + self.full[j]);
            }
        }
    }

    /// The last snapshot to be: the iterate after a whole number of epochs.
    pub fn iterate(&self) -> &[f64] {
        &self.theta
    }

    /// Oracle calls so far.
    pub const fn calls(&self) -> u64 {
        self.calls
    }
}
