//! E3: the interpolation error over the grid size, and what is reproduced exactly.

use harness_core::{AxisError, CellError, Context, Experiment, Outcome, Recorder};
use harness_numerics::random::{uniform, unit};
use serde::Deserialize;

use super::{validate_above, validate_count, validate_grid};
use crate::grid::Grid;
use crate::interpolation::{LocalPolynomial, PointWeights};
use crate::loss::Field;
use crate::points::Points;
use crate::theory;

/// What is interpolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FieldKind {
    /// Smooth to every order.
    Cosine,
    /// Of order `smoothness` and no better.
    Weierstrass,
}

/// The error of one degree on one grid, at points in the middle half of [0, 1].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct InterpolationRate {
    field: FieldKind,
    /// η: the order of Weierstrass sums; l + 1 for cosines, where it only labels the case.
    smoothness: f64,
    degree: usize,
    m: usize,
    points: usize,
    p: usize,
}

impl Experiment for InterpolationRate {
    const NAME: &'static str = "interpolation-rate";

    fn validate(&self) -> Result<(), AxisError> {
        validate_count("points", self.points)?;
        validate_count("p", self.p)?;
        validate_above("smoothness", self.smoothness, 0.0)?;
        validate_grid(self.m, 1, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut features = context.stream("features")?;
        let field = match self.field {
            FieldKind::Cosine => Field::cosine(&mut features, self.p, 1, 3.0),
            FieldKind::Weierstrass => Field::weierstrass(&mut features, self.p, self.smoothness),
        };
        let mut data = context.stream("data")?;
        let coordinates = (0..self.points).map(|_| uniform(&mut data, 0.25, 0.75));
        let points = Points::new(1, coordinates.collect());
        let rule = rule(self.m, 1, self.degree)?;
        let nodes = evaluate(&field, &rule.grid().points());
        let exact = evaluate(&field, &points);
        let order = field.order(self.degree);
        // A degree beyond the smoothness reproduces the shorter Taylor polynomial as well.
        let taylor = self.degree.min(order.ceil() as usize - 1);
        let reach = (1, rule.bandwidth() / self.m as f64);
        let hoelder: Vec<f64> = (0..self.p)
            .map(|j| field.hoelder_constant(j, taylor))
            .collect();
        let mut squares = 0.0;
        let mut worst = 0.0_f64;
        let weights = PointWeights::of(rule, &points);
        for (own, exact) in weights.points.iter().zip(exact.chunks_exact(self.p)) {
            let lebesgue = own.iter().map(|(_, weight)| weight.abs()).sum();
            for (j, exact) in exact.iter().enumerate() {
                let terms = own
                    .iter()
                    .map(|(node, weight)| weight * nodes[node * self.p + j]);
                let error = (terms.sum::<f64>() - exact).abs();
                squares += error * error;
                let bound = theory::interpolation_error(lebesgue, hoelder[j], order, taylor, reach);
                worst = worst.max(error / bound);
            }
        }
        recorder.scalars(&[
            ("rms-error", (squares / exact.len() as f64).sqrt()),
            ("worst-error-over-bound", worst),
        ])?;
        Ok(Outcome::Done)
    }
}

fn rule(m: usize, dimension: usize, degree: usize) -> Result<LocalPolynomial, CellError> {
    let grid = Grid {
        per_axis: m,
        dimension,
    };
    LocalPolynomial::new(grid, degree).map_err(|error| CellError::Bug(error.to_string()))
}

/// The field at all points, point by point.
fn evaluate(field: &Field, points: &Points) -> Vec<f64> {
    let p = field.components();
    let mut values = vec![0.0; points.len() * p];
    for (x, out) in points.iter().zip(values.chunks_exact_mut(p)) {
        field.evaluate(x, out);
    }
    values
}

/// Monomials on the whole square, one-sided windows included.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Reproduction {
    degree: usize,
    monomial_degree: usize,
    m: usize,
    points: usize,
}

impl Experiment for Reproduction {
    const NAME: &'static str = "reproduction";

    fn validate(&self) -> Result<(), AxisError> {
        validate_count("points", self.points)?;
        validate_grid(self.m, 2, self.degree)
    }

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        let mut data = context.stream("data")?;
        let coordinates = (0..2 * self.points).map(|_| unit(&mut data));
        let points = Points::new(2, coordinates.collect());
        let rule = rule(self.m, 2, self.degree)?;
        let nodes = rule.grid().points();
        let weights = PointWeights::of(rule, &points);
        let mut worst = 0.0_f64;
        for total in 0..=self.monomial_degree {
            for first in 0..=total {
                let powers = (first as f64, (total - first) as f64);
                let monomial = |x: &[f64]| libm::pow(x[0], powers.0) * libm::pow(x[1], powers.1);
                let at_nodes: Vec<f64> = nodes.iter().map(monomial).collect();
                for (x, own) in points.iter().zip(&weights.points) {
                    let terms = own.iter().map(|(node, weight)| weight * at_nodes[*node]);
                    worst = worst.max((terms.sum::<f64>() - monomial(x)).abs());
                }
            }
        }
        recorder.scalar("worst-error", worst)?;
        Ok(Outcome::Done)
    }
}
