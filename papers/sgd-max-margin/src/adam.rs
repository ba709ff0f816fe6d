//! ADAM on the full gradient: the method whose bias is another one.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::{Code, vectorised};

use crate::gradient_descent::ascent_direction;
use crate::losses::{Loss, MarginLoss, with_loss};
use crate::points::Points;

/// β₁, the memory of the first moment.
const FIRST_MEMORY: f64 = 0.9;
/// β₂, the memory of the second moment.
const SECOND_MEMORY: f64 = 0.999;

/// w ← w + lr · m̂/(√v̂ + ε) with bias-corrected moments of g(w) = −∇L(w).
#[derive(Clone, Debug)]
pub struct Adam<'a> {
    points: &'a Points,
    loss: Loss,
    learning_rate: f64,
    epsilon: f64,
    /// w.
    pub weights: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    /// β₁ᵗ and β₂ᵗ.
    decays: [f64; 2],
}

impl<'a> Adam<'a> {
    /// Starts with empty moments.
    pub fn new(
        points: &'a Points,
        loss: Loss,
        learning_rate: f64,
        epsilon: f64,
        start: &[f64],
    ) -> Self {
        Self {
            points,
            loss,
            learning_rate,
            epsilon,
            weights: start.to_vec(),
            first: vec![0.0; start.len()],
            second: vec![0.0; start.len()],
            decays: [1.0, 1.0],
        }
    }

    /// Makes this many steps.
    pub fn advance(&mut self, steps: u64) {
        with_loss!(self.loss, loss => vectorised(Advance { method: self, loss, steps }));
    }
}

struct Advance<'s, 'a, L> {
    method: &'s mut Adam<'a>,
    loss: L,
    steps: u64,
}

impl<L: MarginLoss> Code for Advance<'_, '_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Adam {
            points,
            learning_rate,
            epsilon,
            weights,
            first,
            second,
            decays,
            ..
        } = self.method;
        let mut slopes = vec![0.0; points.count()];
        let mut direction = vec![0.0; points.dimension()];
        for _ in 0..self.steps {
            ascent_direction(points, self.loss, weights, &mut slopes, &mut direction);
            decays[0] *= FIRST_MEMORY;
            decays[1] *= SECOND_MEMORY;
            let moments = first.iter_mut().zip(&mut *second);
            for ((w, (m, v)), g) in weights.iter_mut().zip(moments).zip(&direction) {
                *m = FIRST_MEMORY * *m + (1.0 - FIRST_MEMORY) * g;
                *v = SECOND_MEMORY * *v + (1.0 - SECOND_MEMORY) * (g * g);
                let mean = *m / (1.0 - decays[0]);
                let size = (*v / (1.0 - decays[1])).sqrt() + *epsilon;
                *w += *learning_rate * mean / size;
            }
        }
    }
}
