use harness_numerics::elementary::{
    self, exp, exp_of_nonpositive, ln, log1p, sigmoid, softplus, tanh,
};

use crate::{sequence, ulps};

/// The largest distance to a reference over a million points between two ends.
fn worst(function: fn(f64) -> f64, reference: fn(f64) -> f64, low: f64, high: f64) -> u64 {
    let points = sequence(1).take(1_000_000).map(|u| low + (high - low) * u);
    points
        .map(|x| ulps(function(x), reference(x)))
        .max()
        .unwrap_or(0)
}

#[test]
fn exp_is_within_one_unit_of_libm_including_subnormal_results() {
    assert!(worst(exp, libm::exp, -745.5, 710.5) <= 1);
    assert!(worst(exp, libm::exp, -1.0, 1.0) <= 1);
    assert!(worst(exp, libm::exp, -745.5, -708.0) <= 1);
    assert!(worst(exp_of_nonpositive, libm::exp, -707.9, 0.0) <= 1);
}

#[test]
fn exp_at_the_ends_of_its_range() {
    assert_eq!(exp(0.0).to_bits(), 1.0_f64.to_bits());
    assert_eq!(exp(-0.0).to_bits(), 1.0_f64.to_bits());
    for x in [709.782_712_893_384, 709.79, 1e3, 1e300, f64::INFINITY] {
        assert_eq!(exp(x).to_bits(), libm::exp(x).to_bits(), "{x}");
    }
    for x in [-745.13, -745.14, -1e3, -1e300, f64::NEG_INFINITY] {
        assert_eq!(exp(x).to_bits(), libm::exp(x).to_bits(), "{x}");
        assert_eq!(exp_of_nonpositive(x).to_bits(), 0);
    }
    assert!(exp(f64::NAN).is_nan() && exp_of_nonpositive(f64::NAN).is_nan());
    let odd = f64::from_bits(f64::NAN.to_bits() | 0x7ff);
    assert!(exp(odd).is_nan() && exp_of_nonpositive(odd).is_nan() && sigmoid(odd).is_nan());
}

#[test]
fn logarithms_are_close_to_libm() {
    assert!(worst(ln, libm::log, 0.5, 2.0) <= 1);
    assert!(worst(ln, libm::log, 0.0, 1e9) <= 1);
    assert!(worst(ln, libm::log, 0.0, 1e-308) <= 1);
    assert!(worst(log1p, libm::log1p, -0.999, 3.0) <= 1);
    assert!(worst(log1p, libm::log1p, -0.1, 0.1) <= 1);
    assert!(worst(log1p, libm::log1p, -1e-17, 1e-17) <= 1);
    for x in [
        0.0,
        -0.0,
        1.0,
        f64::INFINITY,
        f64::MAX,
        5e-324,
        f64::MIN_POSITIVE,
    ] {
        assert!(ulps(ln(x), libm::log(x)) <= 1, "ln {x}");
    }
    for x in [0.0, -1.0, f64::INFINITY, f64::MAX, 5e-324, 1e16] {
        assert!(ulps(log1p(x), libm::log1p(x)) <= 1, "log1p {x}");
    }
    assert!(ln(-1.0).is_nan() && ln(f64::NEG_INFINITY).is_nan() && ln(f64::NAN).is_nan());
    assert!(log1p(-1.5).is_nan() && log1p(f64::NAN).is_nan());
}

#[test]
fn sigmoid_softplus_and_tanh_are_close_to_libm() {
    let sigmoid_reference = |x: f64| {
        let decayed = libm::exp(-x.abs());
        if x < 0.0 {
            decayed / (1.0 + decayed)
        } else {
            1.0 / (1.0 + decayed)
        }
    };
    assert!(worst(sigmoid, sigmoid_reference, -700.0, 40.0) <= 2);
    assert!(worst(sigmoid, sigmoid_reference, -3.0, 3.0) <= 2);
    let softplus_reference = |x: f64| x.max(0.0) + libm::log1p(libm::exp(-x.abs()));
    assert!(worst(softplus, softplus_reference, -700.0, 700.0) <= 3);
    assert!(worst(tanh, libm::tanh, -25.0, 25.0) <= 4);
    assert!(worst(tanh, libm::tanh, -1.0, 1.0) <= 4);
    assert!(worst(tanh, libm::tanh, -1e-9, 1e-9) <= 4);
    assert_eq!(tanh(f64::INFINITY).to_bits(), 1.0_f64.to_bits());
    assert_eq!(tanh(f64::NEG_INFINITY).to_bits(), (-1.0_f64).to_bits());
    assert_eq!(tanh(-0.0).to_bits(), (-0.0_f64).to_bits());
    assert!(tanh(f64::NAN).is_nan() && softplus(f64::NAN).is_nan());
    assert_eq!(sigmoid(-1e3).to_bits(), 0);
    assert_eq!(sigmoid(1e3).to_bits(), 1.0_f64.to_bits());
    assert_eq!(softplus(1e3).to_bits(), 1e3_f64.to_bits());
}

/// The slice forms run vectorised code; each element must have the bits of the scalar form.
#[test]
fn slice_forms_have_the_bits_of_the_scalar_forms() {
    type Forms = (fn(&mut [f64]), fn(f64) -> f64);
    let forms: [Forms; 6] = [
        (elementary::exp_in_place, exp),
        (elementary::ln_in_place, ln),
        (elementary::log1p_in_place, log1p),
        (elementary::sigmoid_in_place, sigmoid),
        (elementary::softplus_in_place, softplus),
        (elementary::tanh_in_place, tanh),
    ];
    let mut values: Vec<f64> = sequence(2)
        .take(10_000)
        .map(|u| 1_500.0 * (u - 0.5))
        .collect();
    values.extend(sequence(3).take(9_997).map(|u| 4.0 * (u - 0.5)));
    values.extend([0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 5e-324, 1e-310]);
    for (slice_form, scalar_form) in forms {
        let mut images = values.clone();
        slice_form(&mut images);
        for (x, image) in values.iter().zip(&images) {
            let scalar = scalar_form(*x);
            assert!(
                image.to_bits() == scalar.to_bits() || (image.is_nan() && scalar.is_nan()),
                "{x}: {image} and {scalar}"
            );
        }
    }
}

/// Bits that may never change: every committed result depends on them.
#[test]
fn golden_bits() {
    let bits = |x: f64| x.to_bits();
    assert_eq!(bits(exp(-1.25)), bits(0.286_504_796_860_190_1));
    assert_eq!(bits(ln(10.0)), bits(std::f64::consts::LN_10));
    assert_eq!(bits(sigmoid(-2.5)), bits(0.075_858_180_021_243_56));
}
