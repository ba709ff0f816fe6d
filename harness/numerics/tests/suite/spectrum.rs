use harness_numerics::spectrum::{
    SpectrumError, largest_singular_value, round_significant, singular_values,
    symmetric_eigenvalues,
};

#[test]
fn spectra_of_known_matrices() {
    // [[3, 0], [4, 5]] has singular values √45 and √5.
    let values = singular_values(&[3.0, 0.0, 4.0, 5.0], 2, 2).unwrap();
    assert_eq!(values, [6.708_203_932, 2.236_067_977]);
    // Rank one: uvᵀ has the singular value ‖u‖‖v‖, and the other is exactly 0 here.
    let values = singular_values(&[1.0, 2.0, 2.0, 2.0, 4.0, 4.0], 2, 3).unwrap();
    assert_eq!(values, [6.708_203_932, 0.0]);
    // The second difference matrix of order 3: 2 − √2, 2, 2 + √2. The upper triangle is not read.
    let eigenvalues =
        symmetric_eigenvalues(&[2.0, 9.0, 9.0, -1.0, 2.0, 9.0, 0.0, -1.0, 2.0], 3).unwrap();
    assert_eq!(eigenvalues, [0.585_786_438, 2.0, 3.414_213_562]);
}

#[test]
fn small_values_have_the_noise_of_the_largest() {
    let eigenvalues = symmetric_eigenvalues(&[1e6, 0.0, 0.0, 1.0 / 3.0], 2).unwrap();
    assert_eq!(eigenvalues, [0.333, 1e6]);
    // Just below a power of ten is the same, so that noise there changes nothing.
    let below = 1e6_f64.next_down();
    let eigenvalues = symmetric_eigenvalues(&[below, 0.0, 0.0, 1.0 / 3.0], 2).unwrap();
    assert_eq!(eigenvalues, [0.333, 1e6]);
    let eigenvalues = symmetric_eigenvalues(&[1e12, 0.0, 0.0, 1.0], 2).unwrap();
    assert_eq!(eigenvalues, [0.0, 1e12]);
}

#[test]
fn wrong_shapes_and_numbers_are_refused() {
    let error = largest_singular_value(&[1.0; 5], 2, 3).unwrap_err();
    assert_eq!(error.to_string(), "a matrix of 2 × 3 was given 5 entries");
    assert_eq!(
        singular_values(&[f64::NAN; 4], 2, 2),
        Err(SpectrumError::NoConvergence)
    );
}

#[test]
fn rounding_keeps_significant_digits() {
    let cases = [
        (std::f64::consts::E, 3, 2.72),
        (-123_456.0, 2, -120_000.0),
        (9.999_999, 3, 10.0),
        (0.0, 10, 0.0),
        (2.6e-310, 1, 3e-310),
        (f64::INFINITY, 3, f64::INFINITY),
    ];
    for (value, digits, expected) in cases {
        let rounded = round_significant(value, digits);
        assert_eq!(rounded.to_bits(), f64::to_bits(expected), "{value}");
    }
    assert!(round_significant(f64::NAN, 3).is_nan());
}
