//! More data than memory: drawn again at every pass.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{calls, hit, passes, validate_above, validate_count, validate_grid};
use crate::contest::{Contest, Gradient};
use crate::grid::Grid;
use crate::interpolation::LocalPolynomial;
use crate::loss::{Field, Label, SoftLabelLogistic};
use crate::methods::MethodName;
use crate::points::Points;
use crate::streamed::{Stream, StreamedMean};

/// One method on a stream of data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Streamed {
    n: usize,
    chunk: usize,
    method: MethodName,
    gradient: Gradient,
    d: usize,
    p: usize,
    rho: f64,
    sigma: f64,
    m: usize,
    degree: usize,
    target: f64,
    cap: u64,
}

impl Experiment for Streamed {
    const NAME: &'static str = "streamed";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("target", self.target, 0.0)?;
        validate_count("n", self.n)?;
        validate_count("chunk", self.chunk)?;
        validate_count("p", self.p)?;
        validate_grid(self.m, self.d, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let field = Field::cosine(&mut context.stream("features")?, self.p, self.d, self.rho);
        let loss = SoftLabelLogistic::new(field, Label::Sine, self.sigma);
        let data = context.stream("data")?;
        let draw = |chunk: u64, length: usize| {
            let mut data = data.clone();
            data.set_stream(chunk);
            Points::uniform(&mut data, length, self.d)
        };
        let stream = Stream::new(self.n, self.chunk, &draw);
        let grid = Grid {
            per_axis: self.m,
            dimension: self.d,
        };
        let rule = LocalPolynomial::new(grid, self.degree)
            .map_err(|error| CellError::Bug(error.to_string()))?;
        let mean = Box::new(StreamedMean::new(&loss, &stream));
        let contest = Contest::with(&loss, mean, stream.weights(rule))?;
        let who = (self.method, self.gradient);
        let hit = hit(&contest, who, self.target, self.cap, recorder)?;
        recorder.scalars(&[
            ("calls", calls(hit)),
            ("passes", passes(&contest, self.gradient, hit)),
            (
                "floor-over-target",
                contest.floor_of(self.gradient) / self.target,
            ),
        ])?;
        Ok(Outcome::Done)
    }
}
