//! Logistic regression on random cosine features, with labels that are smooth in the data.

use harness_numerics::elementary::{exp_of_nonpositive, log1p, sigmoid, softplus};
use harness_numerics::kernels::inlined::{axpy, dot};
use harness_numerics::kernels::vectorised;
use pulp::NullaryFnOnce;

use super::field::Field;
use super::{Loss, Objective, Samples};
use crate::points::{MARGIN, Points};

/// Points that are worked on at a time, so that everything stays in the nearest cache.
const BLOCK: usize = 256;
/// Points whose sums are held in registers together.
const REGISTERS: usize = 32;

/// The probability that is the label of a point: q(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// 1/(1 + exp(−2 sin(3 Σ_k x_k + ½))).
    Sine,
    /// The last coordinate, mapped from [0.1, 0.9] to [0, 1] and not clamped outside.
    LastCoordinate,
}

impl Label {
    /// q(x).
    pub fn at(self, x: &[f64]) -> f64 {
        match self {
            Self::Sine => {
                let sum: f64 = x.iter().sum();
                sigmoid(2.0 * libm::sin(3.0 * sum + 0.5))
            }
            Self::LastCoordinate => (x[x.len() - 1] - MARGIN) / (1.0 - 2.0 * MARGIN),
        }
    }
}

/// f(x; θ) = ln(1 + eᶻ) − q(x) z + (μ/2)‖θ‖² with z = ⟨φ(x), θ⟩ and φ_j = √(2/p) ψ_j for a field
/// ψ of cosines. Since ‖φ‖² ≤ 2, L = μ + ½.
#[derive(Clone, Debug)]
pub struct SoftLabelLogistic {
    features: Field,
    label: Label,
    regulariser: f64,
}

impl SoftLabelLogistic {
    /// With the regulariser μ = ½/(σ − 1) that gives a condition number.
    pub fn new(features: Field, label: Label, condition_number: f64) -> Self {
        Self {
            features,
            label,
            regulariser: 0.5 / (condition_number - 1.0),
        }
    }

    /// out ← φ(x).
    fn features(&self, x: &[f64], out: &mut [f64]) {
        self.features.evaluate(x, out);
        let scale = (2.0 / out.len() as f64).sqrt();
        for feature in out {
            *feature *= scale;
        }
    }
}

impl Loss for SoftLabelLogistic {
    fn parameters(&self) -> usize {
        self.features.components()
    }

    fn smoothness(&self) -> f64 {
        self.regulariser + 0.5
    }

    fn strong_convexity(&self) -> f64 {
        self.regulariser
    }

    fn value(&self, x: &[f64], theta: &[f64]) -> f64 {
        let mut features = vec![0.0; theta.len()];
        self.features(x, &mut features);
        let z = dot(&features, theta);
        softplus(z) - self.label.at(x) * z + 0.5 * self.regulariser * dot(theta, theta)
    }

    fn gradient(&self, x: &[f64], theta: &[f64], out: &mut [f64]) {
        self.features(x, out);
        let residual = sigmoid(dot(out, theta)) - self.label.at(x);
        for (out, theta) in out.iter_mut().zip(theta) {
            *out = residual * *out + self.regulariser * theta;
        }
    }

    fn sum<'a>(&'a self, points: &Points, weights: &[f64]) -> Box<dyn Objective + 'a> {
        Box::new(LogisticSum::new(self, points, weights))
    }

    fn samples<'a>(&'a self, points: &Points) -> Box<dyn Samples + 'a> {
        let parameters = self.parameters();
        let mut features = vec![0.0; points.len() * parameters];
        for (x, row) in points.iter().zip(features.chunks_exact_mut(parameters)) {
            self.features(x, row);
        }
        Box::new(LogisticSamples {
            regulariser: self.regulariser,
            features,
            labels: points.iter().map(|x| self.label.at(x)).collect(),
        })
    }
}

struct LogisticSamples {
    regulariser: f64,
    features: Vec<f64>,
    labels: Vec<f64>,
}

impl Samples for LogisticSamples {
    fn count(&self) -> usize {
        self.labels.len()
    }

    fn gradient(&self, index: usize, theta: &[f64], out: &mut [f64]) {
        let length = theta.len();
        let features = &self.features[index * length..(index + 1) * length];
        let residual = sigmoid(dot(features, theta)) - self.labels[index];
        for ((out, feature), theta) in out.iter_mut().zip(features).zip(theta) {
            *out = residual * feature + self.regulariser * theta;
        }
    }
}

/// A weighted sum over points whose features are kept, in blocks of 256 points, feature by feature.
struct LogisticSum {
    regulariser: f64,
    terms: u64,
    weight: f64,
    blocks: Vec<Block>,
}

/// Points at the end of the last block that do not exist have weight 0.
struct Block {
    /// p rows of 256 values.
    features: Vec<[f64; BLOCK]>,
    labels: [f64; BLOCK],
    weights: [f64; BLOCK],
    /// Number of points, rounded up to whole registers; what is beyond is never looked at.
    used: usize,
}

