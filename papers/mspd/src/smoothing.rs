//! Distributed randomised smoothing (DRS, Algorithm 1): accelerated dual averaging (Duchi, Bartlett
//! and Wainwright, arXiv:1103.4296) with subgradients at randomly moved points.

use harness_numerics::kernels::{inlined::axpy, vectorised_call};
use rand::Rng;

use crate::cost::Cost;
use crate::problems::LocalFunctions;
use crate::random::fill_normal;
use crate::vectors::{project_on_ball, scale};

/// Whether all nodes move their points in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noise {
    /// One seed is broadcast: the mean is a subgradient of f̄ at a random point.
    Common,
    /// Every node draws its own: the mean is not a subgradient of anything at one point.
    Independent,
}

/// What DRS is run with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothing {
    /// `K_s`, moved points in each iteration.
    pub samples: u32,
    /// R.
    pub radius: f64,
    /// `L_g`.
    pub global_lipschitz: f64,
    /// Δ; an iteration takes 2Δ rounds.
    pub diameter: u64,
    /// Whether nodes share their draws.
    pub noise: Noise,
}

/// The state of DRS.
#[derive(Clone, Debug)]
pub struct RandomisedSmoothing {
    settings: Smoothing,
    /// α, which falls like 2/t.
    pub alpha: f64,
    /// x, the point that the guarantee is for.
    pub point: Vec<f64>,
    /// z.
    anchor: Vec<f64>,
    /// y.
    query: Vec<f64>,
    /// G = Σ ḡ/α.
    gradients: Vec<f64>,
    /// `K_s` × d draws, then moved points.
    moved: Vec<f64>,
    draws: Vec<f64>,
    subgradient: Vec<f64>,
    mean: Vec<f64>,
    /// t, the number of iterations done.
    pub iterations: u64,
    /// What has been spent.
    pub cost: Cost,
}

impl RandomisedSmoothing {
    /// The method at 0.
    pub fn new(dimension: usize, settings: Smoothing) -> Self {
        let zeros = || vec![0.0; dimension];
        Self {
            settings,
            alpha: 1.0,
            point: zeros(),
            anchor: zeros(),
            query: zeros(),
            gradients: zeros(),
            moved: zeros(),
            draws: vec![0.0; dimension * settings.samples as usize],
            subgradient: zeros(),
            mean: zeros(),
            iterations: 0,
            cost: Cost::default(),
        }
    }

    /// One iteration: a broadcast, `K_s` subgradients of every node, a reduction.
    pub fn step(&mut self, problem: &impl LocalFunctions, random: &mut impl Rng) {
        let Smoothing {
            samples,
            radius,
            global_lipschitz,
            diameter,
            noise,
        } = self.settings;
        let root = (self.point.len() as f64).sqrt().sqrt();
        let alpha = self.alpha;
        for ((y, x), z) in self.query.iter_mut().zip(&self.point).zip(&self.anchor) {
            *y = (1.0 - alpha) * x + alpha * z;
        }
        let spread = radius / root * alpha;
        self.mean.fill(0.0);
        for node in 0..problem.nodes() {
            if node == 0 || noise == Noise::Independent {
                fill_normal(random, &mut self.draws);
            }
            vectorised_call(
                #[inline(always)]
                || self.add_subgradients(problem, node, spread),
            );
        }
        scale(1.0 / problem.nodes() as f64, &mut self.mean);
        axpy(1.0 / alpha, &self.mean, &mut self.gradients);
        let next = 2.0 / (1.0 + (1.0 + 4.0 / (alpha * alpha)).sqrt());
        let growth = ((self.iterations + 2) as f64 / f64::from(samples)).sqrt();
        let size = radius * next / (global_lipschitz * (root + growth));
        for (z, g) in self.anchor.iter_mut().zip(&self.gradients) {
            *z = -size * g;
        }
        project_on_ball(&mut self.anchor, radius);
        for (x, z) in self.point.iter_mut().zip(&self.anchor) {
            *x = (1.0 - alpha) * *x + alpha * z;
        }
        self.alpha = next;
        self.iterations += 1;
        self.cost.subgradients += u64::from(samples);
        self.cost.rounds += 2 * diameter;
    }

    /// Adds `(1/K_s) Σ_k` of a node's subgradients at the moved points to the mean.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for wider vectors by `step`")]
    fn add_subgradients(&mut self, problem: &impl LocalFunctions, node: usize, spread: f64) {
        let share = 1.0 / f64::from(self.settings.samples);
        for draw in self.draws.chunks_exact(self.point.len()) {
            for ((moved, y), z) in self.moved.iter_mut().zip(&self.query).zip(draw) {
                *moved = y + spread * z;
            }
            problem.subgradient(node, &self.moved, &mut self.subgradient);
            axpy(share, &self.subgradient, &mut self.mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::TiltedCones;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn error(strength: f64, noise: Noise) -> f64 {
        let mut instance = ChaCha8Rng::seed_from_u64(1);
        let problem = TiltedCones::random(8, 6, strength, &mut instance);
        let settings = Smoothing {
            samples: 10,
            radius: 1.0,
            global_lipschitz: 1.0,
            diameter: 4,
            noise,
        };
        let mut method = RandomisedSmoothing::new(6, settings);
        let mut random = ChaCha8Rng::seed_from_u64(2);
        for t in 0..40 {
            assert!(method.alpha <= 2.0 / (f64::from(t) + 2.0) + 1e-12);
            method.step(&problem, &mut random);
        }
        assert_eq!(
            method.cost,
            Cost {
                subgradients: 400,
                rounds: 320
            }
        );
        problem.average(&method.point) - problem.optimum()
    }

    #[test]
    fn common_draws_make_cancelling_tilts_invisible() {
        let plain = error(0.0, Noise::Common);
        assert!(plain < 10.0 * 1.57 / 40.0 + 5.0 / 20.0);
        assert!((error(100.0, Noise::Common) - plain).abs() < 1e-12);
    }
}
