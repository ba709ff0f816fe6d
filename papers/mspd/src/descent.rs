//! Subgradient baselines: decentralised (DGD, Nedić and Ozdaglar) and centralised.

use harness_numerics::kernels::{inlined::axpy, vectorised_call};

use crate::cost::Cost;
use crate::gossip::Gossip;
use crate::problems::LocalFunctions;
use crate::vectors::project_on_ball;

/// How the step size of DGD goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepSizes {
    /// `α_t = α_0/√(t + 1)`.
    Decreasing,
    /// `α_t = α_0`.
    Constant,
}

/// Decentralised subgradient descent: `X ← Proj(P X − α_t g(X))`, from X = 0.
#[derive(Clone, Debug)]
pub struct DecentralisedDescent {
    gossip: Gossip,
    first_step: f64,
    step_sizes: StepSizes,
    radius: f64,
    dimension: usize,
    /// X, n × d.
    pub state: Vec<f64>,
    /// The sum of all X but the first.
    pub sum: Vec<f64>,
    gossiped: Vec<f64>,
    subgradient: Vec<f64>,
    /// t, the number of steps done.
    pub iterations: u64,
    /// What has been spent.
    pub cost: Cost,
}

impl DecentralisedDescent {
    /// The method with first step size `α_0` (`first_step`), on B(R); `gossip` averages.
    pub fn new(
        gossip: Gossip,
        dimension: usize,
        first_step: f64,
        step_sizes: StepSizes,
        radius: f64,
    ) -> Self {
        let zeros = || vec![0.0; gossip.nodes() * dimension];
        Self {
            first_step,
            step_sizes,
            radius,
            dimension,
            state: zeros(),
            sum: zeros(),
            gossiped: zeros(),
            subgradient: vec![0.0; dimension],
            iterations: 0,
            cost: Cost::default(),
            gossip,
        }
    }

    /// One step: one round, one subgradient of every node.
    pub fn step(&mut self, problem: &impl LocalFunctions) {
        self.gossip.apply(&self.state, &mut self.gossiped);
        let size = match self.step_sizes {
            StepSizes::Decreasing => self.first_step / ((self.iterations + 1) as f64).sqrt(),
            StepSizes::Constant => self.first_step,
        };
        vectorised_call(
            #[inline(always)]
            || self.local_steps(problem, size),
        );
        self.iterations += 1;
        self.cost.subgradients += 1;
        self.cost.rounds += u64::from(self.gossip.rounds());
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for wider vectors by `step`")]
    fn local_steps(&mut self, problem: &impl LocalFunctions, size: f64) {
        let rows = self.state.chunks_exact_mut(self.dimension);
        let mixed = self.gossiped.chunks_exact(self.dimension);
        for (node, (row, mixed)) in rows.zip(mixed).enumerate() {
            problem.subgradient(node, row, &mut self.subgradient);
            row.copy_from_slice(mixed);
            axpy(-size, &self.subgradient, row);
            project_on_ball(row, self.radius);
        }
        axpy(1.0, &self.state, &mut self.sum);
    }
}

/// The subgradient method of a master that collects all subgradients: `θ ← Proj(θ − α ḡ(θ))`.
#[derive(Clone, Debug)]
pub struct CentralisedDescent {
    step_size: f64,
    radius: f64,
    diameter: u64,
    /// θ.
    pub point: Vec<f64>,
    /// The sum of all θ but the first.
    pub sum: Vec<f64>,
    subgradient: Vec<f64>,
    mean: Vec<f64>,
    /// t, the number of steps done.
    pub iterations: u64,
    /// What has been spent.
    pub cost: Cost,
}

impl CentralisedDescent {
    /// The method for a horizon of `steps` (T): `α = R/(L_g √T)`. A step takes 2Δ rounds.
    pub fn new(
        dimension: usize,
        steps: u64,
        radius: f64,
        global_lipschitz: f64,
        diameter: u64,
    ) -> Self {
        Self {
            step_size: radius / (global_lipschitz * (steps as f64).sqrt()),
            radius,
            diameter,
            point: vec![0.0; dimension],
            sum: vec![0.0; dimension],
            subgradient: vec![0.0; dimension],
            mean: vec![0.0; dimension],
            iterations: 0,
            cost: Cost::default(),
        }
    }

    /// One step.
    pub fn step(&mut self, problem: &impl LocalFunctions) {
        self.mean.fill(0.0);
        let share = 1.0 / problem.nodes() as f64;
        for node in 0..problem.nodes() {
            problem.subgradient(node, &self.point, &mut self.subgradient);
            axpy(share, &self.subgradient, &mut self.mean);
        }
        axpy(-self.step_size, &self.mean, &mut self.point);
        project_on_ball(&mut self.point, self.radius);
        axpy(1.0, &self.point, &mut self.sum);
        self.iterations += 1;
        self.cost.subgradients += 1;
        self.cost.rounds += 2 * self.diameter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::{MaxCoordinate, Maximiser};
    use crate::vectors::scale;

    #[test]
    fn the_centralised_method_meets_its_bound_and_its_cost() {
        for steps in [4, 25, 100] {
            let problem = MaxCoordinate::new(3, 40, 1.0, Maximiser::First);
            let mut method = CentralisedDescent::new(40, steps, 1.0, 1.0, 3);
            for _ in 0..steps {
                method.step(&problem);
            }
            // The bound holds for the points before each step.
            let mut average = method.sum.clone();
            axpy(-1.0, &method.point, &mut average);
            scale(1.0 / steps as f64, &mut average);
            let error = problem.average(&average) - problem.optimum();
            assert!(
                error <= 1.0 / (steps as f64).sqrt() + 1e-12,
                "{steps}: {error}"
            );
            assert!((method.cost.time(0.5) - 4.0 * steps as f64).abs() < 1e-12);
        }
    }
}