impl LogisticSum {
    fn new(loss: &SoftLabelLogistic, points: &Points, weights: &[f64]) -> Self {
        let parameters = loss.parameters();
        let mut row = vec![0.0; parameters];
        let block = |first: usize| {
            let count = BLOCK.min(points.len() - first);
            let mut block = Block {
                features: vec![[0.0; BLOCK]; parameters],
                labels: [0.0; BLOCK],
                weights: [0.0; BLOCK],
                used: count.next_multiple_of(REGISTERS),
            };
            for lane in 0..count {
                let x = points.get(first + lane);
                loss.features(x, &mut row);
                for (feature, value) in block.features.iter_mut().zip(&row) {
                    feature[lane] = *value;
                }
                block.labels[lane] = loss.label.at(x);
                block.weights[lane] = weights[first + lane];
            }
            block
        };
        Self {
            regulariser: loss.regulariser,
            terms: points.len() as u64,
            weight: weights.iter().sum(),
            blocks: (0..points.len()).step_by(BLOCK).map(block).collect(),
        }
    }
}

#[expect(clippy::inline_always, reason = "inlined into vectorised loops")]
impl Block {
    /// z = ⟨φ, θ⟩ of every point.
    #[inline(always)]
    fn margins(&self, theta: &[f64]) -> [f64; BLOCK] {
        let mut margins = [0.0; BLOCK];
        // A few points at a time over all features, so that the sums stay in registers.
        for first in (0..self.used).step_by(REGISTERS) {
            let mut sums = [0.0; REGISTERS];
            for (feature, theta) in self.features.iter().zip(theta) {
                for lane in 0..REGISTERS {
                    sums[lane] += theta * feature[first + lane];
                }
            }
            margins[first..first + REGISTERS].copy_from_slice(&sums);
        }
        margins
    }
}

struct Value<'a>(&'a [Block], &'a [f64]);

impl NullaryFnOnce for Value<'_> {
    type Output = f64;
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled once for each vector width")]
    fn call(self) -> f64 {
        let mut sum = 0.0;
        for block in self.0 {
            let mut z = block.margins(self.1);
            for (z, label) in z[..block.used].iter_mut().zip(&block.labels) {
                let positive = if *z > 0.0 { *z } else { 0.0 };
                let soft = positive + log1p(exp_of_nonpositive(-z.abs()));
                *z = soft - label * *z;
            }
            sum += dot(&block.weights[..block.used], &z);
        }
        sum
    }
}

struct Gradient<'a>(&'a [Block], &'a [f64], &'a mut [f64]);

impl NullaryFnOnce for Gradient<'_> {
    type Output = ();
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled once for each vector width")]
    fn call(self) {
        let Self(blocks, theta, out) = self;
        out.fill(0.0);
        for block in blocks {
            let mut residual = block.margins(theta);
            let targets = block.weights.iter().zip(&block.labels);
            for (residual, (weight, label)) in residual[..block.used].iter_mut().zip(targets) {
                *residual = weight * (sigmoid(*residual) - label);
            }
            for (out, feature) in out.iter_mut().zip(&block.features) {
                *out += dot(&residual[..block.used], feature);
            }
        }
    }
}

struct Hessian<'a>(&'a [Block], &'a [f64], &'a mut [f64]);

impl NullaryFnOnce for Hessian<'_> {
    type Output = ();
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled once for each vector width")]
    fn call(self) {
        let Self(blocks, theta, out) = self;
        let p = theta.len();
        out.fill(0.0);
        for block in blocks {
            let mut curvature = block.margins(theta);
            for (curvature, weight) in curvature[..block.used].iter_mut().zip(&block.weights) {
                let probability = sigmoid(*curvature);
                *curvature = weight * probability * (1.0 - probability);
            }
            for (j, feature) in block.features.iter().enumerate() {
                let mut scaled = curvature;
                for (scaled, feature) in scaled[..block.used].iter_mut().zip(feature) {
                    *scaled *= feature;
                }
                for (k, other) in block.features[..=j].iter().enumerate() {
                    out[j * p + k] += dot(&scaled[..block.used], other);
                }
            }
        }
        for j in 0..p {
            for k in 0..j {
                out[k * p + j] = out[j * p + k];
            }
        }
    }
}

impl Objective for LogisticSum {
    fn terms(&self) -> u64 {
        self.terms
    }

    fn value(&self, theta: &[f64]) -> f64 {
        let regulariser = 0.5 * self.regulariser * self.weight;
        vectorised(Value(&self.blocks, theta)) + regulariser * dot(theta, theta)
    }

    fn gradient(&self, theta: &[f64], out: &mut [f64]) {
        vectorised(Gradient(&self.blocks, theta, out));
        axpy(self.regulariser * self.weight, theta, out);
    }

    fn hessian(&self, theta: &[f64], out: &mut [f64]) -> bool {
        vectorised(Hessian(&self.blocks, theta, out));
        for j in 0..theta.len() {
            out[j * (theta.len() + 1)] += self.regulariser * self.weight;
        }
        true
    }
}
