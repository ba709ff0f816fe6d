use harness_numerics::kernels::{dot, squared_norm, transposed_vector};
use sgd_max_margin::instances::{
    asymmetric, asymmetric_fixed, conflicting, degenerate, non_separable, planted, stretched,
    symmetric,
};
use sgd_max_margin::max_margin::{NoSeparator, max_margin};
use sgd_max_margin::nnls::nonnegative_least_squares;
use sgd_max_margin::points::Points;

use crate::{close, generator, turned, vectors_close};

#[test]
fn fixed_instance_has_the_known_separator() {
    let reference = max_margin(&asymmetric_fixed()).unwrap();
    assert!(vectors_close(&reference.separator, &[0.5, 0.5], 1e-14));
    assert!(close(reference.margin, std::f64::consts::SQRT_2, 1e-14));
    let rows: Vec<usize> = reference.support.iter().map(|v| v.row).collect();
    assert_eq!(rows, [0, 1]);
    assert!(close(reference.support[0].multiplier, 0.1, 1e-13));
    assert!(close(reference.support[1].multiplier, 0.4, 1e-13));
    assert!(close(reference.outside, 2.0, 1e-13));
}

#[test]
fn random_instances_have_their_planted_separators() {
    for seed in 0..20 {
        let reference = max_margin(&asymmetric(&mut generator(seed))).unwrap();
        assert!(vectors_close(&reference.separator, &[0.5, 0.5], 1e-13));
        let reference = max_margin(&symmetric(&mut generator(seed))).unwrap();
        assert!(vectors_close(&reference.separator, &[0.5, 0.5], 1e-13));
        assert!(reference.support.iter().all(|v| v.multiplicity == 2));
        let sum: f64 = reference.support.iter().map(|v| v.multiplier).sum();
        assert!(close(sum, 0.5, 1e-13));
        let reference = max_margin(&stretched(&mut generator(seed))).unwrap();
        let separator = [1.5 / 102.25, 10.0 / 102.25];
        assert!(vectors_close(&reference.separator, &separator, 1e-12));
        let points = planted(10, 30, &mut generator(seed));
        let reference = max_margin(&points).unwrap();
        assert!(close(reference.margin, 1.0, 1e-10));
        let rows: Vec<usize> = reference.support.iter().map(|v| v.row).collect();
        assert_eq!(rows, (0..10).collect::<Vec<_>>());
        assert!(reference.outside >= 2.0 - 1e-12);
    }
}

#[test]
fn two_point_instances() {
    let reference = max_margin(&conflicting()).unwrap();
    assert!(vectors_close(&reference.separator, &[1.0, 0.0], 1e-13));
    assert!(close(reference.support[0].multiplier, 1.0 / 3.0, 1e-13));
    assert!(close(reference.support[1].multiplier, 2.0 / 3.0, 1e-13));
    let reference = max_margin(&degenerate()).unwrap();
    assert!(vectors_close(&reference.separator, &[1.0, 0.0], 1e-13));
    assert_eq!(reference.support.len(), 1);
    assert!(close(reference.outside, 1.0, 1e-13));
}

#[test]
fn optimality_conditions_are_checked_not_assumed() {
    let points = asymmetric_fixed();
    let reference = max_margin(&points).unwrap();
    assert!(reference.is_optimal(&points));
    let mut wrong = reference.clone();
    wrong.separator[0] += 1e-6;
    assert!(!wrong.is_optimal(&points));
    let mut wrong = reference.clone();
    wrong.support[0].multiplier += 1e-6;
    assert!(!wrong.is_optimal(&points));
    let sum: f64 = reference.support.iter().map(|v| v.multiplier).sum();
    assert!(close(sum, squared_norm(&reference.separator), 1e-13));
}

#[test]
fn separator_turns_with_the_data_and_shrinks_as_they_grow() {
    let points = asymmetric(&mut generator(7));
    let reference = max_margin(&points).unwrap();
    let (sine, cosine) = libm::sincos(0.7);
    let expected = crate::turn(&reference.separator, sine, cosine);
    let after = max_margin(&turned(&points, 0.7)).unwrap();
    assert!(vectors_close(&after.separator, &expected, 1e-12));
    let grown = points.values().iter().map(|value| 8.5 * value).collect();
    let after = max_margin(&Points::new(2, grown)).unwrap();
    let expected: Vec<f64> = reference.separator.iter().map(|w| w / 8.5).collect();
    assert!(vectors_close(&after.separator, &expected, 1e-13));
    let ratio = reference.support[0].multiplier / after.support[0].multiplier;
    assert!(close(ratio, 8.5 * 8.5, 1e-12));
}

#[test]
fn non_separable_points_give_a_certificate() {
    let points = non_separable(&mut generator(1));
    let Err(NoSeparator::Certificate(z)) = max_margin(&points) else {
        panic!("these points cannot be separated");
    };
    let mut sum = vec![0.0; 2];
    transposed_vector(points.values(), &z, &mut sum);
    assert!(z.iter().all(|value| *value >= 0.0));
    assert!(close(z.iter().sum(), 1.0, 1e-9));
    assert!(squared_norm(&sum).sqrt() < 1e-8);
}

/// Optimality of the least-squares solution: gradients vanish on z > 0 and point away from z = 0.
#[test]
fn nonnegative_least_squares_is_optimal() {
    let columns: Vec<Vec<f64>> = (0..12)
        .map(|seed| planted(6, 6, &mut generator(seed)).row(2).to_vec())
        .collect();
    let target = planted(6, 6, &mut generator(99)).row(3).to_vec();
    let (solution, passive) = nonnegative_least_squares(&columns, &target).unwrap();
    assert!(!passive.is_empty() && passive.len() < 12);
    let mut residual = target;
    for (column, value) in columns.iter().zip(&solution) {
        for (entry, part) in residual.iter_mut().zip(column) {
            *entry -= value * part;
        }
    }
    for (column, value) in columns.iter().zip(&solution) {
        let gradient = dot(column, &residual);
        assert!(*value >= 0.0 && gradient < 1e-12);
        assert!(*value <= 0.0 || gradient.abs() < 1e-12);
    }
}
