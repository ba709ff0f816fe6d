//! What the shared kernels lack: lengths, distances and the projection on a ball.
//!
//! All are to be inlined into loops that are compiled for wider vectors.
#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::inlined::{axpy, dot};

/// Euclidean length.
#[inline(always)]
pub fn norm(x: &[f64]) -> f64 {
    dot(x, x).sqrt()
}

/// Squared Euclidean distance, in eight fixed lanes.
#[inline(always)]
pub fn squared_distance(x: &[f64], y: &[f64]) -> f64 {
    const LANES: usize = 8;
    let (x_blocks, x_rest) = x.as_chunks::<LANES>();
    let (y_blocks, y_rest) = y.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        for lane in 0..LANES {
            let difference = x[lane] - y[lane];
            sums[lane] += difference * difference;
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum += (x - y) * (x - y);
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
}

/// x ← a x.
#[inline(always)]
pub fn scale(a: f64, x: &mut [f64]) {
    for x in x {
        *x *= a;
    }
}

/// Projection on the ball of radius R about 0, in place.
#[inline(always)]
pub fn project_on_ball(x: &mut [f64], radius: f64) {
    let square = dot(x, x);
    if square > radius * radius {
        scale(radius / square.sqrt(), x);
    }
}

/// out ← factor × mean over nodes of an n × d state.
pub fn mean_row(state: &[f64], factor: f64, out: &mut [f64]) {
    let nodes = state.len() / out.len();
    out.fill(0.0);
    for row in state.chunks_exact(out.len()) {
        axpy(1.0, row, out);
    }
    scale(factor / nodes as f64, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_cover_every_entry_once() {
        for length in [0, 1, 7, 8, 9, 31] {
            let x: Vec<f64> = (0..length).map(f64::from).collect();
            let y: Vec<f64> = (0..length).map(|i| f64::from(3 * i + 1)).collect();
            let expected: f64 = x.iter().zip(&y).map(|(a, b)| (a - b) * (a - b)).sum();
            assert!((squared_distance(&x, &y) - expected).abs() <= f64::EPSILON * expected);
        }
    }

    #[test]
    fn projection_leaves_the_ball_alone_and_lands_on_its_edge() {
        let mut inside = [0.6, -0.8];
        project_on_ball(&mut inside, 1.0);
        assert_eq!(inside.map(f64::to_bits), [0.6, -0.8].map(f64::to_bits));
        let mut outside = [3.0, 4.0];
        project_on_ball(&mut outside, 1.0);
        assert!((outside[0] - 0.6).abs() < 1e-15 && (outside[1] - 0.8).abs() < 1e-15);
    }
}
