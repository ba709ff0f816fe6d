//! Running a method until it has reached an accuracy.

use crate::loss::{Objective, Reference};
use crate::methods::Method;
use crate::oracle::Counted;

/// The first iterate within an accuracy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Number of steps: the iterate after t gradients is number t, from 1.
    pub iterations: u64,
    /// Oracle calls until then.
    pub calls: u64,
}

/// A problem with its minimum: what a method is measured against.
pub struct Target<'a> {
    /// The mean over the data.
    pub mean: &'a dyn Objective,
    /// Its minimiser and minimum.
    pub minimum: &'a Reference,
}

impl Target<'_> {
    /// F(θ) − F*.
    pub fn excess(&self, theta: &[f64]) -> f64 {
        self.mean.excess(theta, self.minimum)
    }
}

/// For each accuracy, from large to small, the first iterate whose excess is at most that, or `None`
/// if it is not reached within `cap` steps. Stops at the last. `watch` sees every iterate's number,
/// calls and excess.
///
/// # Errors
/// Those of `watch`.
pub fn first_hits<E>(
    method: &mut dyn Method,
    gradient: &dyn Objective,
    target: &Target<'_>,
    accuracies: &[f64],
    cap: u64,
    mut watch: impl FnMut(u64, u64, f64) -> Result<(), E>,
) -> Result<Vec<Option<Hit>>, E> {
    let mut oracle = Counted::new(gradient);
    let mut hits = Vec::with_capacity(accuracies.len());
    for iterations in 1..=cap {
        method.step(&mut oracle);
        let excess = target.excess(method.iterate());
        watch(iterations, oracle.calls(), excess)?;
        while hits.len() < accuracies.len() && excess <= accuracies[hits.len()] {
            hits.push(Some(Hit {
                iterations,
                calls: oracle.calls(),
            }));
        }
        if hits.len() == accuracies.len() || !excess.is_finite() {
            break;
        }
    }
    hits.resize(accuracies.len(), None);
    Ok(hits)
}
