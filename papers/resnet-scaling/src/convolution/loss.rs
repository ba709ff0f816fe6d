//! Cross entropy of ten class scores, for a group of samples.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::elementary;

use super::layers::{LANES, Lane};

/// Classes.
pub const CLASSES: usize = 10;

/// The gradient of a batch, and what was seen on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Laid out like the weights.
    pub weights: Vec<f64>,
    /// Sum of the cross entropies.
    pub loss: f64,
    /// Number of samples whose largest output is right.
    pub right: u32,
}

impl Gradient {
    /// Zeros for this many weights.
    pub fn zero(weights: usize) -> Self {
        Self {
            weights: vec![0.0; weights],
            loss: 0.0,
            right: 0,
        }
    }

    /// Adds loss and hits of one sample for each label; the slopes in the scores of the mean over
    /// `count` samples. Lanes without a label have slope 0.
    #[inline(always)]
    pub(super) fn add_scores(
        &mut self,
        scores: &[Lane; CLASSES],
        labels: impl Iterator<Item = usize>,
        count: usize,
    ) -> [Lane; CLASSES] {
        let mut slopes = [[0.0; LANES]; CLASSES];
        for (lane, label) in labels.enumerate().take(LANES) {
            let scores = scores.map(|row| row[lane]);
            let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let powers = scores.map(|score| elementary::exp(score - largest));
            let sum: f64 = powers.iter().sum();
            self.loss += elementary::ln(sum) - (scores[label] - largest);
            let best = (1..CLASSES).fold(0, |best, class| {
                if scores[class] > scores[best] {
                    class
                } else {
                    best
                }
            });
            self.right += u32::from(best == label);
            for class in 0..CLASSES {
                let target = f64::from(u8::from(class == label));
                slopes[class][lane] = (powers[class] / sum - target) / count.max(1) as f64;
            }
        }
        slopes
    }
}
