//! Whole problems: minima, floors and iteration counts.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{assert_near, rule};
use crate::interpolation::Weights;
use crate::loss::{
    Field, Label, Loss, Objective, Quadratic, Reference, SoftLabelLogistic, minimise,
    smallest_curvature,
};
use crate::methods::{Method, MethodName, SimilarTriangles};
use crate::oracle::Counted;
use crate::points::Points;
use crate::random::normals;
use crate::search::{Target, first_hits};

struct Instance {
    loss: SoftLabelLogistic,
    points: Points,
    weights: Weights,
}

impl Instance {
    fn new(
        (count, dimension): (usize, usize),
        (components, sigma, scale): (usize, f64, f64),
        (per_axis, degree): (usize, usize),
    ) -> Self {
        let features = Field::structured(components, dimension, scale);
        let points = Points::deterministic(count, dimension);
        let weights = Weights::of(rule(per_axis, dimension, degree), &points);
        Self {
            loss: SoftLabelLogistic::new(features, Label::Sine, sigma),
            points,
            weights,
        }
    }

    fn minimum(&self, objective: &dyn Objective) -> Reference {
        let loss = &self.loss;
        minimise(
            objective,
            loss.parameters(),
            loss.smoothness(),
            loss.strong_convexity(),
        )
        .expect("convex")
    }

    fn mean(&self) -> Box<dyn Objective + '_> {
        self.loss.sum(&self.points, &self.points.equal_weights())
    }

    fn surrogate(&self) -> Box<dyn Objective + '_> {
        self.loss
            .sum(&self.weights.grid.points(), &self.weights.values)
    }

    fn first_error(&self) -> f64 {
        let zero = vec![0.0; self.loss.parameters()];
        let (mut exact, mut interpolated) = (zero.clone(), zero.clone());
        self.mean().gradient(&zero, &mut exact);
        self.surrogate().gradient(&zero, &mut interpolated);
        let squares = exact
            .iter()
            .zip(&interpolated)
            .map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>().sqrt()
    }

    /// Iterations of (GD, AGD, STM, RAGD) with exact and with interpolated gradients.
    fn iterations(&self, accuracy: f64) -> Vec<[u64; 2]> {
        let (mean, surrogate) = (self.mean(), self.surrogate());
        let minimum = self.minimum(mean.as_ref());
        let target = Target {
            mean: mean.as_ref(),
            minimum: &minimum,
        };
        let names = [
            MethodName::Gd,
            MethodName::Agd,
            MethodName::Stm,
            MethodName::Ragd,
        ];
        let run = |name: MethodName, gradient: &dyn Objective| {
            let mut method = name.start(
                self.loss.smoothness(),
                self.loss.strong_convexity(),
                self.loss.parameters(),
            );
            let quiet = |_, _, _| Ok::<(), ()>(());
            let hits = first_hits(method.as_mut(), gradient, &target, &[accuracy], 5000, quiet);
            let hit = hits.expect("quiet")[0].expect("reached");
            assert_eq!(hit.calls, hit.iterations * gradient.terms());
            hit.iterations
        };
        names
            .map(|name| [run(name, mean.as_ref()), run(name, surrogate.as_ref())])
            .to_vec()
    }
}

fn assert_iterations(measured: &[[u64; 2]], expected: &[[u64; 2]]) {
    for (measured, expected) in measured.iter().flatten().zip(expected.iter().flatten()) {
        assert!(
            measured.abs_diff(*expected) <= 1,
            "{measured} instead of {expected}"
        );
    }
}

#[test]
fn logistic_instance_of_one_dimension() {
    let instance = Instance::new((2000, 1), (8, 50.0, 3.0), (30, 3));
    let (mean, surrogate) = (instance.mean(), instance.surrogate());
    let zero = [0.0; 8];
    assert!((mean.value(&zero) - std::f64::consts::LN_2).abs() < 1e-12);
    let minimum = instance.minimum(mean.as_ref());
    assert!((minimum.value - 0.500_484_192_036_368_6).abs() < 1e-12);
    let mut gradient = zero;
    mean.gradient(&zero, &mut gradient);
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    assert!((norm(&gradient) - 0.252_175_236_415).abs() < 1e-10);
    assert!((instance.first_error() - 1.265_117_546_32e-4).abs() < 1e-10);
    assert!((norm(&minimum.point) - 1.710_511_012_5).abs() < 1e-9);
    let limit = instance.minimum(surrogate.as_ref());
    let floor = mean.excess(&limit.point, &minimum);
    assert!((floor / 4.094_111_7e-8 - 1.0).abs() < 1e-4, "{floor:e}");
    let weights = &instance.weights;
    assert!((weights.lebesgue - 1.355_908_717_29).abs() < 1e-10);
    let smallest = weights.values.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = weights.values.iter().copied().fold(0.0, f64::max);
    assert!((smallest + 0.009_784_130_81).abs() < 1e-10);
    assert!((largest - 0.043_417_649_70).abs() < 1e-10);
    assert!((weights.absolute_sum() - 1.030_300_038_00).abs() < 1e-10);
    assert!(smallest_curvature(surrogate.as_ref(), &zero).expect("a Hessian") > 0.0);
    assert_iterations(
        &instance.iterations(1e-6),
        &[[98, 100], [27, 27], [30, 30], [30, 31]],
    );
}

