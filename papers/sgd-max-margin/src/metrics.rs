//! What is measured of a weight vector.

use harness_numerics::{elementary, kernels};

use crate::losses::Loss;
use crate::max_margin::MaxMargin;
use crate::points::Points;

/// Measurements at one w.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// ln L(w).
    pub log_loss: f64,
    /// L(w).
    pub loss: f64,
    /// ‖w‖.
    pub norm: f64,
    /// h = ŵ·w/‖ŵ‖², which is ln E + O(1).
    pub log_time: f64,
    /// ‖w/‖w‖ − ŵ/‖ŵ‖‖.
    pub direction_gap: f64,
    /// 1 − cos∠(w, ŵ), from the sine and not from the direction gap.
    pub angle_gap: f64,
    /// ∠(w, ŵ) in radians.
    pub angle: f64,
    /// minₙ w·xₙ.
    pub smallest: f64,
    /// minₙ w·xₙ/‖w‖.
    pub margin: f64,
}

impl Measures {
    /// Measures w.
    pub fn of(points: &Points, loss: Loss, reference: &MaxMargin, weights: &[f64]) -> Self {
        let margins = points.margins(weights);
        let log_loss = loss.log_total(&margins);
        let norm = kernels::squared_norm(weights).sqrt();
        let unit = reference.unit();
        let along = kernels::dot(&unit, weights);
        let angle = angle(weights, &unit);
        let half_sine = libm::sin(0.5 * angle);
        let smallest =
            margins.iter().fold(
                f64::INFINITY,
                |a, b| {
                    if b.is_nan() || *b < a { *b } else { a }
                },
            );
        let differences = weights.iter().zip(&unit).map(|(w, u)| w / norm - u);
        let differences: Vec<f64> = differences.collect();
        Self {
            log_loss,
            loss: elementary::exp(log_loss),
            norm,
            log_time: along * reference.margin,
            direction_gap: kernels::squared_norm(&differences).sqrt(),
            angle_gap: 2.0 * half_sine * half_sine,
            angle,
            smallest,
            margin: smallest / norm,
        }
    }
}

/// The angle to a unit vector, accurate also where it is small.
pub fn angle(weights: &[f64], unit: &[f64]) -> f64 {
    let along = kernels::dot(weights, unit);
    let across = if let ([a, b], [u, v]) = (weights, unit) {
        // The cross product of the plane.
        (a * v - b * u).abs()
    } else {
        let mut rest = weights.to_vec();
        kernels::axpy(-along, unit, &mut rest);
        kernels::squared_norm(&rest).sqrt()
    };
    libm::atan2(across, along)
}

/// ‖a − b‖.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    kernels::squared_norm(&differences).sqrt()
}
