//! Where gradient descent goes if the tail of the loss is polynomial.
//!
//! w(t) ~ C t^{1/(p+2)} v* with v* ∝ argmin Σ (1/p)(xₙ·v)⁻ᵖ + ½‖v‖² over the v that separate. It
//! depends on all points, not on the support vectors alone, so it is not ŵ in general.

use harness_numerics::dense::solve_positive_definite;
use harness_numerics::kernels;

use crate::max_margin::MaxMargin;
use crate::points::Points;

/// u⁻ᵏ.
fn inverse_power(u: f64, exponent: u32) -> f64 {
    1.0 / (0..exponent).fold(1.0, |product, _| product * u)
}

/// v*/‖v*‖ for tail power p, by damped Newton steps from ŵ.
pub fn limit_direction(points: &Points, reference: &MaxMargin, power: u32) -> Vec<f64> {
    let dimension = points.dimension();
    let objective = |v: &[f64]| {
        let margins = points.margins(v);
        if margins.iter().all(|u| *u > 0.0) {
            let terms = margins.iter().map(|u| inverse_power(*u, power));
            terms.sum::<f64>() / f64::from(power) + 0.5 * kernels::squared_norm(v)
        } else {
            f64::INFINITY
        }
    };
    let mut point = reference.separator.clone();
    for _ in 0..200 {
        let margins = points.margins(&point);
        let slopes: Vec<f64> = margins
            .iter()
            .map(|u| inverse_power(*u, power + 1))
            .collect();
        let mut step = vec![0.0; dimension];
        kernels::transposed_vector(points.values(), &slopes, &mut step);
        kernels::axpy(-1.0, &point, &mut step);
        let mut hessian = vec![0.0; dimension * dimension];
        for (row, margin) in points.rows().zip(&margins) {
            let bend = f64::from(power + 1) * inverse_power(*margin, power + 2);
            for (place, line) in hessian.chunks_exact_mut(dimension).enumerate() {
                kernels::axpy(bend * row[place], row, line);
            }
        }
        for place in 0..dimension {
            hessian[place * dimension + place] += 1.0;
        }
        // Positive definite, as it exceeds the identity.
        solve_positive_definite(&hessian, &mut step);
        let before = objective(&point);
        let mut share = 1.0;
        let moved = loop {
            let mut moved = point.clone();
            kernels::axpy(share, &step, &mut moved);
            if objective(&moved) <= before || share < 1e-9 {
                break moved;
            }
            share *= 0.5;
        };
        let still = crate::metrics::distance(&moved, &point) <= 1e-15;
        point = moved;
        if still {
            break;
        }
    }
    let length = kernels::squared_norm(&point).sqrt();
    point.iter().map(|value| value / length).collect()
}
