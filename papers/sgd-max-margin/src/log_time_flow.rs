//! Gradient flow in logarithmic time, for horizons that no stepping reaches.
//!
//! With τ = ln E the flow of small steps is dw/dτ = s e^τ (−∇L(w)). Its solution tends to the
//! straight line ŵτ + w̃, which the method of Radau IIA with two stages (order 3, stiffly accurate)
//! follows exactly; so equal steps in τ reach E = 10¹⁰⁰ in some ten thousand steps. Written for the
//! logistic loss, whose weights are formed as one exponent so that e^τ never overflows.

use harness_numerics::dense::solve_square;
use harness_numerics::{elementary, kernels};

use crate::points::Points;

/// Radau IIA: rows of the stage matrix.
const STAGES: [[f64; 2]; 2] = [[5.0 / 12.0, -1.0 / 12.0], [3.0 / 4.0, 1.0 / 4.0]];
/// Radau IIA: the times of the stages as shares of a step.
const TIMES: [f64; 2] = [1.0 / 3.0, 1.0];

/// The flow from w = 0 at E = e⁻¹².
#[derive(Clone, Debug)]
pub struct LogTimeFlow<'a> {
    points: &'a Points,
    log_step: f64,
    width: f64,
    /// τ = ln E.
    pub log_epochs: f64,
    /// w.
    pub weights: Vec<f64>,
    /// The slopes of the last step's stages, from which Newton's method starts.
    slopes: Vec<f64>,
}

impl<'a> LogTimeFlow<'a> {
    /// For a step per sample s, in steps of `width` in τ.
    pub fn new(points: &'a Points, step: f64, width: f64) -> Self {
        let dimension = points.dimension();
        Self {
            points,
            log_step: elementary::ln(step),
            width,
            log_epochs: -12.0,
            weights: vec![0.0; dimension],
            slopes: vec![0.0; 2 * dimension],
        }
    }

    /// Goes on to τ; the last step is shortened. `false` if Newton's method failed.
    pub fn advance_to(&mut self, log_epochs: f64) -> bool {
        while self.log_epochs < log_epochs {
            let rest = log_epochs - self.log_epochs;
            let (width, end) = if rest > self.width * 1.000_001 {
                (self.width, self.log_epochs + self.width)
            } else {
                (rest, log_epochs)
            };
            if !self.step(width) {
                return false;
            }
            self.log_epochs = end;
        }
        true
    }

    /// dw/dτ and its derivative in w, row-major.
    fn field(&self, log_epochs: f64, weights: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let dimension = weights.len();
        let mut slope = vec![0.0; dimension];
        let mut jacobian = vec![0.0; dimension * dimension];
        for row in self.points.rows() {
            let margin = kernels::dot(row, weights);
            // e^τ s/(1 + e^u) as one exponent: ln(1 + e^u) = softplus(u).
            let exponent = log_epochs + self.log_step - elementary::softplus(margin);
            let weight = elementary::exp(exponent);
            kernels::axpy(weight, row, &mut slope);
            let bend = -weight * elementary::sigmoid(margin);
            for (place, line) in jacobian.chunks_exact_mut(dimension).enumerate() {
                kernels::axpy(bend * row[place], row, line);
            }
        }
        (slope, jacobian)
    }

    /// One step: Newton's method for the slopes k₁, k₂ with kᵢ = f(τ + cᵢh, w + h Σ aᵢⱼkⱼ).
    fn step(&mut self, width: f64) -> bool {
        let dimension = self.weights.len();
        let order = 2 * dimension;
        let mut slopes = self.slopes.clone();
        for _ in 0..50 {
            let mut system = vec![0.0; order * order];
            let mut defect = vec![0.0; order];
            for stage in 0..2 {
                let mut inner = self.weights.clone();
                for (other, slope) in slopes.chunks_exact(dimension).enumerate() {
                    kernels::axpy(width * STAGES[stage][other], slope, &mut inner);
                }
                let time = self.log_epochs + TIMES[stage] * width;
                let (slope, jacobian) = self.field(time, &inner);
                for row in 0..dimension {
                    let place = stage * dimension + row;
                    defect[place] = slope[row] - slopes[place];
                    system[place * order + place] += 1.0;
                    for column in 0..order {
                        let share = width * STAGES[stage][column / dimension];
                        let bend = jacobian[row * dimension + column % dimension];
                        system[place * order + column] -= share * bend;
                    }
                }
            }
            if !solve_square(&mut system, &mut defect) {
                return false;
            }
            kernels::axpy(1.0, &defect, &mut slopes);
            let change = kernels::squared_norm(&defect).sqrt();
            if change.is_nan() {
                return false;
            }
            if change <= 1e-13 * (1.0 + kernels::squared_norm(&slopes).sqrt()) {
                for (stage, slope) in slopes.chunks_exact(dimension).enumerate() {
                    kernels::axpy(width * STAGES[1][stage], slope, &mut self.weights);
                }
                self.slopes = slopes;
                return true;
            }
        }
        false
    }
}
