//! Gradient descent: momentum 0.

use super::{Method, Setting};
use crate::gradient_descent::HeavyBall;

pub(super) const METHOD: Method = Method {
    start: |Setting { points, loss, step, .. }| {
        let mut run = HeavyBall::new(points, loss, step, 0.0, &vec![0.0; points.row(0).len()]);
        Box::new(move |count| {
            run.advance(count);
            run.weights.clone()
        })
    },
    needs_epsilon: false,
};
