//! Exact minima, and matrix products against the linear-algebra library.

use faer::Mat;
use faer::linalg::solvers::Solve;
use sparsified_sgd::data::{TextShape, linear_regression, text_like};
use sparsified_sgd::models::{Model, SparseLogistic};
use sparsified_sgd::network::matrix::{View, add_product};
use sparsified_sgd::preliminary::LeastSquares;
use sparsified_sgd::reference::minimise;

use super::{assert_close, norm, normals, stream};

#[test]
fn newton_reaches_the_tolerance() {
    let shape = TextShape {
        terms: 300,
        documents: 200,
        length: 20.0,
    };
    let (features, labels) = text_like(&shape, &mut stream(1));
    let mut model = SparseLogistic::new(features, labels);
    let minimum = minimise(&mut model, 1e-9);
    assert!(minimum.gradient_norm <= 1e-9);
    let rows: Vec<u32> = (0..200).collect();
    let mut gradient = vec![0.0; 300];
    model.add_gradient(&minimum.point, &rows, 1.0, &mut gradient);
    assert!(norm(&gradient) <= 2e-9);
    // λ-strong convexity: nowhere can f be lower by more than ‖∇f‖²/(2λ).
    let mut moved = minimum.point.clone();
    for (x, z) in moved.iter_mut().zip(normals(300, 5)) {
        *x += 1e-3 * z;
    }
    assert!(model.value(&moved) > minimum.value);
}

#[test]
fn regression_minimum_agrees_with_a_factorisation() {
    let (n, m) = (12, 60);
    let mut model = linear_regression(n, m, 0.3, 0.01, &mut stream(4));
    let matrix = Mat::from_fn(m, n, |i, j| model.matrix[i * n + j]);
    let target = Mat::from_fn(m, 1, |i, _| model.targets[i]);
    let mut gram = matrix.transpose() * &matrix;
    for j in 0..n {
        gram[(j, j)] += 0.01 * m as f64;
    }
    let solution = gram.partial_piv_lu().solve(matrix.transpose() * target);
    let minimum = model.minimum();
    for j in 0..n {
        assert_close(minimum.point[j], solution[(j, 0)], 1e-10);
    }
    let moments = model.second_moments();
    assert_close(moments.iter().step_by(n + 1).sum(), 1.0, 1e-12);
}

#[test]
fn least_squares_of_coin_flips() {
    let problem = LeastSquares::drawn(100, 1000, 8, &mut stream(1));
    assert!((problem.start - 500.0).abs() <= 0.0, "exactly m/2");
    assert!((400.0..500.0).contains(&problem.minimum));
    let mut moved = problem.solution();
    assert_close(problem.value(&moved), problem.minimum, 1e-12);
    moved[3] += 0.01;
    assert!(problem.value(&moved) > problem.minimum);
}

#[test]
fn products_agree_with_the_library_for_all_shapes() {
    for (rows, inner, columns) in [(1, 1, 1), (4, 7, 16), (9, 5, 35), (6, 0, 3), (5, 64, 10)] {
        let left = normals(rows * inner, 1);
        let right = normals(inner * columns, 2);
        let start = normals(rows * columns, 3);
        let expected = |i: usize, j: usize| {
            let terms = (0..inner).map(|k| left[i * inner + k] * right[k * columns + j]);
            terms.fold(start[i * columns + j], |sum, term| sum + term)
        };
        let flipped: Vec<f64> = (0..inner)
            .flat_map(|k| (0..rows).map(move |i| i * inner + k))
            .map(|place| left[place])
            .collect();
        for view in [View::rows(&left, inner), View::transposed(&flipped, rows)] {
            let mut out = start.clone();
            add_product(view, &right, inner, columns, &mut out);
            for i in 0..rows {
                for j in 0..columns {
                    // The order is fixed, so the bits are those of the plain sum.
                    assert_eq!(out[i * columns + j].to_bits(), expected(i, j).to_bits());
                }
            }
        }
    }
}
