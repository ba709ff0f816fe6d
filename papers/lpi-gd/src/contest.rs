//! Exact against interpolated gradients on one loss and one set of data.

use serde::Deserialize;

use crate::grid::Grid;
use crate::interpolation::{InterpolationError, LocalPolynomial, Weights};
use crate::loss::{Loss, Objective, Reference, minimise};
use crate::methods::MethodName;
use crate::points::Points;
use crate::search::{Hit, Target, first_hits};
use crate::theory::Constants;

/// Where a method's gradients come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gradient {
    /// The mean over the data, at n oracle calls.
    Exact,
    /// The weighted sum over the grid, at mᵈ oracle calls.
    Interpolated,
}

/// A mean over data F and its surrogate F̃ = Σ ω_y f(y; ·) on a grid, with both minimisers.
pub struct Contest<'a> {
    /// F.
    pub mean: Box<dyn Objective + 'a>,
    /// F̃, of which the interpolated gradient is the exact gradient.
    pub surrogate: Box<dyn Objective + 'a>,
    /// The averaged interpolation weights.
    pub weights: Weights,
    /// θ* and F*.
    pub minimum: Reference,
    /// θ̃ and F̃(θ̃); `None` if F̃ is not convex.
    pub limit: Option<Reference>,
    /// L and μ.
    pub constants: Constants,
    /// Number of parameters: p.
    pub parameters: usize,
}

/// Why there is no contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContestError {
    /// Grid and degree do not fit.
    #[error(transparent)]
    Interpolation(#[from] InterpolationError),
    /// The mean over the data has no minimiser that can be found.
    #[error("the mean over the data is not convex")]
    NotConvex,
}

impl<'a> Contest<'a> {
    /// On data points, each of which counts the same.
    ///
    /// # Errors
    /// See [`ContestError`].
    pub fn new(
        loss: &'a impl Loss,
        points: &Points,
        per_axis: usize,
        degree: usize,
    ) -> Result<Self, ContestError> {
        let grid = Grid {
            per_axis,
            dimension: points.dimension(),
        };
        let weights = Weights::of(LocalPolynomial::new(grid, degree)?, points);
        Self::with(loss, loss.sum(points, &points.equal_weights()), weights)
    }

    /// With a mean over the data and weights that are there already.
    ///
    /// # Errors
    /// [`ContestError::NotConvex`].
    pub fn with(
        loss: &'a impl Loss,
        mean: Box<dyn Objective + 'a>,
        weights: Weights,
    ) -> Result<Self, ContestError> {
        let surrogate = loss.sum(&weights.grid.points(), &weights.values);
        let constants = Constants {
            smoothness: loss.smoothness(),
            strong_convexity: loss.strong_convexity(),
        };
        let parameters = loss.parameters();
        let minimum_of = |objective: &dyn Objective| {
            minimise(
                objective,
                parameters,
                constants.smoothness,
                constants.strong_convexity,
            )
        };
        Ok(Self {
            minimum: minimum_of(mean.as_ref()).ok_or(ContestError::NotConvex)?,
            limit: minimum_of(surrogate.as_ref()),
            mean,
            surrogate,
            weights,
            constants,
            parameters,
        })
    }

    /// F(θ) − F*.
    pub fn excess(&self, theta: &[f64]) -> f64 {
        self.mean.excess(theta, &self.minimum)
    }

    /// F(0) − F*: Δ₀.
    pub fn first_excess(&self) -> f64 {
        self.excess(&vec![0.0; self.parameters])
    }

    /// F(θ̃) − F*: the excess to which every interpolating method converges. Infinite if F̃ is not
    /// convex.
    pub fn floor(&self) -> f64 {
        let excess = |limit: &Reference| self.excess(&limit.point).max(0.0);
        self.limit.as_ref().map_or(f64::INFINITY, excess)
    }

    /// [`Contest::floor`] of interpolated gradients, 0 of exact ones.
    pub fn floor_of(&self, gradient: Gradient) -> f64 {
        match gradient {
            Gradient::Exact => 0.0,
            Gradient::Interpolated => self.floor(),
        }
    }

    /// The objective whose exact gradient a method follows.
    pub fn objective(&self, gradient: Gradient) -> &dyn Objective {
        match gradient {
            Gradient::Exact => self.mean.as_ref(),
            Gradient::Interpolated => self.surrogate.as_ref(),
        }
    }

    /// First hits of decreasing accuracies within `cap` steps. A hit counts only if the floor is at
    /// most half the accuracy: below that, a method may pass on its way to a floor above. Stops when
    /// nothing that counts is left to reach.
    ///
    /// # Errors
    /// Those of `watch`, which sees every iterate's number, calls and excess.
    pub fn hits<E>(
        &self,
        method: MethodName,
        gradient: Gradient,
        accuracies: &[f64],
        cap: u64,
        watch: impl FnMut(u64, u64, f64) -> Result<(), E>,
    ) -> Result<Vec<Option<Hit>>, E> {
        let mut method = method.start(
            self.constants.smoothness,
            self.constants.strong_convexity,
            self.parameters,
        );
        let target = Target {
            mean: self.mean.as_ref(),
            minimum: &self.minimum,
        };
        let objective = self.objective(gradient);
        let floor = self.floor_of(gradient);
        let count = accuracies.partition_point(|accuracy| floor <= 0.5 * accuracy);
        let counting = &accuracies[..count];
        let mut hits = first_hits(method.as_mut(), objective, &target, counting, cap, watch)?;
        hits.resize(accuracies.len(), None);
        Ok(hits)
    }

    /// Oracle calls to an accuracy, within 10⁶ steps; `None` if it is not reached or does not count.
    pub fn calls(&self, method: MethodName, gradient: Gradient, accuracy: f64) -> Option<u64> {
        let quiet = |_, _, _| Ok::<(), std::convert::Infallible>(());
        let hits = self.hits(method, gradient, &[accuracy], 1_000_000, quiet);
        hits.ok()?.first().copied().flatten().map(|hit| hit.calls)
    }
}
