use harness_numerics::spectrum::largest_singular_value;
use sgd_max_margin::instances::{
    asymmetric, asymmetric_fixed, non_separable, planted, stretched, symmetric,
};
use sgd_max_margin::max_margin::max_margin;
use sgd_max_margin::theory::curvatures;

use crate::{close, generator};

#[test]
fn shapes_and_ranges() {
    let points = asymmetric(&mut generator(3));
    assert_eq!((points.count(), points.dimension()), (8, 2));
    assert_eq!(points.row(0), [-1.0, 3.0]);
    for row in points.rows().skip(2) {
        let (u, v) = (0.5 * (row[0] + row[1]), 0.5 * (row[1] - row[0]));
        assert!((2.0..2.5).contains(&u) && v.abs() <= 0.5);
    }
    let contradicted = non_separable(&mut generator(3));
    assert_eq!(contradicted.first(8), points);
    assert_eq!(contradicted.count(), 10);
    let plain = symmetric(&mut generator(4));
    let wide = stretched(&mut generator(4));
    assert_eq!(plain.count(), 16);
    assert!(close(wide.row(9)[1], 20.0 * plain.row(9)[1], 1e-15));
}

#[test]
fn largest_singular_values() {
    let sigma = |points: &sgd_max_margin::points::Points| {
        largest_singular_value(points.values(), points.count(), points.dimension()).unwrap()
    };
    assert!(close(sigma(&asymmetric_fixed()), 8.080_925_669_7, 1e-9));
    let planted: f64 = (0..20)
        .map(|seed| sigma(&planted(10, 30, &mut generator(seed))))
        .sum();
    assert!((planted / 20.0 - 10.7).abs() < 0.5);
}

#[test]
fn curvature_is_one_where_planted() {
    for seed in 0..5 {
        let points = planted(10, 30, &mut generator(seed));
        let reference = max_margin(&points).unwrap();
        let values = curvatures(&points, &reference).unwrap();
        assert!(
            values.iter().all(|value| close(*value, 1.0, 1e-8)),
            "{values:?}"
        );
        let points = asymmetric(&mut generator(seed));
        let reference = max_margin(&points).unwrap();
        assert_eq!(curvatures(&points, &reference).unwrap(), [1.0, 1.0]);
        let points = symmetric(&mut generator(seed));
        let reference = max_margin(&points).unwrap();
        assert_eq!(curvatures(&points, &reference).unwrap(), [0.25, 1.0]);
    }
}