#[test]
fn logistic_instance_of_two_dimensions() {
    let instance = Instance::new((5000, 2), (8, 50.0, 1.5), (15, 2));
    let (mean, surrogate) = (instance.mean(), instance.surrogate());
    let minimum = instance.minimum(mean.as_ref());
    assert!((minimum.value - 0.631_428_647_157_1).abs() < 1e-12);
    assert!((instance.first_error() - 3.410_888_852_50e-4).abs() < 1e-10);
    let limit = instance.minimum(surrogate.as_ref());
    let floor = mean.excess(&limit.point, &minimum);
    assert!((floor / 2.655_592_5e-7 - 1.0).abs() < 1e-4, "{floor:e}");
    assert!((instance.weights.lebesgue - 1.478_208_743_99).abs() < 1e-10);
    assert!((instance.weights.absolute_sum() - 1.024_345_988_17).abs() < 1e-10);
    assert_iterations(
        &instance.iterations(1e-4),
        &[[102, 101], [20, 20], [28, 28], [20, 20]],
    );
}

#[test]
fn quadratic_instance_has_its_closed_form() {
    let field = Field::Cosine {
        frequencies: vec![2.0, 4.0, 6.0, 8.0],
        phases: vec![0.5, 1.0, 1.5, 2.0],
    };
    let loss = Quadratic::log_spaced(100.0, field);
    let points = Points::deterministic(1000, 1);
    let weights = Weights::of(rule(20, 1, 2), &points);
    let mean = loss.quadratic_sum(&points, &points.equal_weights());
    let surrogate = loss.quadratic_sum(&weights.grid.points(), &weights.values);
    let expected = [0.103_171_91, 0.148_819_36, 0.450_389_19, 0.991_182];
    assert_near(mean.linear(), &expected, 1e-7);
    let minimum = mean.minimum();
    let first = mean.excess(&[0.0; 4], &minimum);
    assert!((first - 1.732_790_641_960_918).abs() < 1e-12);
    let floor = mean.excess(&surrogate.minimum().point, &minimum);
    assert!((floor / 2.430_245_74e-8 - 1.0).abs() < 1e-5, "{floor:e}");
    let target = Target {
        mean: &mean,
        minimum: &minimum,
    };
    for (name, expected) in [(MethodName::Gd, [400, 630]), (MethodName::Agd, [57, 82])] {
        let mut method = name.start(loss.smoothness(), loss.strong_convexity(), 4);
        let accuracies = [1e-4 * first, 1e-6 * first];
        let quiet = |_, _, _| Ok::<(), ()>(());
        let hits = first_hits(
            method.as_mut(),
            &surrogate,
            &target,
            &accuracies,
            5000,
            quiet,
        );
        for (hit, expected) in hits.expect("quiet").iter().zip(expected) {
            let iterations = hit.expect("reached").iterations;
            assert!(iterations.abs_diff(expected) <= 1, "{iterations}");
        }
    }
}

/// Whatever shortcut a loss takes for sums must be the sum of its terms.
fn assert_sums_are_sums(loss: &(impl Loss + Sync)) {
    struct Plain<'a, L>(&'a L);
    impl<L: Loss> Loss for Plain<'_, L> {
        fn parameters(&self) -> usize {
            self.0.parameters()
        }
        fn smoothness(&self) -> f64 {
            self.0.smoothness()
        }
        fn strong_convexity(&self) -> f64 {
            self.0.strong_convexity()
        }
        fn value(&self, x: &[f64], theta: &[f64]) -> f64 {
            self.0.value(x, theta)
        }
        fn gradient(&self, x: &[f64], theta: &[f64], out: &mut [f64]) {
            self.0.gradient(x, theta, out);
        }
    }
    let points = Points::deterministic(700, 2);
    let weights: Vec<f64> = (0..700).map(|i| (f64::from(i) - 40.0) / 2e5).collect();
    let plain = Plain(loss);
    let (fast, slow) = (loss.sum(&points, &weights), plain.sum(&points, &weights));
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let p = loss.parameters();
    let (mut a, mut b) = (vec![0.0; p], vec![0.0; p]);
    for _ in 0..3 {
        let theta = normals(&mut rng, p, 1.0);
        assert!((fast.value(&theta) - slow.value(&theta)).abs() < 1e-12);
        fast.gradient(&theta, &mut a);
        slow.gradient(&theta, &mut b);
        assert_near(&a, &b, 1e-12);
        // The gradient is the derivative of the value, the Hessian that of the gradient.
        let mut hessian = vec![0.0; p * p];
        assert!(fast.hessian(&theta, &mut hessian));
        for j in 0..p {
            let moved = |by: f64| {
                let mut theta = theta.clone();
                theta[j] += by;
                theta
            };
            let (up, down) = (moved(1e-5), moved(-1e-5));
            let slope = (fast.value(&up) - fast.value(&down)) / 2e-5;
            assert!((slope - a[j]).abs() < 1e-6);
            let (mut left, mut right) = (vec![0.0; p], vec![0.0; p]);
            fast.gradient(&down, &mut left);
            fast.gradient(&up, &mut right);
            let column: Vec<f64> = left
                .iter()
                .zip(&right)
                .map(|(l, r)| (r - l) / 2e-5)
                .collect();
            let exact: Vec<f64> = (0..p).map(|k| hessian[k * p + j]).collect();
            assert_near(&column, &exact, 1e-6);
        }
        let (one, all) = (loss.samples(&points), plain.samples(&points));
        one.gradient(17, &theta, &mut a);
        all.gradient(17, &theta, &mut b);
        assert_near(&a, &b, 1e-13);
    }
}

