//! The multi-step primal–dual method (MSPD, Algorithm 2) and its variants without Chebyshev gossip.
//!
//! The outer loop is Chambolle and Pock's for the saddle form
//! `min_Θ max_Λ (1/n) Σ f_i(θ_i) − tr(ΛᵀΘA)`, `AAᵀ` the gossip matrix, of which only Y = ΛA is
//! stored;
//! its proximal step is replaced by M local subgradient steps.

use harness_numerics::kernels::{
    inlined::{axpy, dot},
    vectorised_call,
};

use crate::cost::Cost;
use crate::gossip::Gossip;
use crate::problems::LocalFunctions;
use crate::vectors::{project_on_ball, squared_distance};

/// Which dual step σ is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DualStep {
    /// `σ = (1 + q²)/(η (1 + q)²) = 1/(η λ_1')`, at the edge of the step condition.
    Safe,
    /// σ = (1 + q²)/(η (1 − q)²), as Algorithm 2 is printed; breaks the condition.
    Printed,
}

/// The step sizes, which depend on neither T nor M.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps {
    /// η, of the primal step.
    pub primal: f64,
    /// σ, of the dual step.
    pub dual: f64,
    /// √γ' of the gossip matrix in use, which the bounds are stated in.
    pub root_gap: f64,
}

impl Steps {
    /// MSPD on n nodes, for Chebyshev gossip: `η = (nR/L_ℓ)(1 − q)/(1 + q)`.
    pub fn chebyshev(gossip: &Gossip, radius: f64, lipschitz: f64, dual: DualStep) -> Self {
        let constants = gossip.constants();
        let root_gap = constants.root_gap();
        let primal = gossip.nodes() as f64 * radius / lipschitz * root_gap;
        let q = constants.q;
        let safe = 1.0 / (primal * constants.largest());
        let dual = match dual {
            DualStep::Safe => safe,
            DualStep::Printed => (1.0 + q * q) / (primal * (1.0 - q) * (1.0 - q)),
        };
        Self {
            primal,
            dual,
            root_gap,
        }
    }

    /// The single-step variant, for gossip by W itself, with eigenvalues in `[γ λ_1, λ_1]`:
    /// `η = nR√γ/L_ℓ`, `σ = 1/(η λ_1)`.
    pub fn plain(gossip: &Gossip, radius: f64, lipschitz: f64, gap: f64, largest: f64) -> Self {
        let root_gap = gap.sqrt();
        let primal = gossip.nodes() as f64 * radius / lipschitz * root_gap;
        Self {
            primal,
            dual: 1.0 / (primal * largest),
            root_gap,
        }
    }
}

/// The a-posteriori certificate: an upper bound on the inexactness of all proximal steps.
#[derive(Clone, Debug, Default)]
struct Certificate {
    /// `Σ_t Σ_i δ_i`.
    total: f64,
    /// `ĝ = Σ w_m g_m` of one node.
    subgradient: Vec<f64>,
    /// v of one node.
    slope: Vec<f64>,
}

/// The state of the method: rows are nodes, n × d, contiguous.
#[derive(Clone, Debug)]
pub struct PrimalDual {
    gossip: Gossip,
    steps: Steps,
    inner: u32,
    radius: f64,
    constrained: bool,
    dimension: usize,
    /// Θ.
    pub theta: Vec<f64>,
    /// Θ of the step before.
    previous: Vec<f64>,
    /// Y.
    pub dual: Vec<f64>,
    /// S, the sum of all Θ but the first.
    pub sum: Vec<f64>,
    /// 2Θ − Θ of the step before, then C.
    work: Vec<f64>,
    gossiped: Vec<f64>,
    subgradient: Vec<f64>,
    certificate: Option<Certificate>,
    /// t, the number of outer iterations done.
    pub iterations: u64,
    /// What has been spent.
    pub cost: Cost,
}

