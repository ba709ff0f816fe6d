//! Tests against values computed independently: the fact sheet's section 9.

mod instances;
mod weights;

use crate::grid::Grid;
use crate::interpolation::LocalPolynomial;

fn rule(per_axis: usize, dimension: usize, degree: usize) -> LocalPolynomial {
    let grid = Grid {
        per_axis,
        dimension,
    };
    LocalPolynomial::new(grid, degree).expect("a possible grid")
}

fn assert_near(measured: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(measured.len(), expected.len());
    for (measured, expected) in measured.iter().zip(expected) {
        assert!(
            (measured - expected).abs() <= tolerance,
            "{measured} instead of {expected}"
        );
    }
}
