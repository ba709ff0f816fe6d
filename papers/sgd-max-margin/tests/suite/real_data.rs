//! The table of real data sets: sizes, separability and the geometry of the separator.

use std::sync::Arc;

use harness_core::Dataset;
use harness_engine::Datasets;
use harness_numerics::kernels::{squared_norm, transposed_vector};
use harness_numerics::spectrum::largest_singular_value;
use sgd_max_margin::max_margin::{MaxMargin, NoSeparator, max_margin};
use sgd_max_margin::points::Points;
use sgd_max_margin::real_data::{
    BREAST_CANCER, DIGITS_FOUR_NINE, DIGITS_ZERO_ONE, IRIS_SETOSA, Scaling, View, WINE,
};
use sgd_max_margin::theory::curvatures;

use crate::{close, vectors_close};

fn load(name: &str) -> Arc<Dataset> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets");
    Datasets::new(folder)
        .load(name)
        .expect("a data set of the repository")
}

struct Row {
    view: View,
    name: &'static str,
    shape: (usize, usize),
    margin: f64,
    support: usize,
    curvature: f64,
    outside: f64,
    sigma: f64,
}

fn check(row: &Row) -> (Points, MaxMargin) {
    let points = row.view.points(&load(row.name));
    let name = row.name;
    assert_eq!((points.count(), points.dimension()), row.shape, "{name}");
    let reference = max_margin(&points).expect("separable");
    assert!(
        close(reference.margin, row.margin, 2e-9),
        "{name} {}",
        reference.margin
    );
    assert_eq!(reference.support.len(), row.support, "{name}");
    assert!(
        (reference.outside - row.outside).abs() < 6e-5,
        "{name} {}",
        reference.outside
    );
    let sigma = largest_singular_value(points.values(), points.count(), points.dimension());
    assert!((sigma.expect("finite") - row.sigma).abs() < 6e-7, "{name}");
    let values = curvatures(&points, &reference).expect("finite");
    assert!(
        (values[0] - row.curvature).abs() < 6e-4,
        "{name} {values:?}"
    );
    assert!(
        values.iter().any(|value| close(*value, 1.0, 1e-6)),
        "{name}: M ŵ = ŵ"
    );
    assert!(reference.is_optimal(&points));
    (points, reference)
}

const IRIS: Row = Row {
    view: IRIS_SETOSA,
    name: "iris",
    shape: (150, 4),
    margin: 0.223_799_392_1,
    support: 4,
    curvature: 0.379,
    outside: 1.0392,
    sigma: 20.923_066,
};

#[test]
fn iris() {
    let (_, reference) = check(&IRIS);
    let separator = [0.377_383_28, 2.028_985_36, -2.643_416_02, -2.952_751_97];
    assert!(vectors_close(&reference.separator, &separator, 1e-8));
    let known = [
        (50, 2.259_690_22),
        (64, 9.832_965_25),
        (85, 1.986_597_34),
        (95, 5.886_339_32),
    ];
    for (vector, (row, multiplier)) in reference.support.iter().zip(known) {
        assert_eq!(vector.row, row);
        assert!(close(vector.multiplier, multiplier, 1e-8));
    }
    check(&Row {
        view: View {
            scaling: Scaling::Raw,
            ..IRIS_SETOSA
        },
        margin: 0.743_137_490_2,
        support: 3,
        curvature: 0.114,
        outside: 1.0896,
        sigma: 95.959_914,
        ..IRIS
    });
    check(&Row {
        view: View {
            bias: true,
            ..IRIS_SETOSA
        },
        shape: (150, 5),
        margin: 0.531_218_763_3,
        support: 2,
        curvature: 1.0,
        outside: 1.0419,
        ..IRIS
    });
}

#[test]
fn digits() {
    let zero_one = Row {
        view: DIGITS_ZERO_ONE,
        name: "digits",
        shape: (360, 64),
        margin: 0.584_944_998_1,
        support: 16,
        curvature: 0.011,
        outside: 1.0001,
        sigma: 63.377_928,
    };
    check(&zero_one);
    check(&Row {
        view: DIGITS_FOUR_NINE,
        shape: (361, 64),
        margin: 0.372_573_959_7,
        support: 22,
        curvature: 0.021,
        outside: 1.0126,
        sigma: 61.841_217,
        ..zero_one
    });
}

#[test]
fn wine_and_breast_cancer() {
    check(&Row {
        view: WINE,
        name: "wine",
        shape: (178, 14),
        margin: 0.434_374_633_9,
        support: 12,
        curvature: 0.117,
        outside: 1.1159,
        sigma: 28.942_034,
    });
    check(&Row {
        view: BREAST_CANCER,
        name: "breast-cancer",
        shape: (569, 31),
        margin: 0.001_392_517_27,
        support: 29,
        curvature: 0.620,
        outside: 1.4207,
        sigma: 86.932_357,
    });
}

#[test]
fn views_that_cannot_be_separated_give_certificates() {
    let virginica = View {
        positive: 2.0,
        bias: true,
        ..IRIS_SETOSA
    };
    let without_bias = View {
        bias: false,
        ..BREAST_CANCER
    };
    for (name, view) in [("iris", virginica), ("breast-cancer", without_bias)] {
        let points = view.points(&load(name));
        let Err(NoSeparator::Certificate(z)) = max_margin(&points) else {
            panic!("{name} cannot be separated");
        };
        let mut sum = vec![0.0; points.dimension()];
        transposed_vector(points.values(), &z, &mut sum);
        assert!(z.iter().all(|value| *value >= 0.0));
        assert!(close(z.iter().sum(), 1.0, 1e-8));
        assert!(squared_norm(&sum).sqrt() < 1e-7, "{name}");
    }
}

/// Absorbing labels: the mirrored labels give the same rows up to sign, and the same separator
/// but for its sign.
#[test]
fn labels_are_absorbed() {
    let data = load("digits");
    let swapped = View {
        positive: 1.0,
        negative: Some(0.0),
        ..DIGITS_ZERO_ONE
    };
    let (points, mirrored) = (DIGITS_ZERO_ONE.points(&data), swapped.points(&data));
    let negated: Vec<f64> = mirrored.values().iter().map(|value| -value).collect();
    assert_eq!(points.values(), negated);
    let reference = max_margin(&points).unwrap();
    let other = max_margin(&mirrored).unwrap();
    let negated: Vec<f64> = other.separator.iter().map(|value| -value).collect();
    assert!(vectors_close(&negated, &reference.separator, 1e-12));
}
