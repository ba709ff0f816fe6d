//! Gradients against central differences.

use sparsified_sgd::data::{TextShape, linear_regression, text_like};
use sparsified_sgd::models::{
    LinearRegression, Model, NetworkModel, NonconvexLogistic, SparseLogistic,
};
use sparsified_sgd::network::{Network, layers};
use sparsified_sgd::quadratic::{Bowl, Counterexample};

use super::{assert_close, norm, normals, stream};

/// The gradient over all rows against differences of the value.
fn check(model: &mut impl Model, scale: f64, tolerance: f64) {
    let dimension = model.dimension();
    let mut at: Vec<f64> = normals(dimension, 11);
    for x in &mut at {
        *x *= scale;
    }
    let rows: Vec<u32> = (0..model.rows() as u32).collect();
    let mut gradient = vec![1.0; dimension];
    model.add_gradient(&at, &rows, 2.0, &mut gradient);
    let step = 1e-6;
    let differences: Vec<f64> = (0..dimension)
        .map(|place| {
            let mut moved = at.clone();
            moved[place] += step;
            let above = model.value(&moved);
            moved[place] -= 2.0 * step;
            (above - model.value(&moved)) / (2.0 * step)
        })
        .collect();
    let gaps: Vec<f64> = gradient
        .iter()
        .zip(&differences)
        .map(|(g, d)| (g - 1.0) / 2.0 - d)
        .collect();
    let relative = norm(&gaps) / norm(&differences);
    assert!(relative < tolerance, "relative error {relative}");
}

fn text() -> SparseLogistic {
    let shape = TextShape {
        terms: 40,
        documents: 30,
        length: 9.0,
    };
    let (features, labels) = text_like(&shape, &mut stream(1));
    SparseLogistic::new(features, labels)
}

fn network() -> NetworkModel {
    let network = Network {
        inputs: 6,
        hidden: 5,
        classes: 4,
    };
    let classes = (0..67).map(|row| row % 4).collect();
    NetworkModel::new(network, normals(67 * 6, 3), classes)
}

fn nonconvex() -> NonconvexLogistic {
    let labels = (0..20).map(|row| if row % 3 == 0 { 1.0 } else { -1.0 });
    NonconvexLogistic::new(normals(20 * 7, 4), labels.collect(), 7, 0.3)
}

fn regression() -> LinearRegression {
    linear_regression(9, 25, 0.1, 0.02, &mut stream(2))
}

#[test]
fn gradients_are_the_derivatives_of_values() {
    check(&mut text(), 1.0, 1e-6);
    check(&mut regression(), 1.0, 1e-6);
    check(&mut nonconvex(), 1.0, 1e-6);
    check(&mut network(), 0.7, 1e-6);
    check(&mut Bowl { dimension: 5 }, 1.0, 1e-6);
    check(&mut Counterexample, 1.0, 1e-6);
}

#[test]
fn a_row_drawn_twice_counts_twice() {
    for (mut model, at) in [(text(), normals(40, 5))] {
        let mut gradient = |rows: &[u32]| {
            let mut out = vec![0.0; at.len()];
            model.add_gradient(&at, rows, 1.0, &mut out);
            out
        };
        let (one, other) = (gradient(&[3]), gradient(&[8]));
        let both = gradient(&[3, 8, 3]);
        for place in 0..at.len() {
            assert_close(both[place], (2.0 * one[place] + other[place]) / 3.0, 1e-14);
        }
    }
}

#[test]
fn tanh_slopes_are_derivatives() {
    let at = normals(10, 7);
    let mut outputs = at.clone();
    layers::tanh(&mut outputs);
    let mut slopes = vec![2.0; 10];
    layers::tanh_slopes(&outputs, &mut slopes);
    for (x, slope) in at.iter().zip(&slopes) {
        let difference = (libm::tanh(x + 1e-6) - libm::tanh(x - 1e-6)) / 1e-6;
        assert_close(*slope, difference, 1e-8);
    }
}

#[test]
fn losses_survive_large_outputs() {
    let mut outputs = vec![1e4, 0.0, -1e4, -1e4];
    assert_close(
        layers::cross_entropy(&mut outputs, &[0, 1], 2),
        core::f64::consts::LN_2,
        1e-12,
    );
}
