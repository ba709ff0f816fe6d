//! Dense data-parallel SGD on sparse rows: a step touches the entries of the drawn rows only.
//!
//! The parameters are a number times a vector, so that the regulariser's shrinking of all of them
//! is one multiplication. Up to rounding it is the step of [`crate::cluster`] with everything sent.

use harness_numerics::random;
use rand_chacha::ChaCha8Rng;

use crate::models::SparseLogistic;

/// Dense SGD over P nodes.
#[derive(Clone, Debug)]
pub struct SparseSgd {
    parts: Vec<Vec<u32>>,
    batch_random: Vec<ChaCha8Rng>,
    batch: usize,
    scale: f64,
    directions: Vec<f64>,
    drawn: Vec<(u32, f64)>,
}

/// Below this the number is multiplied into the vector.
const SMALLEST_SCALE: f64 = 1e-9;

impl SparseSgd {
    /// At 0, with `batch` rows per node and step and one stream for each node.
    pub fn new(
        dimension: usize,
        parts: Vec<Vec<u32>>,
        batch: usize,
        batch_random: Vec<ChaCha8Rng>,
    ) -> Self {
        Self {
            parts,
            batch_random,
            batch,
            scale: 1.0,
            directions: vec![0.0; dimension],
            drawn: Vec::new(),
        }
    }

    /// One step.
    pub fn step(&mut self, model: &SparseLogistic, step_size: f64) {
        self.drawn.clear();
        for (part, random) in self.parts.iter().zip(&mut self.batch_random) {
            for _ in 0..self.batch {
                let row = part[random::below(random, part.len() as u32) as usize];
                let inner = self.scale * model.features.dot(row as usize, &self.directions);
                self.drawn.push((row, model.slope(row as usize, inner)));
            }
        }
        self.scale *= 1.0 - step_size * model.regularisation;
        if self.scale.abs() < SMALLEST_SCALE {
            self.directions.iter_mut().for_each(|w| *w *= self.scale);
            self.scale = 1.0;
        }
        let share = step_size / (self.drawn.len() as f64 * self.scale);
        for (row, slope) in &self.drawn {
            model
                .features
                .add_row(*row as usize, -share * slope, &mut self.directions);
        }
    }

    /// out ← the parameters v.
    pub fn parameters(&self, out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.directions.iter().map(|w| self.scale * w));
    }
}
