//! The experiments: each is a struct whose fields are its axes.

mod bounds;
mod condition_number;
mod degree;
mod grid_size;
mod head_to_head;
mod interpolation_rate;
mod limits;
mod noise;
mod photographs;
mod roughness;
mod sample_size;
mod stochastic;
mod streamed;

use harness_core::{AxisError, CellError, Context, Recorder, Runner};

use crate::contest::{Contest, ContestError, Gradient};
use crate::grid::Grid;
use crate::interpolation::LocalPolynomial;
use crate::loss::{Field, Label, SoftLabelLogistic};
use crate::methods::MethodName;
use crate::points::Points;
use crate::search::Hit;

/// All experiments, in the order of the manifest.
pub(crate) const ALL: &[Runner] = &[
    Runner::of::<condition_number::ConditionNumber>(),
    Runner::of::<limits::Limits>(),
    Runner::of::<head_to_head::HeadToHead>(),
    Runner::of::<stochastic::Stochastic>(),
    Runner::of::<sample_size::SampleSize>(),
    Runner::of::<streamed::Streamed>(),
    Runner::of::<interpolation_rate::InterpolationRate>(),
    Runner::of::<interpolation_rate::Reproduction>(),
    Runner::of::<bounds::Bounds>(),
    Runner::of::<grid_size::GridSize>(),
    Runner::of::<grid_size::APriori>(),
    Runner::of::<sample_size::Dimension>(),
    Runner::of::<noise::Noise>(),
    Runner::of::<degree::DegreeAblation>(),
    Runner::of::<roughness::Roughness>(),
    Runner::of::<photographs::Photographs>(),
    Runner::of::<photographs::StructuredPhotographs>(),
];

impl From<ContestError> for CellError {
    fn from(error: ContestError) -> Self {
        Self::Bug(error.to_string())
    }
}

/// Refuses a grid that does not go with a degree, naming the axis.
fn validate_grid(per_axis: usize, dimension: usize, degree: usize) -> Result<(), AxisError> {
    let grid = Grid {
        per_axis,
        dimension,
    };
    LocalPolynomial::new(grid, degree)
        .map(|_| ())
        .map_err(|error| AxisError::invalid("m", error.to_string()))
}

/// Refuses values that are not above a bound.
fn validate_above(axis: &str, value: f64, bound: f64) -> Result<(), AxisError> {
    if value > bound {
        Ok(())
    } else {
        Err(AxisError::invalid(axis, format!("must be above {bound}")))
    }
}

/// Refuses empty data.
fn validate_count(axis: &str, count: usize) -> Result<(), AxisError> {
    if (1..=u32::MAX as usize).contains(&count) {
        Ok(())
    } else {
        Err(AxisError::invalid(axis, "must be from 1 to 4294967295"))
    }
}

/// What a logistic problem is drawn from.
struct LogisticSetting {
    n: usize,
    d: usize,
    p: usize,
    /// Standard deviation of the feature frequencies: ρ.
    rho: f64,
    sigma: f64,
}

impl LogisticSetting {
    /// The loss from the stream `features` and the data from the stream `data`.
    fn draw(&self, context: &Context<'_>) -> Result<(SoftLabelLogistic, Points), CellError> {
        let mut features = context.stream("features")?;
        let field = Field::cosine(&mut features, self.p, self.d, self.rho);
        let points = Points::uniform(&mut context.stream("data")?, self.n, self.d);
        Ok((
            SoftLabelLogistic::new(field, Label::Sine, self.sigma),
            points,
        ))
    }
}

/// [`Contest::hits`] of one accuracy, that stops when the run is being stopped.
fn hit(
    contest: &Contest<'_>,
    (method, gradient): (MethodName, Gradient),
    accuracy: f64,
    cap: u64,
    recorder: &Recorder<'_>,
) -> Result<Option<Hit>, CellError> {
    let watch = |iteration: u64, _, _| {
        if iteration.is_multiple_of(16) {
            recorder.check_stop()
        } else {
            Ok(())
        }
    };
    let hits = contest.hits(method, gradient, &[accuracy], cap, watch)?;
    Ok(hits.into_iter().next().flatten())
}

/// Calls, or infinity where the accuracy is not reached.
fn calls(hit: Option<Hit>) -> f64 {
    hit.map_or(f64::INFINITY, |hit| hit.calls as f64)
}

/// Calls divided by the calls of one gradient: the number of passes over the data or the grid.
fn passes(contest: &Contest<'_>, gradient: Gradient, hit: Option<Hit>) -> f64 {
    calls(hit) / contest.objective(gradient).terms() as f64
}
