//! What is done with a layer's gradient as soon as it is known.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use crate::real::Real;

/// Consumes gradients layer by layer, so that a step never holds all of them.
pub trait Update<T> {
    /// Called once before each step.
    fn begin(&mut self);
    /// Changes the weights from `offset` on by their gradient.
    fn weights(&mut self, offset: usize, weights: &mut [T], gradient: &[T]);
    /// Changes one δ by its gradient.
    fn scale(&mut self, index: usize, scale: &mut T, gradient: T);
}

/// Stochastic gradient descent with a fixed step size.
#[derive(Clone, Copy, Debug)]
pub struct GradientDescent<T> {
    /// The step size.
    pub step_size: T,
}

impl<T: Real> Update<T> for GradientDescent<T> {
    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn weights(&mut self, _offset: usize, weights: &mut [T], gradient: &[T]) {
        for (weight, gradient) in weights.iter_mut().zip(gradient) {
            *weight -= self.step_size * *gradient;
        }
    }

    #[inline(always)]
    fn scale(&mut self, _index: usize, scale: &mut T, gradient: T) {
        *scale -= self.step_size * gradient;
    }
}

/// ADAM (Kingma and Ba 2015) with the constants 0.9, 0.999, 10⁻⁸, bias-corrected.
#[derive(Clone, Debug)]
pub struct Adam<T> {
    step_size: f64,
    /// Number of steps begun.
    steps: u64,
    /// Means of the gradients and of their squares: of the weights, then of the δ.
    pub(crate) first: Vec<T>,
    pub(crate) second: Vec<T>,
    scales_from: usize,
    /// 0.9ᵗ and 0.999ᵗ.
    powers: (f64, f64),
    rate: T,
    correction: T,
}

impl<T: Real> Adam<T> {
    /// For networks with this many weights and δ.
    pub fn new(step_size: f64, weights: usize, scales: usize) -> Self {
        Self {
            step_size,
            steps: 0,
            first: vec![T::ZERO; weights + scales],
            second: vec![T::ZERO; weights + scales],
            scales_from: weights,
            powers: (1.0, 1.0),
            rate: T::ZERO,
            correction: T::ONE,
        }
    }

    /// Continues from saved means after this many steps.
    pub fn resumed(step_size: f64, steps: u64, scales: usize, means: (Vec<T>, Vec<T>)) -> Self {
        let weights = means.0.len() - scales;
        let mut adam = Self::new(step_size, weights, scales);
        (adam.first, adam.second) = means;
        // The powers are built up in the same order, so that every bit is the same.
        for _ in 0..steps {
            adam.advance();
        }
        adam
    }

    /// Number of steps begun.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    fn advance(&mut self) {
        self.steps += 1;
        self.powers = (self.powers.0 * 0.9, self.powers.1 * 0.999);
        self.rate = T::from_f64(self.step_size / (1.0 - self.powers.0));
        self.correction = T::from_f64(1.0 / (1.0 - self.powers.1).sqrt());
    }
}

#[inline(always)]
fn adam_entry<T: Real>(
    (rate, correction): (T, T),
    weight: &mut T,
    gradient: T,
    first: &mut T,
    second: &mut T,
) {
    let keep = (T::from_f64(0.9), T::from_f64(0.999));
    let take = (T::from_f64(0.1), T::from_f64(0.001));
    *first = keep.0 * *first + take.0 * gradient;
    *second = keep.1 * *second + take.1 * (gradient * gradient);
    *weight -= (rate * *first) / (second.sqrt() * correction + T::from_f64(1e-8));
}

impl<T: Real> Update<T> for Adam<T> {
    #[inline(always)]
    fn begin(&mut self) {
        self.advance();
    }

    #[inline(always)]
    fn weights(&mut self, offset: usize, weights: &mut [T], gradient: &[T]) {
        let pair = (self.rate, self.correction);
        let count = weights.len();
        let first = &mut self.first[offset..offset + count];
        let second = &mut self.second[offset..offset + count];
        let gradient = &gradient[..count];
        for place in 0..count {
            adam_entry(
                pair,
                &mut weights[place],
                gradient[place],
                &mut first[place],
                &mut second[place],
            );
        }
    }

    #[inline(always)]
    fn scale(&mut self, index: usize, scale: &mut T, gradient: T) {
        let place = self.scales_from + index;
        let pair = (self.rate, self.correction);
        let first = &mut self.first[place];
        adam_entry(pair, scale, gradient, first, &mut self.second[place]);
    }
}

/// Keeps the gradient and changes nothing: for checks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collect<T> {
    /// The gradient in the weights, laid out like them.
    pub weights: Vec<T>,
    /// The gradient in the δ.
    pub scales: Vec<T>,
}

impl<T: Real> Collect<T> {
    /// For networks with this many weights and δ.
    pub fn new(weights: usize, scales: usize) -> Self {
        Self {
            weights: vec![T::ZERO; weights],
            scales: vec![T::ZERO; scales],
        }
    }
}

impl<T: Real> Update<T> for Collect<T> {
    #[inline(always)]
    fn begin(&mut self) {}

    #[inline(always)]
    fn weights(&mut self, offset: usize, _weights: &mut [T], gradient: &[T]) {
        self.weights[offset..offset + gradient.len()].copy_from_slice(gradient);
    }

    #[inline(always)]
    fn scale(&mut self, index: usize, _scale: &mut T, gradient: T) {
        self.scales[index] = gradient;
    }
}
