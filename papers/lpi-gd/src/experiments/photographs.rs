//! E10: the colours of photographs as data.

use harness_core::{AxisError, CellError, Context, Dataset, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{calls, hit, passes, validate_above, validate_count, validate_grid};
use crate::contest::{Contest, Gradient};
use crate::grid::Grid;
use crate::interpolation::{LocalPolynomial, Weights, WeightsBuilder};
use crate::loss::{Field, Label, Loss, Objective, Repeated, SoftLabelLogistic};
use crate::methods::MethodName;
use crate::points::{MARGIN, Points};

/// The photographs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Photograph {
    China,
    Flower,
}

impl Photograph {
    const fn dataset(self) -> &'static str {
        match self {
            Self::China => "china",
            Self::Flower => "flower",
        }
    }
}

/// One method on the pixels of one photograph: the colours are the data, the last one the label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Setting {
    photograph: Photograph,
    /// Only the first pixels are used.
    pixels: usize,
    method: MethodName,
    gradient: Gradient,
    /// Colour channels used: 2 for red and green, 3 for blue as well.
    d: usize,
    p: usize,
    rho: f64,
    sigma: f64,
    m: usize,
    degree: usize,
    target: f64,
    cap: u64,
}

impl Setting {
    fn validate(&self) -> Result<(), AxisError> {
        if !(2..=3).contains(&self.d) {
            return Err(AxisError::invalid("d", "must be 2 or 3"));
        }
        validate_count("pixels", self.pixels)?;
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("target", self.target, 0.0)?;
        validate_grid(self.m, self.d, self.degree)
    }

    fn run(
        &self,
        features: Field,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let colours = Colours::of(
            context.dataset(self.photograph.dataset())?,
            self.pixels,
            self.d,
        );
        let loss =
            SoftLabelLogistic::new(features.padded(self.d), Label::LastCoordinate, self.sigma);
        let contest = Contest::with(&loss, colours.mean(&loss), self.weights(&colours)?)?;
        let hit = hit(
            &contest,
            (self.method, self.gradient),
            self.target,
            self.cap,
            recorder,
        )?;
        let passes = passes(&contest, self.gradient, hit);
        let distinct = colours.points.len() as f64;
        let deduplicated = match self.gradient {
            Gradient::Exact => passes * distinct,
            Gradient::Interpolated => calls(hit),
        };
        let weights = &contest.weights;
        recorder.scalars(&[
            ("calls", calls(hit)),
            ("passes", passes),
            ("calls-without-repetitions", deduplicated),
            (
                "floor-over-target",
                contest.floor_of(self.gradient) / self.target,
            ),
            ("distinct-colours", distinct),
            ("nonzero-nodes", weights.nonzero() as f64),
            ("absolute-weight", weights.absolute_sum()),
            ("lebesgue-constant", weights.lebesgue),
        ])?;
        Ok(Outcome::Done)
    }

    fn weights(&self, colours: &Colours) -> Result<Weights, CellError> {
        let grid = Grid {
            per_axis: self.m,
            dimension: self.d,
        };
        let rule = LocalPolynomial::new(grid, self.degree)
            .map_err(|error| CellError::Bug(error.to_string()))?;
        let mut builder = WeightsBuilder::new(rule);
        builder.add_repeated(&colours.points, &colours.multiplicities);
        Ok(builder.finish())
    }
}

/// The distinct colours of a photograph, in increasing order, with how often each occurs.
struct Colours {
    points: Points,
    multiplicities: Vec<u32>,
    pixels: u64,
}

impl Colours {
    /// The first `channels` colours of the first pixels, from 0…255 to [0.1, 0.9].
    fn of(photograph: &Dataset, pixels: usize, channels: usize) -> Self {
        let mut counts = vec![0_u32; 1 << (8 * channels)];
        let rows = photograph.values.chunks_exact(photograph.columns);
        for row in rows.take(pixels) {
            let code = row[..channels].iter();
            counts[code.fold(0, |code, level| (code << 8) | *level as usize)] += 1;
        }
        let mut coordinates = Vec::new();
        let mut multiplicities = Vec::new();
        for (code, count) in counts
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
        {
            for channel in (0..channels).rev() {
                let level = (code >> (8 * channel)) & 0xff;
                coordinates.push(MARGIN + (1.0 - 2.0 * MARGIN) * (level as f64 / 255.0));
            }
            multiplicities.push(count);
        }
        Self {
            points: Points::new(channels, coordinates),
            multiplicities,
            pixels: photograph.rows.min(pixels) as u64,
        }
    }

    /// The mean over all pixels, computed from distinct colours and paid for pixel by pixel.
    fn mean<'a>(&self, loss: &'a SoftLabelLogistic) -> Box<dyn Objective + 'a> {
        let share = |count: &u32| f64::from(*count) / self.pixels as f64;
        let weights: Vec<f64> = self.multiplicities.iter().map(share).collect();
        Box::new(Repeated {
            distinct: loss.sum(&self.points, &weights),
            points: self.pixels,
        })
    }
}

/// With random features.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Photographs(Setting);

/// With features that are the same in every run.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct StructuredPhotographs(Setting);

impl Experiment for Photographs {
    const NAME: &'static str = "photographs";

    fn validate(&self) -> Result<(), AxisError> {
        self.0.validate()
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec![self.0.photograph.dataset()]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let Setting { p, d, rho, .. } = self.0;
        let features = Field::cosine(&mut context.stream("features")?, p, d - 1, rho);
        self.0.run(features, context, recorder)
    }
}

impl Experiment for StructuredPhotographs {
    const NAME: &'static str = "photographs-structured";

    fn validate(&self) -> Result<(), AxisError> {
        self.0.validate()
    }

    fn datasets(&self) -> Vec<&'static str> {
        vec![self.0.photograph.dataset()]
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let Setting { p, d, rho, .. } = self.0;
        self.0
            .run(Field::structured(p, d - 1, rho), context, recorder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_counted_and_ordered() {
        let photograph = Dataset {
            name: "toy".into(),
            rows: 4,
            columns: 3,
            values: [
                [255.0, 0.0, 9.0],
                [0.0, 255.0, 9.0],
                [255.0, 0.0, 8.0],
                [0.0; 3],
            ]
            .concat(),
        };
        let colours = Colours::of(&photograph, 9, 2);
        assert_eq!(colours.multiplicities, [1, 1, 2]);
        assert_eq!(colours.points.get(0), [0.1, 0.1]);
        assert!((colours.points.get(1)[1] - 0.9).abs() < 1e-15);
        assert!((colours.points.get(2)[0] - 0.9).abs() < 1e-15);
        assert_eq!(Colours::of(&photograph, 9, 3).points.len(), 4);
        assert_eq!(Colours::of(&photograph, 1, 2).multiplicities, [1]);
    }
}