#[test]
fn fast_sums_are_sums_of_terms() {
    let features = Field::structured(7, 2, 2.0);
    assert_sums_are_sums(&SoftLabelLogistic::new(features.clone(), Label::Sine, 30.0));
    assert_sums_are_sums(&SoftLabelLogistic::new(
        features,
        Label::LastCoordinate,
        30.0,
    ));
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    assert_sums_are_sums(&Quadratic::log_spaced(
        20.0,
        Field::weierstrass(&mut rng, 5, 1.5),
    ));
}

#[test]
fn at_condition_number_one_momentum_is_descent() {
    let field = Field::structured(3, 1, 2.0);
    let loss = Quadratic::log_spaced(1.0, field);
    let points = Points::deterministic(50, 1);
    let mean = loss.quadratic_sum(&points, &points.equal_weights());
    let mut counted = Counted::new(&mean);
    let mut momentum = MethodName::Agd.start(1.0, 1.0, 3);
    let mut descent = MethodName::Gd.start(1.0, 1.0, 3);
    for _ in 0..3 {
        momentum.step(&mut counted);
        descent.step(&mut counted);
        assert_eq!(momentum.iterate(), descent.iterate());
    }
    assert_eq!(counted.calls(), 300);
}

#[test]
fn weights_of_similar_triangles_grow_as_the_bound_needs() {
    let field = Field::structured(4, 1, 2.0);
    for sigma in [4.0_f64, 100.0, 2500.0] {
        let loss = Quadratic::log_spaced(sigma, field.clone());
        let points = Points::deterministic(50, 1);
        let mean = loss.quadratic_sum(&points, &points.equal_weights());
        let mut oracle = Counted::new(&mean);
        // The safe constants 2L and μ/2 for L = 1, μ = 1/σ.
        let mut method = SimilarTriangles::new(2.0, 0.5 / sigma, 4);
        for step in 1..=3000 {
            method.step(&mut oracle);
            let n = f64::from(step);
            let growth = 1.0 + 0.25 / sigma.sqrt();
            assert!(method.weight() >= n * n / 8.0 * (1.0 - 1e-12) || method.weight() > 1e200);
            if method.weight() <= 1e200 {
                let exponential = 0.5 * libm::pow(growth, 2.0 * (n - 1.0));
                assert!(method.weight() >= exponential * (1.0 - 1e-9));
            }
            assert!(method.sum_of_weights() <= 1.0 + 2.0 * sigma.sqrt());
        }
        assert!(mean.excess(method.iterate(), &mean.minimum()) < 1e-20);
    }
}

#[test]
fn generic_minimiser_agrees_with_newton() {
    struct NoHessian<'a>(Box<dyn Objective + 'a>);
    impl Objective for NoHessian<'_> {
        fn terms(&self) -> u64 {
            self.0.terms()
        }
        fn value(&self, theta: &[f64]) -> f64 {
            self.0.value(theta)
        }
        fn gradient(&self, theta: &[f64], out: &mut [f64]) {
            self.0.gradient(theta, out);
        }
    }
    let instance = Instance::new((500, 1), (6, 30.0, 3.0), (20, 2));
    let newton = instance.minimum(instance.mean().as_ref());
    let generic = instance.minimum(&NoHessian(instance.mean()));
    assert_near(&generic.point, &newton.point, 1e-11);
    assert!((generic.value - newton.value).abs() < 1e-14);
}

#[test]
fn a_finer_grid_approaches_the_exact_method() {
    let errors = [10, 20, 40, 80]
        .map(|per_axis| Instance::new((1000, 1), (6, 30.0, 3.0), (per_axis, 3)).first_error());
    assert!(
        errors.windows(2).all(|pair| pair[1] < pair[0] / 4.0),
        "{errors:?}"
    );
}
