//! E6: distributed randomised smoothing.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::setting::{Gossiping, Setting, check_network, check_positive, outcome};
use crate::descent::CentralisedDescent;
use crate::graph::Network;
use crate::measure::{Gauge, Settling};
use crate::primal_dual::DualStep;
use crate::problems::{LocalFunctions, MaxCoordinate, Maximiser, TiltedCones};
use crate::smoothing::{Noise, RandomisedSmoothing, Smoothing};
use crate::theory::smoothing_bound;

/// Iterations to an error of 0.1 on one cone, and Theorem 2 at every iteration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SmoothingDimension {
    dimension: usize,
    samples: u32,
    iterations: u64,
    /// `L_g` as the method and its bound are told; the problem's is 1.
    assumed_lipschitz: f64,
}

impl Experiment for SmoothingDimension {
    const NAME: &'static str = "smoothing-dimension";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("dimension", self.dimension as u64)?;
        check_positive("samples", self.samples.into())?;
        check_positive("iterations", self.iterations)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let dimension = self.dimension;
        let problem = TiltedCones::random(1, dimension, 0.0, &mut context.stream("instance")?);
        let settings = Smoothing {
            samples: self.samples,
            radius: 1.0,
            global_lipschitz: self.assumed_lipschitz,
            diameter: 0,
            noise: Noise::Common,
        };
        let mut method = RandomisedSmoothing::new(dimension, settings);
        let mut random = context.stream("smoothing")?;
        let mut settling = Settling::below(0.1);
        let mut error = f64::NAN;
        for &checkpoint in context.checkpoints {
            while method.iterations < checkpoint {
                method.step(&problem, &mut random);
                error = problem.average(&method.point) - problem.optimum();
                settling.see(method.iterations, error);
            }
            let (t, samples) = (method.iterations, u64::from(self.samples));
            let bound = smoothing_bound(1.0, self.assumed_lipschitz, dimension, t, samples);
            recorder.at(t, &[("error", error), ("bound", bound)])?;
        }
        let settled = settling.step().map_or(f64::INFINITY, |t| t as f64);
        recorder.scalar("iterations-needed", settled)?;
        Ok(outcome(error, method.iterations))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    Drs,
    Subgradient,
}

/// Rounds to half the floor of the worst case in D coordinates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SmoothingAccuracy {
    dimension: usize,
    method: Method,
    answer: Maximiser,
}

impl SmoothingAccuracy {
    /// T = ⌈40 D^¾⌉ and `K_s` = ⌈10 D^¼⌉: what Theorem 2 suggests for ε = ½/√D.
    fn smoothing(
        &self,
        problem: &MaxCoordinate,
        context: &Context<'_>,
        recorder: &Recorder<'_>,
    ) -> Result<f64, CellError> {
        let root = (self.dimension as f64).sqrt();
        let horizon = (40.0 * root * root.sqrt() - 1e-9).ceil() as u64;
        let settings = Smoothing {
            samples: (10.0 * root.sqrt() - 1e-9).ceil() as u32,
            radius: 1.0,
            global_lipschitz: 1.0,
            diameter: 0,
            noise: Noise::Common,
        };
        let mut method = RandomisedSmoothing::new(self.dimension, settings);
        let mut random = context.stream("smoothing")?;
        let mut settling = Settling::below(0.5 * problem.floor());
        for t in 1..=horizon {
            method.step(problem, &mut random);
            settling.see(t, problem.average(&method.point) - problem.optimum());
            recorder.check_stop()?;
        }
        Ok(settling.step().map_or(f64::INFINITY, |t| t as f64))
    }

    /// The best over horizons of the first step at which the point or the average is there.
    fn subgradient(&self, problem: &MaxCoordinate) -> f64 {
        let count = self.dimension as u64;
        let target = 0.5 * problem.floor();
        let mut gauge = Gauge::new(self.dimension);
        let mut best = f64::INFINITY;
        for horizon in [count / 2, count, 2 * count, 4 * count, 8 * count] {
            let mut method = CentralisedDescent::new(self.dimension, horizon.max(1), 1.0, 1.0, 0);
            for t in 1..=horizon {
                method.step(problem);
                let last = problem.average(&method.point) - problem.optimum();
                let average = gauge.mean(problem, &method.sum, 1.0 / t as f64);
                if last.min(average) <= target {
                    best = best.min(t as f64);
                    break;
                }
            }
        }
        best
    }
}

impl Experiment for SmoothingAccuracy {
    const NAME: &'static str = "smoothing-accuracy";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("dimension", self.dimension as u64)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let problem = MaxCoordinate::new(1, self.dimension, 1.0, self.answer);
        let rounds = match self.method {
            Method::Drs => self.smoothing(&problem, context, recorder)?,
            Method::Subgradient => self.subgradient(&problem),
        };
        recorder.scalars(&[
            ("rounds", rounds),
            ("rounds-per-dimension", rounds / self.dimension as f64),
        ])?;
        Ok(Outcome::Done)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rival {
    Drs,
    Mspd,
}

/// Final errors where the local functions tilt more and more, in ways that cancel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Heterogeneity {
    graph: Network,
    nodes: usize,
    strength: f64,
    method: Rival,
    noise: Noise,
}

impl Experiment for Heterogeneity {
    const NAME: &'static str = "heterogeneity";

    fn validate(&self) -> Result<(), AxisError> {
        check_network(&self.graph, self.nodes)?;
        if !self.nodes.is_multiple_of(2) {
            let message = "the tilts cancel in pairs: an even number of nodes is needed";
            return Err(AxisError::invalid("nodes", message));
        }
        Ok(())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        const DIMENSION: usize = 10;
        let setting = Setting::new(&self.graph, self.nodes, context)?;
        let nodes = setting.graph.nodes();
        let mut instance = context.stream("instance")?;
        let problem = TiltedCones::random(nodes, DIMENSION, self.strength, &mut instance);
        let error = match self.method {
            Rival::Drs => {
                let settings = Smoothing {
                    samples: 20,
                    radius: 1.0,
                    global_lipschitz: 1.0,
                    diameter: setting.graph.diameter() as u64,
                    noise: self.noise,
                };
                let mut method = RandomisedSmoothing::new(DIMENSION, settings);
                let mut random = context.stream("smoothing")?;
                for _ in 0..60 {
                    method.step(&problem, &mut random);
                }
                problem.average(&method.point) - problem.optimum()
            }
            Rival::Mspd => {
                let (mut method, _) =
                    setting.primal_dual(&problem, Gossiping::Chebyshev, 40, 1.0, DualStep::Safe);
                for _ in 0..40 {
                    method.step(&problem);
                }
                Gauge::new(DIMENSION).mean(&problem, &method.sum, 1.0 / 40.0)
            }
        };
        recorder.scalar("error", error)?;
        Ok(outcome(error, 0))
    }
}
