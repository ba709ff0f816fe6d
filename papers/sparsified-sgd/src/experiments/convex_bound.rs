//! E5: the probability of missing the success region.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::{kernels, random, spectrum};
use serde::Deserialize;

use super::setting::check_positive;
use crate::cluster::{Batches, Cluster};
use crate::data::linear_regression;
use crate::lemma::{Lemma, Meter, Observation, contraction};
use crate::methods::Method;
use crate::models::LinearRegression;
use crate::split;
use crate::theory::{Convex, distance_factor, recalled_radius};

/// ε.
const SQUARED_RADIUS: f64 = 1.0;
/// ‖x₀ − x*‖.
const DISTANCE: f64 = 3.0;
const REGULARISATION: f64 = 0.05;
const PILOTS: u32 = 5;
/// What is seen is multiplied by this before it is relied on.
const RESERVE: f64 = 1.5;
/// How often a run that exceeds what was relied on is repeated with more.
const ATTEMPTS: u32 = 6;

/// One replica: whether xₜ hits the success region in time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConvexBound {
    dimension: usize,
    rows: usize,
    nodes: usize,
    kept: usize,
    /// The convexity relied on, over the true one.
    convexity_factor: f64,
    /// Steps of each pilot run.
    pilot_steps: u64,
}

/// What a run went through.
#[derive(Clone, Copy)]
struct Trace {
    /// The first t with xₜ in the region.
    hit: Option<u64>,
    second_moment: f64,
    disagreement: f64,
}

/// The fixed things of a replica.
struct Instance {
    model: LinearRegression,
    minimiser: Vec<f64>,
    parts: Vec<Vec<u32>>,
    kept: usize,
}

impl Instance {
    /// x* + 3u.
    fn start(&self, context: &Context<'_>, name: &str) -> Result<Vec<f64>, CellError> {
        let mut random = context.substream("start", name)?;
        let direction: Vec<f64> = self
            .minimiser
            .iter()
            .map(|_| random::standard_normal(&mut random))
            .collect();
        let length = kernels::squared_norm(&direction).sqrt();
        let mut start = self.minimiser.clone();
        kernels::axpy(DISTANCE / length, &direction, &mut start);
        Ok(start)
    }

    /// At most `steps` steps; with `stops`, ends at the hit.
    fn trace(
        &mut self,
        context: &Context<'_>,
        name: &str,
        step_size: f64,
        steps: u64,
        stops: bool,
    ) -> Result<Trace, CellError> {
        let start = self.start(context, name)?;
        let mut lemma = Lemma::new(&start, self.kept);
        let streams = (0..self.parts.len()).map(|node| {
            let name = format!("{name} node={node}");
            let stream = context.substream("batch", &name)?;
            Ok((stream.clone(), stream))
        });
        let streams = streams.collect::<Result<_, CellError>>()?;
        let mut cluster = Cluster::new(
            start,
            self.parts.clone(),
            Batches::Drawn(1),
            true,
            || Method::TopkEf.compressor(self.kept),
            streams,
        );
        let mut meter = Meter::new(self.kept);
        let mut seen = Observation::default();
        let mut trace = Trace {
            hit: None,
            second_moment: 0.0,
            disagreement: 0.0,
        };
        while cluster.steps < steps {
            if cluster.steps.is_multiple_of(20) {
                for point in [&cluster.parameters, &lemma.auxiliary] {
                    let moment = self.model.second_moment_of_gradient(point, &self.parts);
                    trace.second_moment = trace.second_moment.max(moment);
                }
            }
            cluster.observed_step(&mut self.model, step_size, &mut seen);
            let constants = meter.measure(&seen);
            trace.disagreement = trace.disagreement.max(constants.disagreement);
            lemma.follow(&seen, &constants);
            if trace.hit.is_none() && self.squared_distance(&lemma.auxiliary) <= SQUARED_RADIUS {
                trace.hit = Some(cluster.steps);
                if stops {
                    break;
                }
            }
        }
        Ok(trace)
    }

