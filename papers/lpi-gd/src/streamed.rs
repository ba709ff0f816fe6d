//! Data that are drawn again whenever they are needed, in chunks: any number in bounded memory.

use crate::interpolation::{LocalPolynomial, Weights, WeightsBuilder};
use crate::loss::{Loss, Objective};
use crate::points::Points;

/// A sequence of data points, chunk by chunk.
pub struct Stream<'a> {
    points: usize,
    chunk: usize,
    draw: &'a dyn Fn(u64, usize) -> Points,
}

impl<'a> Stream<'a> {
    /// `points` points in chunks of `chunk`; `draw` gives chunk number k, counted from 0, of a given
    /// length, the same whenever it is asked.
    ///
    /// # Panics
    /// If chunks are empty.
    pub fn new(points: usize, chunk: usize, draw: &'a dyn Fn(u64, usize) -> Points) -> Self {
        assert!(chunk > 0);
        Self {
            points,
            chunk,
            draw,
        }
    }

    /// All chunks in order.
    pub fn chunks(&self) -> impl Iterator<Item = Points> + '_ {
        (0..self.points)
            .step_by(self.chunk)
            .enumerate()
            .map(|(number, first)| (self.draw)(number as u64, self.chunk.min(self.points - first)))
    }

    /// The averaged interpolation weights of all points.
    pub fn weights(&self, rule: LocalPolynomial) -> Weights {
        let mut builder = WeightsBuilder::new(rule);
        self.chunks().for_each(|points| builder.add(&points));
        builder.finish()
    }
}

/// The mean of a loss over a stream.
pub struct StreamedMean<'a, L> {
    loss: &'a L,
    stream: &'a Stream<'a>,
}

impl<'a, L: Loss> StreamedMean<'a, L> {
    /// Draws nothing yet.
    pub const fn new(loss: &'a L, stream: &'a Stream<'a>) -> Self {
        Self { loss, stream }
    }

    /// Each chunk's share of the mean, as an objective of its own.
    fn shares(&self) -> impl Iterator<Item = Box<dyn Objective + '_>> {
        self.stream.chunks().map(|points| {
            let weights = vec![1.0 / self.stream.points as f64; points.len()];
            self.loss.sum(&points, &weights)
        })
    }
}

impl<L: Loss> Objective for StreamedMean<'_, L> {
    fn terms(&self) -> u64 {
        self.stream.points as u64
    }

    fn value(&self, theta: &[f64]) -> f64 {
        self.shares().map(|share| share.value(theta)).sum()
    }

    fn gradient(&self, theta: &[f64], out: &mut [f64]) {
        let mut own = vec![0.0; out.len()];
        out.fill(0.0);
        for share in self.shares() {
            share.gradient(theta, &mut own);
            out.iter_mut().zip(&own).for_each(|(out, own)| *out += own);
        }
    }

    fn hessian(&self, theta: &[f64], out: &mut [f64]) -> bool {
        let mut own = vec![0.0; out.len()];
        out.fill(0.0);
        self.shares().all(|share| {
            let known = share.hessian(theta, &mut own);
            out.iter_mut().zip(&own).for_each(|(out, own)| *out += own);
            known
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::loss::{Field, Label, SoftLabelLogistic};

    #[test]
    fn a_stream_is_the_data_in_memory() {
        let all = Points::deterministic(1000, 1);
        let draw = |number: u64, length: usize| {
            let first = 128 * number as usize;
            let own = (first..first + length).flat_map(|index| all.get(index).to_vec());
            Points::new(1, own.collect())
        };
        let stream = Stream::new(1000, 128, &draw);
        let loss = SoftLabelLogistic::new(Field::structured(5, 1, 3.0), Label::Sine, 30.0);
        let streamed = StreamedMean::new(&loss, &stream);
        let whole = loss.sum(&all, &all.equal_weights());
        let theta = [0.3, -0.2, 0.5, 0.1, -1.0];
        assert_eq!(streamed.terms(), whole.terms());
        assert!((streamed.value(&theta) - whole.value(&theta)).abs() < 1e-13);
        let (mut a, mut b) = ([0.0; 5], [0.0; 5]);
        streamed.gradient(&theta, &mut a);
        whole.gradient(&theta, &mut b);
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-13));
        let (mut a, mut b) = ([0.0; 25], [0.0; 25]);
        assert!(streamed.hessian(&theta, &mut a) && whole.hessian(&theta, &mut b));
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-13));
        let grid = Grid {
            per_axis: 20,
            dimension: 1,
        };
        let rule = LocalPolynomial::new(grid, 3).expect("a possible grid");
        assert_eq!(stream.weights(rule), Weights::of(rule, &all));
    }
}
