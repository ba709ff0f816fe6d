use sgd_max_margin::gradient_descent::negative_gradient;
use sgd_max_margin::instances::asymmetric_fixed;
use sgd_max_margin::losses::{Loss, MarginLoss, PolynomialTail};

use crate::{close, vectors_close};

const ALL: [Loss; 3] = [Loss::Logistic, Loss::Exponential, Loss::PolynomialTail];

#[test]
fn logarithm_of_the_logistic_loss_at_every_scale() {
    let oracles = [
        (-800.0, 6.684_611_727_667_927),
        (-1.0, 0.272_513_880_502_583_4),
        (0.0, -0.366_512_920_581_664_35),
        (1.0, -1.160_716_375_388_897_4),
        (20.0, -20.000_000_001_030_58),
        (40.0, -40.0),
        (1000.0, -1000.0),
    ];
    for (margin, expected) in oracles {
        let value = Loss::Logistic.log_value(margin);
        assert!(close(value, expected, 1e-15), "{margin}: {value}");
    }
    // The two formulas meet where they change over.
    let (below, above) = (30.0_f64.next_down(), 30.0_f64.next_up());
    let jump = Loss::Logistic.log_value(below) - Loss::Logistic.log_value(above);
    assert!(jump.abs() < 3e-14);
}

#[test]
fn logistic_derivative_neither_overflows_nor_loses_its_tails() {
    let slope = |u: f64| Loss::Logistic.negative_derivative(u);
    assert!(close(slope(0.0), 0.5, 1e-16));
    assert!(close(slope(700.0), libm::exp(-700.0), 1e-15));
    assert!(close(slope(-800.0), 1.0, 1e-16));
    assert_eq!(slope(1e4).to_bits(), 0);
    assert!(slope(f64::NAN).is_nan());
}

#[test]
fn derivatives_and_curvatures_are_those_of_the_values() {
    for loss in ALL {
        for step in -20..60 {
            let u = 0.1 * f64::from(step) + 0.013;
            let h = 1e-5;
            let slope = (loss.value(u - h) - loss.value(u + h)) / (2.0 * h);
            assert!(
                close(loss.negative_derivative(u), slope, 1e-8),
                "{loss:?} {u}"
            );
            let bend = loss.negative_derivative(u - h) - loss.negative_derivative(u + h);
            let difference = loss.curvature(u) - bend / (2.0 * h);
            assert!(difference.abs() < 1e-8, "{loss:?} {u}");
            if loss != Loss::Exponential {
                assert!(loss.curvature(u) <= loss.smoothness() * (1.0 + 1e-15));
            }
            assert!(close(libm::exp(loss.log_value(u)), loss.value(u), 1e-14));
        }
    }
}

#[test]
fn polynomial_tails_of_any_power() {
    let cubic = PolynomialTail { power: 3 };
    assert!(close(cubic.value(1.0), 1.0 / 24.0, 1e-15));
    assert!(close(cubic.negative_derivative(1.0), 1.0 / 16.0, 1e-15));
    assert!(close(cubic.value(-2.0), 1.0 / 3.0 + 2.0, 1e-15));
    assert!(close(cubic.negative_derivative(-2.0), 1.0, 1e-15));
    assert!(cubic.negative_derivative(f64::NAN).is_nan());
    assert_eq!(cubic.negative_derivative(f64::INFINITY).to_bits(), 0);
}

#[test]
fn total_loss_and_gradient_at_one_point() {
    let points = asymmetric_fixed();
    let weights = [0.3, -0.2];
    let total = Loss::Logistic.total(&points.margins(&weights));
    assert!(close(total, 5.315_993_526_442_934, 1e-14));
    let gradient = negative_gradient(&points, Loss::Logistic, &weights);
    let expected = [5.842_523_608_467_26, 8.436_793_552_958_63];
    assert!(vectors_close(&gradient, &expected, 1e-14));
}

#[test]
fn gradients_are_the_differences_of_the_total() {
    let points = asymmetric_fixed();
    for loss in ALL {
        // No margin is near the kink at 0.
        let weights = [0.47, -0.31];
        let gradient = negative_gradient(&points, loss, &weights);
        for place in 0..2 {
            let total = |h: f64| {
                let mut moved = weights;
                moved[place] += h;
                loss.total(&points.margins(&moved))
            };
            let difference = (total(-1e-5) - total(1e-5)) / 2e-5;
            assert!(close(gradient[place], difference, 1e-7), "{loss:?}");
        }
    }
}

#[test]
fn log_total_survives_underflow() {
    for loss in ALL {
        let margins = [0.5, 2.0, 7.0];
        let plain = libm::log(loss.total(&margins));
        assert!((loss.log_total(&margins) - plain).abs() < 1e-14, "{loss:?}");
    }
    let tiny = Loss::Logistic.log_total(&[900.0, 900.0]);
    assert!(close(tiny, -900.0 + std::f64::consts::LN_2, 1e-15));
    assert!(Loss::Logistic.log_total(&[1.0, f64::NAN]).is_nan());
}
