use harness_numerics::kernels::{
    axpy, dot, inlined, matrix_vector, squared_norm, transposed_vector, vectorised_call,
};

use crate::{sequence, ulps};

fn vector(seed: u64, length: usize) -> Vec<f64> {
    sequence(seed).take(length).map(|u| u - 0.5).collect()
}

/// The documented order of summation, spelt out.
fn dot_by_definition(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    for index in 0..x.len() {
        sums[index % 8] += x[index] * y[index];
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
}

#[test]
fn dot_has_the_documented_order_at_every_length() {
    for length in 0..70 {
        let (x, y) = (vector(1, length), vector(2, length));
        let expected = dot_by_definition(&x, &y);
        assert_eq!(dot(&x, &y).to_bits(), expected.to_bits(), "{length}");
        let plain = inlined::dot(&x, &y);
        assert_eq!(plain.to_bits(), expected.to_bits(), "{length}");
        assert_eq!(
            vectorised_call(
                #[inline(always)]
                || inlined::dot(&x, &y)
            )
            .to_bits(),
            expected.to_bits()
        );
    }
}

#[test]
fn products_agree_with_faer() {
    for (rows, columns) in [(1, 1), (3, 2), (7, 13), (64, 65)] {
        let matrix = vector(3, rows * columns);
        let (x, y) = (vector(4, columns), vector(5, rows));
        let a = faer::MatRef::from_row_major_slice(&matrix, rows, columns);
        let mut image = vec![f64::NAN; rows];
        matrix_vector(&matrix, &x, &mut image);
        let expected = a * faer::ColRef::from_slice(&x);
        for row in 0..rows {
            assert!((image[row] - expected[row]).abs() < 1e-14 * (columns as f64));
        }
        let mut image = vec![f64::NAN; columns];
        transposed_vector(&matrix, &y, &mut image);
        let expected = a.transpose() * faer::ColRef::from_slice(&y);
        for column in 0..columns {
            assert!((image[column] - expected[column]).abs() < 1e-14 * (rows as f64));
        }
    }
}

#[test]
fn product_is_one_dot_per_row() {
    for (rows, columns) in [(0, 3), (3, 0), (4, 8), (5, 1), (9, 37), (8, 16)] {
        let (matrix, x) = (vector(8, rows * columns), vector(9, columns));
        let mut image = vec![f64::NAN; rows];
        matrix_vector(&matrix, &x, &mut image);
        for (row, entry) in image.iter().enumerate() {
            let expected = dot_by_definition(&matrix[row * columns..][..columns], &x);
            assert_eq!(entry.to_bits(), expected.to_bits(), "{rows}x{columns}");
        }
    }
}

#[test]
fn transposed_product_is_a_sum_of_rows_in_order() {
    let (matrix, y) = (vector(6, 9 * 5), vector(7, 9));
    let mut expected = vec![0.0; 5];
    for row in 0..9 {
        axpy(y[row], &matrix[row * 5..row * 5 + 5], &mut expected);
    }
    let mut image = vec![1.0; 5];
    transposed_vector(&matrix, &y, &mut image);
    assert_eq!(image, expected);
    assert!(ulps(squared_norm(&y), y.iter().map(|v| v * v).sum()) < 10);
}
