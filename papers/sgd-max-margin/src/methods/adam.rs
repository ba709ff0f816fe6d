//! ADAM with the usual memories.

use super::{Method, Setting};
use crate::adam::Adam;

pub(super) const METHOD: Method = Method {
    start: |Setting { points, loss, step, epsilon }| {
        let mut run = Adam::new(points, loss, step, epsilon, &vec![0.0; points.row(0).len()]);
        Box::new(move |count| {
            run.advance(count);
            run.weights.clone()
        })
    },
    needs_epsilon: true,
};
