//! What the theory predicts, as formulas.
//!
//! s is the step per sample, E the number of epochs, β the smoothness of the loss, σ the largest
//! singular value of the data, γ the margin, K the number of steps in an epoch.

use harness_numerics::dense::{LeastSquares, solve_positive_definite};
use harness_numerics::spectrum::{SpectrumError, symmetric_eigenvalues};
use harness_numerics::{elementary, kernels};

use crate::losses::Loss;
use crate::max_margin::MaxMargin;
use crate::points::Points;

/// Below this step gradient descent reaches zero loss: 2/(βσ²).
pub fn gradient_descent_limit(smoothness: f64, sigma: f64) -> f64 {
    2.0 / (smoothness * sigma * sigma)
}

/// Below this step sampling with replacement reaches zero loss almost surely: 2γ²/(βσ⁴).
pub fn with_replacement_limit(smoothness: f64, sigma: f64, margin: f64) -> f64 {
    let ratio = margin / (sigma * sigma);
    2.0 * ratio * ratio / smoothness
}

/// Below this step any order without replacement reaches zero loss surely:
/// min{1/(2Kβσ²), γ/(2βσ³(K + σ/γ))}.
pub fn without_replacement_limit(smoothness: f64, sigma: f64, margin: f64, steps: usize) -> f64 {
    let steps = steps as f64;
    let square = sigma * sigma;
    let stays_near = 1.0 / (2.0 * steps * smoothness * square);
    let descends = margin / (2.0 * smoothness * square * sigma * (steps + sigma / margin));
    stays_near.min(descends)
}

/// How much one step with batches of one lowers the loss in expectation, at least:
/// (s/N)(γ² − βσ⁴s/2)‖ℓ′‖², where `slopes` is ‖ℓ′(w)‖².
pub fn with_replacement_decrement(
    (smoothness, sigma, margin): (f64, f64, f64),
    step: f64,
    count: usize,
    slopes: f64,
) -> f64 {
    let square = sigma * sigma;
    let bracket = margin * margin - 0.5 * smoothness * square * square * step;
    step / count as f64 * bracket * slopes
}

/// How much one epoch with batches of one in any order lowers the loss, at least:
/// s(1 − (2βσ³s/γ)(N + σ/γ))‖∇L‖², where `gradient` is ‖∇L(w)‖² at its beginning.
pub fn without_replacement_decrement(
    (smoothness, sigma, margin): (f64, f64, f64),
    step: f64,
    count: usize,
    gradient: f64,
) -> f64 {
    let cube = sigma * sigma * sigma;
    let reach = count as f64 + sigma / margin;
    step * (1.0 - 2.0 * smoothness * cube * step / margin * reach) * gradient
}

/// The asymptotic path w(E) = ŵ ln E + w̃.
#[derive(Clone, Debug, PartialEq)]
pub struct Asymptote {
    /// ŵ.
    pub separator: Vec<f64>,
    /// w̃: s e^{−w̃·xₙ} = αₙ on the support, shortest. Exact where the support spans the data.
    pub offset: Vec<f64>,
}

impl Asymptote {
    /// The path for a step per sample.
    pub fn new(points: &Points, reference: &MaxMargin, step: f64) -> Self {
        let mut rows = LeastSquares::new(points.dimension(), 1e-13);
        let mut heights = Vec::new();
        for vector in &reference.support {
            // Of dependent support vectors the first ones fix the offset.
            if rows.push(points.row(vector.row)) {
                let weight = step * vector.multiplicity as f64;
                heights.push(elementary::ln(weight / vector.multiplier));
            }
        }
        Self {
            separator: reference.separator.clone(),
            offset: rows.shortest_solution(&heights),
        }
    }

    /// ŵ ln E + w̃ for a number of epochs.
    pub fn at(&self, epochs: f64) -> Vec<f64> {
        self.along(elementary::ln(epochs))
    }

    /// ŵ ln E + w̃ for the logarithm of a number of epochs.
    pub fn along(&self, log_epochs: f64) -> Vec<f64> {
        let mut weights = self.offset.clone();
        kernels::axpy(log_epochs, &self.separator, &mut weights);
        weights
    }

    /// b = (I − ŵŵᵀ/‖ŵ‖²) w̃, which rules how slowly the direction converges.
    pub fn sideways(&self) -> Vec<f64> {
        let square = kernels::squared_norm(&self.separator);
        let along = kernels::dot(&self.separator, &self.offset) / square;
        let mut sideways = self.offset.clone();
        kernels::axpy(-along, &self.separator, &mut sideways);
        sideways
    }

    /// The limit of ln E · ‖w/‖w‖ − ŵ/‖ŵ‖‖: ‖b‖/‖ŵ‖.
    pub fn direction_constant(&self) -> f64 {
        let square = kernels::squared_norm(&self.separator);
        (kernels::squared_norm(&self.sideways()) / square).sqrt()
    }

