//! What the analysis speaks of, measured along a run: Assumption 1, the distance lemma and the
//! auxiliary sequence.

use harness_numerics::kernels;

use crate::cluster::Cluster;
use crate::compressors::Message;
use crate::selection::Selector;

/// One step, seen from above.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// α G̃: the mean over nodes of the scaled gradients.
    pub scaled_gradient: Vec<f64>,
    /// The mean over nodes of what they would like to send.
    pub accumulated: Vec<f64>,
    /// The mean over nodes of what they sent.
    pub sent: Vec<f64>,
}

impl Observation {
    pub(crate) fn start(&mut self, dimension: usize) {
        for sum in [
            &mut self.scaled_gradient,
            &mut self.accumulated,
            &mut self.sent,
        ] {
            sum.clear();
            sum.resize(dimension, 0.0);
        }
    }

    pub(crate) fn add_node(&mut self, share: f64, scaled_gradient: &[f64], accumulated: &[f64]) {
        kernels::axpy(share, scaled_gradient, &mut self.scaled_gradient);
        kernels::axpy(share, accumulated, &mut self.accumulated);
    }

    pub(crate) fn add_message(&mut self, share: f64, message: &Message) {
        message.add_to(share, &mut self.sent);
    }
}

/// The constants of one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constants {
    /// ‖α G̃‖.
    pub step_length: f64,
    /// ξₜ = ‖`TopK`(mean acc) − mean sent‖/‖α G̃‖.
    pub disagreement: f64,
    /// The same with `TopK`(mean sent) in the place of mean sent (Li and Hoefler 2022).
    pub outer_disagreement: f64,
    /// ‖G̃ − `TopK`(G̃)‖/‖G̃‖ over its worst case √(1 − K/n); 0 for K = n.
    pub relative_error: f64,
}

/// Computes the constants of a step.
#[derive(Clone, Debug)]
pub struct Meter {
    kept: usize,
    selectors: [Selector; 3],
    chosen: Vec<u32>,
    difference: Vec<f64>,
}

impl Meter {
    /// For `TopK` with `kept` entries.
    pub fn new(kept: usize) -> Self {
        Self {
            kept,
            selectors: std::array::from_fn(|_| Selector::new()),
            chosen: Vec::new(),
            difference: Vec::new(),
        }
    }

    /// ξ and the other constants of the step just observed.
    pub fn measure(&mut self, seen: &Observation) -> Constants {
        let step_length = norm(&seen.scaled_gradient);
        self.select(0, &seen.accumulated);
        self.difference.clear();
        self.difference.extend(seen.sent.iter().map(|sent| -sent));
        for index in &self.chosen {
            self.difference[*index as usize] += seen.accumulated[*index as usize];
        }
        let disagreement = norm(&self.difference) / step_length;
        self.difference.fill(0.0);
        for index in &self.chosen {
            self.difference[*index as usize] = seen.accumulated[*index as usize];
        }
        self.select(1, &seen.sent);
        for index in &self.chosen {
            self.difference[*index as usize] -= seen.sent[*index as usize];
        }
        let outer_disagreement = norm(&self.difference) / step_length;
        self.select(2, &seen.scaled_gradient);
        self.difference.copy_from_slice(&seen.scaled_gradient);
        for index in &self.chosen {
            self.difference[*index as usize] = 0.0;
        }
        let worst = 1.0 - self.kept as f64 / seen.sent.len() as f64;
        let relative_error = if worst > 0.0 {
            norm(&self.difference) / step_length / worst.sqrt()
        } else {
            0.0
        };
        Constants {
            step_length,
            disagreement,
            outer_disagreement,
            relative_error,
        }
    }

    fn select(&mut self, which: usize, values: &[f64]) {
        self.selectors[which].select(values, self.kept, &mut self.chosen);
    }
}

/// The auxiliary sequence xₜ and the path-wise bound Bₜ of ‖vₜ − xₜ‖.
#[derive(Clone, Debug)]
pub struct Lemma {
    contraction: f64,
    /// xₜ: dense SGD with the gradients taken at vₜ.
    pub auxiliary: Vec<f64>,
    /// Bₜ: B₀ = 0, Bₜ₊₁ = γ Bₜ + (γ + ξₜ) ‖αₜ G̃ₜ‖.
    pub bound: f64,
    mean_residual: Vec<f64>,
}

impl Lemma {
    /// At the start, for `TopK` with `kept` entries.
    pub fn new(start: &[f64], kept: usize) -> Self {
        Self {
            contraction: contraction(kept, start.len()),
            auxiliary: start.to_vec(),
            bound: 0.0,
            mean_residual: Vec::new(),
        }
    }

    /// Follows a step just observed.
    pub fn follow(&mut self, seen: &Observation, constants: &Constants) {
        kernels::axpy(-1.0, &seen.scaled_gradient, &mut self.auxiliary);
        self.bound = self.contraction * self.bound
            + (self.contraction + constants.disagreement) * constants.step_length;
    }

    /// ‖vₜ − xₜ‖.
    pub fn distance(&self, cluster: &Cluster) -> f64 {
        let differences = cluster.parameters.iter().zip(&self.auxiliary);
        let squares: Vec<f64> = differences.map(|(v, x)| v - x).collect();
        norm(&squares)
    }

    /// The largest entry of |(vₜ − xₜ) − (1/P) Σₚ εₜ^p|, which is 0 but for rounding.
    pub fn identity_gap(&mut self, cluster: &Cluster) -> f64 {
        cluster.mean_residual(&mut self.mean_residual);
        let differences = cluster.parameters.iter().zip(&self.auxiliary);
        let gaps = differences.zip(&self.mean_residual);
        gaps.fold(0.0, |most: f64, ((v, x), e)| {
            let gap = ((v - x) - e).abs();
            if gap > most || gap.is_nan() {
                gap
            } else {
                most
            }
        })
    }
}

/// γ = √((n − K)/n).
pub fn contraction(kept: usize, dimension: usize) -> f64 {
    ((dimension - kept.min(dimension)) as f64 / dimension as f64).sqrt()
}

fn norm(vector: &[f64]) -> f64 {
    kernels::squared_norm(vector).sqrt()
}