impl PrimalDual {
    /// The method at Θ = Y = 0, with `inner` (M) subgradient steps in each outer iteration.
    /// With `constrained`, inner iterates are projected on B(R).
    pub fn new(
        gossip: Gossip,
        steps: Steps,
        dimension: usize,
        inner: u32,
        radius: f64,
        constrained: bool,
    ) -> Self {
        let zeros = || vec![0.0; gossip.nodes() * dimension];
        Self {
            steps,
            inner,
            radius,
            constrained,
            dimension,
            theta: zeros(),
            previous: zeros(),
            dual: zeros(),
            sum: zeros(),
            work: zeros(),
            gossiped: zeros(),
            subgradient: vec![0.0; dimension],
            certificate: None,
            iterations: 0,
            cost: Cost::default(),
            gossip,
        }
    }

    /// The same method that also evaluates the certificate: one more value of `f_i` at every inner
    /// step. Needs the projection.
    #[must_use]
    pub fn certified(mut self) -> Self {
        self.certificate = Some(Certificate {
            total: 0.0,
            subgradient: vec![0.0; self.dimension],
            slope: vec![0.0; self.dimension],
        });
        self
    }

    /// `(1/T) Σ_t Σ_i δ_i`: what the certificate adds to `RL_ℓ/(√γ' T)`. Not a number before the first
    /// step, or if no certificate is kept.
    pub fn mean_defect(&self) -> f64 {
        let total = self
            .certificate
            .as_ref()
            .map(|certificate| certificate.total);
        total.map_or(f64::NAN, |total| total / self.iterations as f64)
    }

    /// One outer iteration.
    pub fn step(&mut self, problem: &impl LocalFunctions) {
        for ((work, now), before) in self.work.iter_mut().zip(&self.theta).zip(&self.previous) {
            *work = 2.0 * now - before;
        }
        self.gossip.apply(&self.work, &mut self.gossiped);
        vectorised_call(
            #[inline(always)]
            || self.local_steps(problem),
        );
        self.iterations += 1;
        self.cost.subgradients += u64::from(self.inner);
        self.cost.rounds += u64::from(self.gossip.rounds());
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled for wider vectors by `step`")]
    fn local_steps(&mut self, problem: &impl LocalFunctions) {
        let Steps { primal, dual, .. } = self.steps;
        axpy(-dual, &self.gossiped, &mut self.dual);
        for ((work, theta), y) in self.work.iter_mut().zip(&self.theta).zip(&self.dual) {
            *work = theta + primal * y;
        }
        self.previous.copy_from_slice(&self.theta);
        for node in 0..problem.nodes() {
            let row = node * self.dimension..(node + 1) * self.dimension;
            let mut prox = Prox {
                node,
                primal,
                share: primal / problem.nodes() as f64,
                inner: self.inner,
                radius: self.constrained.then_some(self.radius),
                anchor: &self.work[row.clone()],
                subgradient: &mut self.subgradient,
            };
            let point = &mut self.theta[row.clone()];
            match &mut self.certificate {
                None => prox.approximate::<false>(problem, point, |_, _, _, _| ()),
                Some(certificate) => {
                    let old = &self.previous[row.clone()];
                    let dual = &self.dual[row];
                    certificate.total +=
                        prox.certified(problem, point, old, dual, self.radius, certificate);
                }
            }
        }
        axpy(1.0, &self.theta, &mut self.sum);
    }
}

/// The proximal step of one node: `min f_i(x)/n + ‖x − C_i‖²/(2η)`.
struct Prox<'a> {
    node: usize,
    /// η.
    primal: f64,
    /// η/n.
    share: f64,
    /// M.
    inner: u32,
    /// R, if iterates are projected.
    radius: Option<f64>,
    /// `C_i`.
    anchor: &'a [f64],
    subgradient: &'a mut [f64],
}

