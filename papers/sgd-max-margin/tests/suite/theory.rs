use sgd_max_margin::gradient_descent::negative_gradient;
use sgd_max_margin::instances::{asymmetric, asymmetric_fixed, non_separable};
use sgd_max_margin::log_time_flow::LogTimeFlow;
use sgd_max_margin::losses::Loss;
use sgd_max_margin::max_margin::max_margin;
use sgd_max_margin::metrics::{angle, distance};
use sgd_max_margin::polynomial_direction::limit_direction;
use sgd_max_margin::theory::{
    Asymptote, gradient_descent_limit, minimiser, noise_floor, sampling_noise,
    with_replacement_limit, without_replacement_limit,
};

use crate::{close, generator, vectors_close};

const SIGMA: f64 = 8.080_925_669_7;

#[test]
fn step_limits_of_the_fixed_instance() {
    let margin = std::f64::consts::SQRT_2;
    assert!(close(
        gradient_descent_limit(0.25, SIGMA),
        0.122_508_935,
        1e-8
    ));
    assert!(close(
        with_replacement_limit(0.25, SIGMA, margin),
        0.003_752_109_76,
        1e-8
    ));
    let limit = without_replacement_limit(0.25, SIGMA, margin, 8);
    assert!(close(limit, 0.000_390_836_453, 1e-8));
}

#[test]
fn asymptote_of_the_fixed_instance() {
    let points = asymmetric_fixed();
    let reference = max_margin(&points).unwrap();
    let asymptote = Asymptote::new(&points, &reference, 0.05);
    let offset = [-1.178_350_206_95, -0.623_832_462_50];
    assert!(vectors_close(&asymptote.offset, &offset, 1e-10));
    let constant = 0.4 * 4.0_f64.sqrt() * std::f64::consts::LN_2;
    assert!(close(asymptote.direction_constant(), constant, 1e-12));
    let gap = asymptote.margin_gap_constant(&points, &reference);
    assert!(close(gap, 0.392_103, 1e-5));
    // b does not depend on the step.
    let other = Asymptote::new(&points, &reference, 0.7);
    assert!(vectors_close(
        &other.sideways(),
        &asymptote.sideways(),
        1e-12
    ));
    let noise = sampling_noise(&points, &reference, 1, 1.0);
    assert!(close(noise, 0.437_5, 1e-12));
    assert!(sampling_noise(&points, &reference, 8, 1.0).abs() < 1e-15);
}

#[test]
fn polynomial_limit_direction_of_the_fixed_instance() {
    let points = asymmetric_fixed();
    let reference = max_margin(&points).unwrap();
    let direction = limit_direction(&points, &reference, 1);
    let known = [0.895_609_431_7, 1.178_793_183_4];
    let length = libm::hypot(known[0], known[1]);
    let known = known.map(|value| value / length);
    assert!(vectors_close(&direction, &known, 1e-9));
    let turn = angle(&direction, &reference.unit());
    assert!(close(turn, 0.135_674_739_564, 1e-9));
    // With ever larger powers only the support vectors count: the limit is ŵ.
    let steep = angle(&limit_direction(&points, &reference, 60), &reference.unit());
    assert!(steep < 0.05 && steep > 0.0);
}

#[test]
fn minimisers_are_stationary_and_absent_where_data_are_separable() {
    let points = non_separable(&mut generator(2));
    let optimum = minimiser(&points, Loss::Logistic).unwrap();
    let gradient = negative_gradient(&points, Loss::Logistic, &optimum);
    assert!(libm::hypot(gradient[0], gradient[1]) < 1e-13);
    assert!(noise_floor(&points, Loss::Logistic, &optimum, 0.01) > 0.0);
    assert_eq!(
        minimiser(&asymmetric(&mut generator(2)), Loss::Logistic),
        None
    );
}

#[test]
fn log_time_flow_reaches_the_asymptote() {
    let points = asymmetric_fixed();
    let reference = max_margin(&points).unwrap();
    let step = 1.0 / (0.25 * SIGMA * SIGMA);
    let asymptote = Asymptote::new(&points, &reference, step);
    let mut flow = LogTimeFlow::new(&points, step, 0.01);
    let ten = std::f64::consts::LN_10;
    for (decades, low, high) in [
        (4.0, 0.660, 0.675),
        (10.0, 0.594, 0.597),
        (20.0, 0.573, 0.575),
        (50.0, 0.562, 0.563),
        (100.0, 0.558, 0.559),
    ] {
        assert!(flow.advance_to(decades * ten));
        let unit = reference.unit();
        let norm = libm::hypot(flow.weights[0], flow.weights[1]);
        let scaled: Vec<f64> = flow.weights.iter().map(|w| w / norm).collect();
        let constant = decades * ten * distance(&scaled, &unit);
        assert!(constant > low && constant < high, "{decades}: {constant}");
        if decades > 5.0 {
            let line = asymptote.along(decades * ten);
            assert!(distance(&flow.weights, &line) < 1e-7, "{decades}");
        }
    }
}

/// Gradient flow on a point x = (1, 0) with exponential tail has w₁ = ln(E + e^{w₁(0)}); for the
/// logistic loss e^{w₁} + w₁ = sE + 1 exactly.
#[test]
fn log_time_flow_of_one_point_is_exact() {
    let points = sgd_max_margin::points::Points::planar(&[[1.0, 0.0]]);
    let mut flow = LogTimeFlow::new(&points, 0.3, 0.02);
    for log_epochs in [0.0, 5.0, 20.0] {
        assert!(flow.advance_to(log_epochs));
        let w = flow.weights[0];
        // The flow starts at E = e⁻¹², not 0.
        let expected = 0.3 * (libm::exp(log_epochs) - libm::exp(-12.0)) + 1.0;
        assert!(close(libm::exp(w) + w, expected, 1e-6), "{log_epochs}");
        assert!(flow.weights[1].abs() < 1e-15);
    }
}
