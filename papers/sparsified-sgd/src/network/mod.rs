//! A small network and its gradient by back-propagation: plain functions on flat slices.
//!
//! [`matrix`] has the products, [`layers`] the layers with their gradients; [`Network`] puts them
//! together. Matrices are row-major, a batch has one row for each example, and all parameters
//! stand in one slice.

pub mod layers;
pub mod matrix;

use harness_numerics::random;
use rand_chacha::ChaCha8Rng;

/// inputs – hidden – classes with rectified linear units, softmax and cross-entropy. The parameters are, in order,
/// W₁ (inputs × hidden), b₁, W₂ (hidden × classes), b₂.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Width of the input.
    pub inputs: usize,
    /// Width of the hidden layer.
    pub hidden: usize,
    /// Number of classes.
    pub classes: usize,
}

/// The layers' values for one batch.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    hidden: Vec<f64>,
    outputs: Vec<f64>,
    hidden_slopes: Vec<f64>,
    transposed: Vec<f64>,
}

impl Workspace {
    /// The outputs of the last forward pass, one slice for each example.
    pub fn outputs(&self, classes: usize) -> impl Iterator<Item = &[f64]> {
        self.outputs.chunks_exact(classes)
    }
}

/// The four parts of a parameter vector.
struct Parts<T> {
    first: T,
    first_bias: T,
    second: T,
    second_bias: T,
}

impl Network {
    /// n.
    pub const fn parameters(&self) -> usize {
        (self.inputs + 1) * self.hidden + (self.hidden + 1) * self.classes
    }

    /// Normal weights of variance 2/fan-in (He et al. 2015), biases 0.
    pub fn initial(&self, random: &mut ChaCha8Rng) -> Vec<f64> {
        let mut parameters = vec![0.0; self.parameters()];
        let parts = self.split_mut(&mut parameters);
        for (weights, fan_in) in [(parts.first, self.inputs), (parts.second, self.hidden)] {
            let deviation = (2.0 / fan_in as f64).sqrt();
            for weight in weights {
                *weight = deviation * random::standard_normal(random);
            }
        }
        parameters
    }

    fn split<'a>(&self, parameters: &'a [f64]) -> Parts<&'a [f64]> {
        let (first, rest) = parameters.split_at(self.inputs * self.hidden);
        let (first_bias, rest) = rest.split_at(self.hidden);
        let (second, second_bias) = rest.split_at(self.hidden * self.classes);
        Parts {
            first,
            first_bias,
            second,
            second_bias,
        }
    }

    fn split_mut<'a>(&self, parameters: &'a mut [f64]) -> Parts<&'a mut [f64]> {
        let (first, rest) = parameters.split_at_mut(self.inputs * self.hidden);
        let (first_bias, rest) = rest.split_at_mut(self.hidden);
        let (second, second_bias) = rest.split_at_mut(self.hidden * self.classes);
        Parts {
            first,
            first_bias,
            second,
            second_bias,
        }
    }

    /// Computes hidden values and outputs of a batch.
    pub fn forward(&self, parameters: &[f64], inputs: &[f64], workspace: &mut Workspace) {
        let parts = self.split(parameters);
        layers::affine(inputs, parts.first, parts.first_bias, &mut workspace.hidden);
        layers::relu(&mut workspace.hidden);
        layers::affine(
            &workspace.hidden,
            parts.second,
            parts.second_bias,
            &mut workspace.outputs,
        );
    }

    /// The sum of the cross-entropies after a forward pass, whose outputs it uses up.
    pub fn losses(&self, classes: &[u32], workspace: &mut Workspace) -> f64 {
        layers::cross_entropy(&mut workspace.outputs, classes, self.classes)
    }

    /// gradient ← gradient + factor · ∇(sum of cross-entropies), after a forward pass of the same
    /// batch, whose outputs it uses up.
    pub fn add_gradient(
        &self,
        parameters: &[f64],
        inputs: &[f64],
        classes: &[u32],
        factor: f64,
        workspace: &mut Workspace,
        gradient: &mut [f64],
    ) {
        let parts = self.split(parameters);
        let slopes = self.split_mut(gradient);
        let outputs = &mut workspace.outputs;
        layers::cross_entropy_slopes(outputs, classes, self.classes, factor);
        layers::add_affine_gradient(
            &workspace.hidden,
            outputs,
            slopes.second,
            slopes.second_bias,
        );
        layers::affine_input_slopes(
            outputs,
            parts.second,
            self.classes,
            &mut workspace.transposed,
            &mut workspace.hidden_slopes,
        );
        layers::relu_slopes(&workspace.hidden, &mut workspace.hidden_slopes);
        layers::add_affine_gradient(
            inputs,
            &workspace.hidden_slopes,
            slopes.first,
            slopes.first_bias,
        );
    }
}