    fn squared_distance(&self, point: &[f64]) -> f64 {
        let differences = point.iter().zip(&self.minimiser);
        differences.map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

impl Experiment for ConvexBound {
    const NAME: &'static str = "convex-bound";

    fn validate(&self) -> Result<(), AxisError> {
        check_positive("kept", self.kept as u64)?;
        if self.kept >= self.dimension {
            return Err(AxisError::invalid("kept", "must be less than `dimension`"));
        }
        if self.rows < self.nodes || self.nodes == 0 {
            return Err(AxisError::invalid("rows", "every node needs a row"));
        }
        if self.convexity_factor.is_nan() || self.convexity_factor <= 0.0 {
            return Err(AxisError::invalid("convexity-factor", "must be positive"));
        }
        Ok(())
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut random = context.stream("regression")?;
        let mut model =
            linear_regression(self.dimension, self.rows, 0.05, REGULARISATION, &mut random);
        let eigenvalues = spectrum::symmetric_eigenvalues(&model.second_moments(), self.dimension)
            .map_err(|error| CellError::Bug(error.to_string()))?;
        let smallest = eigenvalues.first().copied().unwrap_or(0.0);
        let minimiser = model.minimum().point;
        let parts = split::uniform(self.rows, self.nodes, &mut context.stream("split")?);
        let mut instance = Instance {
            model,
            minimiser,
            parts,
            kept: self.kept,
        };
        let convexity = self.convexity_factor * (smallest + REGULARISATION);
        let gamma = contraction(self.kept, self.dimension);
        let constants = |second_moment, disagreement| Convex {
            convexity,
            smoothness: 1.0 + REGULARISATION,
            second_moment,
            distance_factor: distance_factor(gamma, disagreement),
            squared_radius: SQUARED_RADIUS,
        };
        let start = instance.start(context, "run")?;
        let at_start = instance
            .model
            .second_moment_of_gradient(&start, &instance.parts);
        let pilot_size = constants(RESERVE * at_start, 3.0).step_size();
        let (mut second_moment, mut disagreement) = (0.0_f64, 0.0_f64);
        for pilot in 0..PILOTS {
            let name = format!("pilot={pilot}");
            let trace = instance.trace(context, &name, pilot_size, self.pilot_steps, false)?;
            second_moment = second_moment.max(RESERVE * trace.second_moment);
            disagreement = disagreement.max(RESERVE * trace.disagreement);
            recorder.check_stop()?;
        }
        let squared_distance = DISTANCE * DISTANCE;
        for attempt in 1.. {
            let relied = constants(second_moment, disagreement);
            let half = relied.steps(0.5, squared_distance);
            let tenth = relied.steps(0.1, squared_distance);
            // No T of at least 1 is too short for the region to be missed.
            let most = tenth.ceil().max(1.0) as u64;
            let trace = instance.trace(context, "run", relied.step_size(), most, true)?;
            recorder.check_stop()?;
            let excess =
                (trace.second_moment / second_moment).max(trace.disagreement / disagreement);
            if excess > 1.0 && attempt < ATTEMPTS {
                second_moment = second_moment.max(RESERVE * trace.second_moment);
                disagreement = disagreement.max(RESERVE * trace.disagreement);
                continue;
            }
            let hit = trace.hit.map_or(f64::INFINITY, |step| step as f64);
            recorder.scalars(&[
                ("missed-half", f64::from(u8::from(hit > half))),
                ("missed-tenth", f64::from(u8::from(hit > tenth))),
                ("steps-to-hit", hit),
                ("steps-half", half),
                ("steps-tenth", tenth),
                ("excess", excess),
                ("xi-relied", disagreement),
                ("recalled-radius", recalled_radius(&relied)),
            ])?;
            break;
        }
        Ok(Outcome::Done)
    }
}
