//! E5: the grid that an accuracy needs.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

use super::{validate_above, validate_count, validate_grid};
use crate::grid::Grid;
use crate::interpolation::{LocalPolynomial, Weights};
use crate::loss::{Field, Objective, Quadratic};
use crate::points::Points;
use crate::theory;

/// What the linear term of the quadratic is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FieldKind {
    Cosine,
    Weierstrass,
}

/// Floors over grid sizes, and the smallest grid for each accuracy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GridSize {
    field: FieldKind,
    /// η of Weierstrass sums; for cosines, what theory predicts from the degree: l + 1.
    smoothness: f64,
    degree: usize,
    d: usize,
    /// The smallest grid is about this many nodes per axis; each next one is 1.15 times as large.
    smallest_m: usize,
    largest_m: usize,
    /// No grid is finer than this either.
    finest: usize,
    /// Accuracies 10^(−1 − k/2) for k from 0 to this.
    accuracies: usize,
    n: usize,
    p: usize,
    sigma: f64,
}

impl GridSize {
    /// The grid sizes tested, increasing.
    fn sizes(&self) -> Vec<usize> {
        let finest = self.largest_m.min(self.finest);
        let mut sizes = Vec::new();
        let mut exact = self.smallest_m as f64;
        loop {
            let size = libm::round(exact) as usize;
            if size > finest {
                break;
            }
            if size >= self.degree + 2 {
                sizes.push(size);
            }
            exact *= 1.15;
        }
        sizes.dedup();
        sizes
    }
}

impl Experiment for GridSize {
    const NAME: &'static str = "grid-size";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("p", self.p as f64, 1.0)?;
        validate_above("smallest-m", self.smallest_m as f64, 0.0)?;
        validate_count("n", self.n)?;
        validate_grid(self.largest_m.min(self.finest), self.d, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut features = context.stream("features")?;
        let field = match self.field {
            FieldKind::Cosine => Field::cosine(&mut features, self.p, self.d, 3.0),
            FieldKind::Weierstrass => Field::weierstrass(&mut features, self.p, self.smoothness),
        };
        let loss = Quadratic::log_spaced(self.sigma, field);
        let points = Points::uniform(&mut context.stream("data")?, self.n, self.d);
        let mean = loss.quadratic_sum(&points, &points.equal_weights());
        let minimum = mean.minimum();
        let first = mean.excess(&vec![0.0; self.p], &minimum);
        let sizes = self.sizes();
        let mut floors = Vec::with_capacity(sizes.len());
        for size in &sizes {
            let (floor, _) = floor(&loss, &points, *size, self.degree)?;
            floors.push(floor / first);
            recorder.at(*size as u64, &[("floor", floor / first)])?;
        }
        let exponent = 1.0 / (2.0 * self.smoothness);
        recorder.scalars(&[
            (
                "grid-exponent",
                self.d as f64 * slope(&self.needs(&sizes, &floors)),
            ),
            ("predicted-exponent", self.d as f64 * exponent),
        ])?;
        Ok(Outcome::Done)
    }
}

impl GridSize {
    /// For each accuracy that can be judged, (ln 1/ε, ln m) of the smallest grid such that it and
    /// every larger tested one, of which there must be two, have a floor of at most ε; grids of up
    /// to 8 nodes are left out.
    fn needs(&self, sizes: &[usize], floors: &[f64]) -> Vec<(f64, f64)> {
        let need = |k: usize| {
            let accuracy = libm::pow(10.0, -1.0 - k as f64 / 2.0);
            let place = floors.iter().rposition(|floor| *floor > accuracy);
            let place = place.map_or(0, |last_above| last_above + 1);
            let size = *sizes.get(place)?;
            (place + 2 < sizes.len() && size > 8)
                .then(|| (-libm::log(accuracy), libm::log(size as f64)))
        };
        (0..=self.accuracies).filter_map(need).collect()
    }
}

/// The least-squares slope; not a number for fewer than two points.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let products = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y));
    let squares = points.iter().map(|(x, _)| (x - mean_x) * (x - mean_x));
    products.sum::<f64>() / squares.sum::<f64>()
}

/// The floor of a quadratic on one grid, by its closed form, and the largest Lebesgue constant.
fn floor(
    loss: &Quadratic,
    points: &Points,
    per_axis: usize,
    degree: usize,
) -> Result<(f64, f64), CellError> {
    let grid = Grid {
        per_axis,
        dimension: points.dimension(),
    };
    let rule =
        LocalPolynomial::new(grid, degree).map_err(|error| CellError::Bug(error.to_string()))?;
    let weights = Weights::of(rule, points);
    let mean = loss.quadratic_sum(points, &points.equal_weights());
    let surrogate = loss.quadratic_sum(&grid.points(), &weights.values);
    let floor = mean.excess(&surrogate.minimum().point, &mean.minimum());
    Ok((floor, weights.lebesgue))
}

/// The grid that T4 says is enough, and its floor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct APriori {
    degree: usize,
    n: usize,
    p: usize,
    sigma: f64,
    relative_target: f64,
}

impl Experiment for APriori {
    const NAME: &'static str = "a-priori-grid";

    fn validate(&self) -> Result<(), AxisError> {
        validate_above("sigma", self.sigma, 1.0)?;
        validate_above("p", self.p as f64, 1.0)?;
        validate_above("relative-target", self.relative_target, 0.0)?;
        validate_count("n", self.n)?;
        validate_grid(self.degree + 2, 1, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let field = Field::cosine(&mut context.stream("features")?, self.p, 1, 3.0);
        let loss = Quadratic::log_spaced(self.sigma, field);
        let points = Points::uniform(&mut context.stream("data")?, self.n, 1);
        let mean = loss.quadratic_sum(&points, &points.equal_weights());
        let first = mean.excess(&vec![0.0; self.p], &mean.minimum());
        let target = self.relative_target * first;
        // Σ_j of the squared Hölder constants of b_j = √λ_j (1 + ½ ψ_j).
        let constant: f64 = (0..self.p)
            .map(|j| {
                let hoelder = loss.field().hoelder_constant(j, self.degree);
                0.25 * loss.eigenvalues()[j] * hoelder * hoelder
            })
            .sum();
        let mut lebesgue = 1.5;
        let mut per_axis = 0;
        let mut reached = f64::NAN;
        for _ in 0..3 {
            let mu = 1.0 / self.sigma;
            per_axis = theory::grid_for_accuracy(constant, mu, target, lebesgue, self.degree);
            per_axis = per_axis.max(self.degree + 2);
            (reached, lebesgue) = floor(&loss, &points, per_axis, self.degree)?;
        }
        recorder.scalars(&[
            ("m", per_axis as f64),
            ("floor-over-half-target", reached / (0.5 * target)),
        ])?;
        Ok(Outcome::Done)
    }
}