#[expect(
    clippy::inline_always,
    reason = "compiled for wider vectors by `PrimalDual::step`"
)]
impl Prox<'_> {
    /// M subgradient steps of size 2η/(m + 2) from x, in place. `watch` sees every m, x, the value
    /// of `f_i` there (if `VALUED`) and the subgradient before the step.
    #[inline(always)]
    fn approximate<const VALUED: bool>(
        &mut self,
        problem: &impl LocalFunctions,
        x: &mut [f64],
        mut watch: impl FnMut(u32, &[f64], f64, &[f64]),
    ) {
        for m in 0..self.inner {
            let value = if VALUED {
                problem.value_and_subgradient(self.node, x, self.subgradient)
            } else {
                problem.subgradient(self.node, x, self.subgradient);
                f64::NAN
            };
            watch(m, x, value, self.subgradient);
            let new = 2.0 / (f64::from(m) + 2.0);
            let old = f64::from(m) / (f64::from(m) + 2.0);
            for ((x, c), g) in x.iter_mut().zip(self.anchor).zip(self.subgradient.iter()) {
                *x = old * *x + new * (c - self.share * g);
            }
            if let Some(radius) = self.radius {
                project_on_ball(x, radius);
            }
        }
    }

    /// The same steps, and `δ_i`: an upper bound on how far the result is from the minimum of
    /// `f_i/n − ⟨y, ·⟩ + ‖· − θ‖²/(2η)` over B(R), from the linearisations that the steps met.
    #[inline(always)]
    fn certified(
        &mut self,
        problem: &impl LocalFunctions,
        x: &mut [f64],
        old: &[f64],
        dual: &[f64],
        radius: f64,
        certificate: &mut Certificate,
    ) -> f64 {
        let node = self.node;
        let count = f64::from(self.inner);
        let subgradient = &mut certificate.subgradient;
        subgradient.fill(0.0);
        let mut intercept = 0.0;
        self.approximate::<true>(problem, x, |m, x, value, g| {
            let weight = 2.0 * (f64::from(m) + 1.0) / (count * (count + 1.0));
            axpy(weight, g, subgradient);
            intercept += weight * (value - dot(g, x));
        });
        let (eta, nodes) = (self.primal, self.primal / self.share);
        let slope = &mut certificate.slope;
        for (j, slope) in slope.iter_mut().enumerate() {
            *slope = subgradient[j] / nodes - dual[j] + (x[j] - old[j]) / eta;
        }
        let base = intercept / nodes + (dot(old, old) - dot(x, x)) / (2.0 * eta);
        let reached =
            problem.value(node, x) / nodes - dot(dual, x) + squared_distance(x, old) / (2.0 * eta);
        reached - (base - radius * dot(slope, slope).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// f(x) = |x − a| on one node.
    struct Distance(f64);

    impl LocalFunctions for Distance {
        fn nodes(&self) -> usize {
            1
        }
        fn dimension(&self) -> usize {
            1
        }
        fn value(&self, _: usize, x: &[f64]) -> f64 {
            (x[0] - self.0).abs()
        }
        fn subgradient(&self, _: usize, x: &[f64], out: &mut [f64]) {
            out[0] = (x[0] - self.0).signum();
        }
        fn lipschitz(&self, _: usize) -> f64 {
            1.0
        }
        fn average(&self, x: &[f64]) -> f64 {
            self.value(0, x)
        }
        fn optimum(&self) -> f64 {
            0.0
        }
    }

    #[test]
    fn inner_steps_reach_the_soft_threshold() {
        for anchor in [-2.0, -0.3, 0.2, 0.35, 1.4] {
            let (problem, eta) = (Distance(0.1), 0.5);
            let mut x = [0.7];
            let mut prox = Prox {
                node: 0,
                primal: eta,
                share: eta,
                inner: 10_000,
                radius: None,
                anchor: &[anchor],
                subgradient: &mut [0.0],
            };
            prox.approximate::<false>(&problem, &mut x, |_, _, _, _| ());
            let shifted: f64 = anchor - 0.1;
            let expected = 0.1 + shifted.signum() * (shifted.abs() - eta).max(0.0);
            assert!(
                (x[0] - expected).abs() < 1e-3 * eta,
                "{anchor}: {} {expected}",
                x[0]
            );
        }
    }
}
