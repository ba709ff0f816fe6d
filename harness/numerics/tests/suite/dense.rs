use harness_numerics::dense::{
    LeastSquares, cholesky, solve_lower, solve_positive_definite, solve_square,
};
use harness_numerics::kernels::dot;

use crate::sequence;

fn vector(seed: u64, length: usize) -> Vec<f64> {
    sequence(seed).take(length).map(|u| u - 0.5).collect()
}

#[test]
fn least_squares_residual_is_orthogonal_to_the_columns() {
    let columns: Vec<Vec<f64>> = (0..4).map(|seed| vector(seed, 9)).collect();
    let target = vector(9, 9);
    let mut solver = LeastSquares::new(9, 1e-12);
    assert!(columns.iter().all(|column| solver.push(column)));
    let coefficients = solver.solve(&target);
    let residual: Vec<f64> = (0..9)
        .map(|row| {
            let fitted = (0..4).map(|j| coefficients[j] * columns[j][row]);
            target[row] - fitted.sum::<f64>()
        })
        .collect();
    for column in &columns {
        assert!(dot(column, &residual).abs() < 1e-15);
    }
}

#[test]
fn dependent_columns_are_refused_and_change_nothing() {
    let (a, b) = (vector(1, 5), vector(2, 5));
    let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - 3.0 * b).collect();
    let mut solver = LeastSquares::new(5, 1e-12);
    assert!(solver.push(&a) && solver.push(&b));
    let before = solver.solve(&sum);
    assert!(!solver.push(&sum));
    assert_eq!(solver.columns(), 2);
    assert_eq!(solver.solve(&sum), before);
    assert!((before[0] - 1.0).abs() < 1e-14 && (before[1] + 3.0).abs() < 1e-14);
    solver.truncate(1);
    assert_eq!(solver.columns(), 1);
    assert!(solver.push(&sum));
}

#[test]
fn shortest_solution_lies_in_the_span_and_gram_systems_are_solved() {
    let columns: Vec<Vec<f64>> = (0..3).map(|seed| vector(seed, 6)).collect();
    let mut solver = LeastSquares::new(6, 1e-12);
    assert!(columns.iter().all(|column| solver.push(column)));
    let values = [1.0, -2.0, 0.5];
    let shortest = solver.shortest_solution(&values);
    for (column, value) in columns.iter().zip(values) {
        assert!((dot(column, &shortest) - value).abs() < 1e-14);
    }
    let coefficients = solver.solve(&shortest);
    for row in 0..6 {
        let combined: f64 = (0..3).map(|j| coefficients[j] * columns[j][row]).sum();
        assert!((combined - shortest[row]).abs() < 1e-13);
    }
    let solution = solver.solve_gram(&values);
    for (column, value) in columns.iter().zip(values) {
        let image: f64 = (0..3).map(|j| dot(column, &columns[j]) * solution[j]).sum();
        assert!((image - value).abs() < 1e-12);
    }
}

#[test]
fn positive_definite_and_square_systems() {
    let root = vector(4, 25);
    let gram: Vec<f64> = (0..25)
        .map(|entry| {
            let (row, column) = (entry / 5, entry % 5);
            dot(
                &root[row * 5..row * 5 + 5],
                &root[column * 5..column * 5 + 5],
            ) + f64::from(u8::from(row == column))
        })
        .collect();
    let right = vector(5, 5);
    let mut solution = right.clone();
    assert!(solve_positive_definite(&gram, &mut solution));
    for row in 0..5 {
        assert!((dot(&gram[row * 5..row * 5 + 5], &solution) - right[row]).abs() < 1e-14);
    }
    let factor = cholesky(&gram, 5).unwrap();
    let mut half = right.clone();
    solve_lower(&factor, &mut half);
    assert!((dot(&half, &half) - dot(&right, &solution)).abs() < 1e-13);
    let mut indefinite = right.clone();
    assert!(!solve_positive_definite(
        &[1.0, 2.0, 2.0, 1.0],
        &mut indefinite[..2]
    ));
    assert_eq!(indefinite, right);

    let mut general = root.clone();
    let mut solution = right.clone();
    assert!(solve_square(&mut general, &mut solution));
    for row in 0..5 {
        assert!((dot(&root[row * 5..row * 5 + 5], &solution) - right[row]).abs() < 1e-13);
    }
    let mut swapped = [0.0, 1.0, 1.0, 0.0];
    let mut pair = [3.0, 4.0];
    assert!(solve_square(&mut swapped, &mut pair));
    assert_eq!(pair.map(f64::to_bits), [4.0, 3.0].map(f64::to_bits));
    assert!(!solve_square(&mut [1.0, 2.0, 2.0, 4.0], &mut [1.0, 1.0]));
}
