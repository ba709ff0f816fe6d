//! Full gradients, and gradient descent with momentum.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::{Code, inlined, vectorised};

use crate::losses::{Loss, MarginLoss, with_loss};
use crate::points::Points;

/// g = Σₙ (−ℓ′(w·xₙ)) xₙ, the negative gradient; `slopes` is room for one number per row.
#[inline(always)]
pub(crate) fn ascent_direction<L: MarginLoss>(
    points: &Points,
    loss: L,
    weights: &[f64],
    slopes: &mut [f64],
    direction: &mut [f64],
) {
    inlined::matrix_vector(points.values(), weights, slopes);
    for slope in &mut *slopes {
        *slope = loss.negative_derivative(*slope);
    }
    inlined::transposed_vector(points.values(), slopes, direction);
}

/// −∇L(w).
pub fn negative_gradient(points: &Points, loss: Loss, weights: &[f64]) -> Vec<f64> {
    let mut slopes = vec![0.0; points.count()];
    let mut direction = vec![0.0; points.dimension()];
    with_loss!(loss, loss => {
        ascent_direction(points, loss, weights, &mut slopes, &mut direction);
    });
    direction
}

/// Heavy ball: v ← μv + s g(w), w ← w + v. Without momentum it is gradient descent.
#[derive(Clone, Debug)]
pub struct HeavyBall<'a> {
    points: &'a Points,
    loss: Loss,
    step: f64,
    momentum: f64,
    /// w.
    pub weights: Vec<f64>,
    /// v.
    pub velocity: Vec<f64>,
}

impl<'a> HeavyBall<'a> {
    /// Starts at rest; `step` is s, `momentum` is μ.
    pub fn new(points: &'a Points, loss: Loss, step: f64, momentum: f64, start: &[f64]) -> Self {
        Self {
            points,
            loss,
            step,
            momentum,
            weights: start.to_vec(),
            velocity: vec![0.0; start.len()],
        }
    }

    /// Makes this many steps.
    pub fn advance(&mut self, steps: u64) {
        with_loss!(self.loss, loss => vectorised(Advance { method: self, loss, steps }));
    }
}

struct Advance<'s, 'a, L> {
    method: &'s mut HeavyBall<'a>,
    loss: L,
    steps: u64,
}

impl<L: MarginLoss> Code for Advance<'_, '_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let HeavyBall {
            points,
            step,
            momentum,
            weights,
            velocity,
            ..
        } = self.method;
        let mut slopes = vec![0.0; points.count()];
        let mut direction = vec![0.0; points.dimension()];
        for _ in 0..self.steps {
            ascent_direction(points, self.loss, weights, &mut slopes, &mut direction);
            for ((w, v), g) in weights.iter_mut().zip(&mut *velocity).zip(&direction) {
                *v = *momentum * *v + *step * g;
                *w += *v;
            }
        }
    }
}