    /// The limit of ln E · (γ − minₙ w·xₙ/‖w‖): γ maxₙ(−b·xₙ) over the support.
    pub fn margin_gap_constant(&self, points: &Points, reference: &MaxMargin) -> f64 {
        let sideways = self.sideways();
        let pull = |row: usize| -kernels::dot(&sideways, points.row(row));
        let pulls = reference.support.iter().map(|vector| pull(vector.row));
        reference.margin * pulls.fold(f64::NEG_INFINITY, f64::max)
    }
}

/// The predicted loss ‖ŵ‖²/(sE) = 1/(sEγ²).
pub fn predicted_loss(step: f64, epochs: f64, margin: f64) -> f64 {
    1.0 / (step * epochs * margin * margin)
}

/// The eigenvalues of M = Σ αₙxₙxₙᵀ on the span of the support, smallest first. ŵ is an
/// eigenvector with eigenvalue 1; the smallest one rules how soon the residual vanishes.
///
/// # Errors
/// Multipliers or rows that are not finite.
pub fn curvatures(points: &Points, reference: &MaxMargin) -> Result<Vec<f64>, SpectrumError> {
    let support = &reference.support;
    let order = support.len();
    // The same non-zero eigenvalues as the matrix of entries √(αᵢαⱼ) xᵢ·xⱼ.
    let entry = |place: usize| {
        let (a, b) = (&support[place / order], &support[place % order]);
        let product = kernels::dot(points.row(a.row), points.row(b.row));
        (a.multiplier * b.multiplier).sqrt() * product
    };
    let gram: Vec<f64> = (0..order * order).map(entry).collect();
    symmetric_eigenvalues(&gram, order)
}

/// The trace of the covariance that sampling with replacement adds to w(E) where M = I:
/// (N − B)/(N − 1) · (Σ αₙ²‖xₙ‖² − ‖ŵ‖²/N)/E.
pub fn sampling_noise(points: &Points, reference: &MaxMargin, batch: usize, epochs: f64) -> f64 {
    let count = points.count() as f64;
    let squares = reference.support.iter().map(|vector| {
        let square = points.squared_norms()[vector.row];
        vector.multiplier * vector.multiplier * square / vector.multiplicity as f64
    });
    let spread = squares.sum::<f64>() - kernels::squared_norm(&reference.separator) / count;
    (count - batch as f64) / (count - 1.0) * spread / epochs
}

/// argmin L for points that are not separable, by Newton's method from 0; `None` if the minimum
/// is not attained.
pub fn minimiser(points: &Points, loss: Loss) -> Option<Vec<f64>> {
    let dimension = points.dimension();
    let mut weights = vec![0.0; dimension];
    for _ in 0..100 {
        let margins = points.margins(&weights);
        let slopes: Vec<f64> = margins
            .iter()
            .map(|u| loss.negative_derivative(*u))
            .collect();
        let mut step = vec![0.0; dimension];
        kernels::transposed_vector(points.values(), &slopes, &mut step);
        let gradient = kernels::squared_norm(&step);
        let mut hessian = vec![0.0; dimension * dimension];
        for (row, margin) in points.rows().zip(&margins) {
            for (place, line) in hessian.chunks_exact_mut(dimension).enumerate() {
                kernels::axpy(loss.curvature(*margin) * row[place], row, line);
            }
        }
        if !solve_positive_definite(&hessian, &mut step) {
            return None;
        }
        // Damped: a step is halved until the loss does not rise.
        let before = loss.total(&margins);
        let mut share = 1.0;
        let moved = loop {
            let mut moved = weights.clone();
            kernels::axpy(share, &step, &mut moved);
            let after = loss.total(&points.margins(&moved));
            if after <= before || share < 1e-3 {
                break moved;
            }
            share *= 0.5;
        };
        let still = moved == weights;
        weights = moved;
        if still || gradient.sqrt() < 1e-14 * points.count() as f64 {
            break;
        }
    }
    // Where every margin is positive, longer weights do better still.
    let separates = points.margins(&weights).iter().all(|u| *u > 0.0);
    (!separates).then_some(weights)
}

/// The level at which sampling with replacement, batches of one and a small step stays above the
/// minimum of a loss that has one: (s/4) Σ‖∇ℓₙ(w*)‖².
pub fn noise_floor(points: &Points, loss: Loss, minimiser: &[f64], step: f64) -> f64 {
    let margins = points.margins(minimiser);
    let slopes = margins.iter().map(|u| loss.negative_derivative(*u));
    let squares = slopes.zip(points.squared_norms());
    0.25 * step
        * squares
            .map(|(slope, square)| slope * slope * square)
            .sum::<f64>()
}
