//! Layers with their gradients.

use harness_numerics::elementary;

use super::matrix::{View, add_product};

/// out ← inputs · weights + bias, for a batch of rows.
pub fn affine(inputs: &[f64], weights: &[f64], bias: &[f64], out: &mut Vec<f64>) {
    let columns = bias.len();
    let width = weights.len() / columns;
    let rows = inputs.len() / width;
    out.clear();
    for _ in 0..rows {
        out.extend_from_slice(bias);
    }
    add_product(View::rows(inputs, width), weights, width, columns, out);
}

/// Adds the gradient of an affine layer to those of its weights and bias, given the slopes of its
/// outputs.
pub fn add_affine_gradient(inputs: &[f64], slopes: &[f64], weights: &mut [f64], bias: &mut [f64]) {
    let columns = bias.len();
    let width = weights.len() / columns;
    let rows = slopes.len() / columns;
    add_product(
        View::transposed(inputs, width),
        slopes,
        rows,
        columns,
        weights,
    );
    for slopes in slopes.chunks_exact(columns) {
        for (bias, slope) in bias.iter_mut().zip(slopes) {
            *bias += slope;
        }
    }
}

/// out ← slopes · weightsᵀ: the slopes of an affine layer's inputs. `columns` is the number of its
/// outputs, `transposed` scratch space.
pub fn affine_input_slopes(
    slopes: &[f64],
    weights: &[f64],
    columns: usize,
    transposed: &mut Vec<f64>,
    out: &mut Vec<f64>,
) {
    let width = weights.len() / columns;
    transposed.clear();
    for column in 0..columns {
        transposed.extend(weights.iter().skip(column).step_by(columns));
    }
    out.clear();
    out.resize(slopes.len() / columns * width, 0.0);
    add_product(View::rows(slopes, columns), transposed, columns, width, out);
}

/// max(x, 0) of every entry.
pub fn relu(values: &mut [f64]) {
    for value in values {
        *value = if *value > 0.0 { *value } else { 0.0 };
    }
}

/// Multiplies slopes by the derivative of [`relu`], given its outputs; 0 at 0.
pub fn relu_slopes(outputs: &[f64], slopes: &mut [f64]) {
    for (slope, output) in slopes.iter_mut().zip(outputs) {
        *slope = if *output > 0.0 { *slope } else { 0.0 };
    }
}

/// tanh of every entry.
pub fn tanh(values: &mut [f64]) {
    elementary::tanh_in_place(values);
}

/// Multiplies slopes by the derivative of tanh, given its outputs.
pub fn tanh_slopes(outputs: &[f64], slopes: &mut [f64]) {
    for (slope, output) in slopes.iter_mut().zip(outputs) {
        *slope *= 1.0 - output * output;
    }
}

/// Subtracts its largest entry from every row.
fn subtract_largest(outputs: &mut [f64], classes: usize) {
    for row in outputs.chunks_exact_mut(classes) {
        let most = row.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        for value in row {
            *value -= most;
        }
    }
}

/// The sum of −ln softmax(outputs) at the class over a batch. Uses up the outputs.
pub fn cross_entropy(outputs: &mut [f64], chosen: &[u32], classes: usize) -> f64 {
    subtract_largest(outputs, classes);
    let own: f64 = outputs
        .chunks_exact(classes)
        .zip(chosen)
        .map(|(row, class)| row[*class as usize])
        .sum();
    elementary::exp_in_place(outputs);
    let logarithms = outputs
        .chunks_exact(classes)
        .map(|row| elementary::ln(row.iter().sum()));
    logarithms.sum::<f64>() - own
}

/// outputs ← factor · (softmax(outputs) − indicator of the class): the slopes of
/// [`cross_entropy`].
pub fn cross_entropy_slopes(outputs: &mut [f64], chosen: &[u32], classes: usize, factor: f64) {
    subtract_largest(outputs, classes);
    elementary::exp_in_place(outputs);
    for (row, class) in outputs.chunks_exact_mut(classes).zip(chosen) {
        let sum: f64 = row.iter().sum();
        let scale = factor / sum;
        for value in row.iter_mut() {
            *value *= scale;
        }
        row[*class as usize] -= factor;
    }
}
