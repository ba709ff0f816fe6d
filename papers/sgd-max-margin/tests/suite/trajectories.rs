use sgd_max_margin::adam::Adam;
use sgd_max_margin::gradient_descent::HeavyBall;
use sgd_max_margin::instances::{asymmetric, asymmetric_fixed, conflicting, planted};
use sgd_max_margin::losses::Loss;
use sgd_max_margin::max_margin::max_margin;
use sgd_max_margin::metrics::{Measures, distance};
use sgd_max_margin::points::Points;
use sgd_max_margin::sampling::{Order, Sampler};
use sgd_max_margin::sgd::{Chain, Sgd};
use sgd_max_margin::theory::{Asymptote, sampling_noise};

use crate::{close, generator, turn, turned, vectors_close};

const STEP: f64 = 0.05;
const HORIZONS: [u64; 4] = [1, 10, 1000, 100_000];

fn sgd<'a>(points: &'a Points, order: Order, batch: usize, starts: &[Vec<f64>]) -> Sgd<'a> {
    let sampler = Sampler::new(order, points.count(), batch, generator(11));
    Sgd::new(points, Loss::Logistic, STEP, sampler, starts)
}

fn origin() -> Vec<Vec<f64>> {
    vec![vec![0.0; 2]]
}

/// Weights and ln L against known values after 1, 10, 1000 and 100 000 epochs.
fn compare(mut weights_after: impl FnMut(u64) -> Vec<f64>, expected: [[f64; 2]; 4]) -> Vec<f64> {
    let mut done = 0;
    let mut weights = Vec::new();
    for (horizon, expected) in HORIZONS.into_iter().zip(expected) {
        weights = weights_after(horizon - done);
        done = horizon;
        assert!(
            vectors_close(&weights, &expected, 1e-9),
            "{horizon}: {weights:?}"
        );
    }
    weights
}

fn log_loss(weights: &[f64]) -> f64 {
    Loss::Logistic.log_total(&asymmetric_fixed().margins(weights))
}

#[test]
fn cyclic_and_full_batch_paths() {
    let points = asymmetric_fixed();
    let mut run = sgd(&points, Order::Cyclic, 1, &origin());
    let weights = compare(
        |epochs| {
            run.advance(epochs);
            run.chains()[0].weights.clone()
        },
        [
            [0.238_758_688_702, 0.305_273_506_488],
            [0.713_840_683_347, 0.974_425_460_988],
            [2.320_754_949_44, 2.863_300_568_03],
            [4.578_810_017_21, 5.133_212_705_04],
        ],
    );
    assert!(close(log_loss(&weights), -9.211_585_480_88, 1e-9));
    let mut run = sgd(&points, Order::FullBatch, 1, &origin());
    let weights = compare(
        |epochs| {
            run.advance(epochs);
            run.chains()[0].weights.clone()
        },
        [
            [0.35, 0.425],
            [0.764_976_999_971, 1.014_876_512_22],
            [2.322_781_670_71, 2.864_074_747_24],
            [4.578_832_199_24, 5.133_220_962_79],
        ],
    );
    assert!(close(log_loss(&weights), -9.211_615_920_09, 1e-9));
    let reference = max_margin(&points).unwrap();
    let measures = Measures::of(&points, Loss::Logistic, &reference, &weights);
    assert!(close(measures.direction_gap, 0.057_012_947_22, 1e-8));
    assert!(close(
        reference.margin - measures.margin,
        0.042_596_291_93,
        1e-8
    ));
    let half_square = 0.5 * measures.direction_gap * measures.direction_gap;
    assert!(close(measures.angle_gap, half_square, 1e-9));
    let predicted = Asymptote::new(&points, &reference, STEP).at(1e5);
    assert!(vectors_close(
        &predicted,
        &[4.578_112_525_6, 5.132_630_270_0],
        1e-10
    ));
}

#[test]
fn other_losses_and_methods() {
    let points = asymmetric_fixed();
    let mut run = HeavyBall::new(&points, Loss::Exponential, STEP, 0.0, &[0.0, 0.0]);
    let mut after = |steps| {
        run.advance(steps);
        run.weights.clone()
    };
    let weights = compare(
        &mut after,
        [
            [0.7, 0.85],
            [0.892_678_225_123, 1.152_463_213_72],
            [2.336_507_784_02, 2.871_089_520_11],
            [4.579_188_194_69, 5.133_393_498_34],
        ],
    );
    assert!(close(log_loss(&weights), -9.212_144_430_24, 1e-9));
    let mut run = HeavyBall::new(&points, Loss::PolynomialTail, STEP, 0.0, &[0.0, 0.0]);
    compare(
        |steps| {
            run.advance(steps);
            run.weights.clone()
        },
        [
            [0.7, 0.85],
            [0.978_137_533_017, 1.233_426_507_51],
            [4.492_084_329_22, 5.919_092_880_9],
            [21.791_098_304_8, 28.713_865_459_6],
        ],
    );
    let mut run = HeavyBall::new(&points, Loss::Logistic, 0.005, 0.9, &[0.0, 0.0]);
    let weights = compare(
        |steps| {
            run.advance(steps);
            run.weights.clone()
        },
        [
            [0.035, 0.0425],
            [0.835_193_191_58, 1.046_602_370_8],
            [2.404_269_377_63, 2.943_724_377_65],
            [4.579_988_160_44, 5.134_330_125_8],
        ],
    );
    assert!(close(log_loss(&weights), -9.213_881_123_31, 1e-9));
    let mut run = Adam::new(&points, Loss::Logistic, 1e-3, 1e-8, &[0.0, 0.0]);
    compare(
        |steps| {
            run.advance(steps);
            run.weights.clone()
        },
        [
            [0.000_999_999_998_571, 0.000_999_999_998_824],
            [0.009_992_767_048_07, 0.009_993_409_739_24],
            [0.592_411_960_929, 0.640_121_452_425],
            [11.551_763_414_8, 12.100_651_628_8],
        ],
    );
}

/// Runs both paths and compares every bit of weights and travelled lengths.
fn paths_agree(points: &Points, loss: Loss, order: Order, batch: usize, starts: &[Vec<f64>]) {
    let make = || {
        let sampler = Sampler::new(order, points.count(), batch, generator(3));
        Sgd::new(points, loss, STEP, sampler, starts)
    };
    let (mut special, mut general) = (make(), make());
    special.advance(300);
    general.advance_generally(300);
    let bits = |chains: &[Chain]| -> Vec<u64> {
        let values = chains
            .iter()
            .flat_map(|c| c.weights.iter().chain([&c.travelled]));
        values.map(|value| value.to_bits()).collect()
    };
    assert_eq!(
        bits(special.chains()),
        bits(general.chains()),
        "{loss:?} {order:?} {batch}"
    );
    assert!(special.chains()[0].travelled > 0.0);
}

#[test]
fn special_paths_have_the_bits_of_the_general_one() {
    let flat = asymmetric(&mut generator(1));
    let deep = planted(10, 30, &mut generator(1));
    let three = [vec![0.0, 0.0], vec![-3.0, -4.0], vec![3.0, -3.0]];
    for loss in [Loss::Logistic, Loss::Exponential, Loss::PolynomialTail] {
        for order in [
            Order::WithReplacement,
            Order::Reshuffled,
            Order::ShuffledOnce,
            Order::Cyclic,
            Order::Adversarial,
        ] {
            for batch in [1, 4] {
                for count in 1..=3 {
                    paths_agree(&flat, loss, order, batch, &three[..count]);
                }
            }
            paths_agree(&deep, loss, order, 1, &[vec![0.1; 10]]);
            paths_agree(&deep, loss, order, 5, &[vec![0.1; 10]]);
        }
    }
}

/// Chains that share their samples do not disturb each other.
#[test]
fn a_chain_alone_and_among_others_is_the_same() {
    let points = asymmetric(&mut generator(2));
    let starts = [vec![0.0, 0.0], vec![-3.0, -4.0], vec![3.0, -3.0]];
    for order in [Order::WithReplacement, Order::Reshuffled, Order::Cyclic] {
        let mut together = sgd(&points, order, 1, &starts);
        together.advance(200);
        for (place, start) in starts.iter().enumerate() {
            let mut alone = sgd(&points, order, 1, std::slice::from_ref(start));
            alone.advance(200);
            assert_eq!(alone.chains()[0], together.chains()[place]);
        }
    }
}

#[test]
fn whole_batches_are_gradient_descent() {
    let points = asymmetric(&mut generator(4));
    let mut plain = HeavyBall::new(&points, Loss::Logistic, STEP, 0.0, &[0.0, 0.0]);
    plain.advance(500);
    for order in [Order::FullBatch, Order::Cyclic, Order::WithReplacement] {
        let mut run = sgd(&points, order, 8, &origin());
        run.advance(500);
        let tolerance = if order == Order::WithReplacement {
            1e-13
        } else {
            1e-14
        };
        assert!(vectors_close(
            &run.chains()[0].weights,
            &plain.weights,
            tolerance
        ));
    }
    let (mut full, mut cyclic) = (
        sgd(&points, Order::FullBatch, 8, &origin()),
        sgd(&points, Order::Cyclic, 8, &origin()),
    );
    full.advance(500);
    cyclic.advance(500);
    assert_eq!(full.chains(), cyclic.chains());
}

#[test]
fn a_restored_run_has_the_same_bits() {
    let points = asymmetric(&mut generator(6));
    for order in [
        Order::WithReplacement,
        Order::Reshuffled,
        Order::Adversarial,
    ] {
        let mut whole = sgd(&points, order, 2, &origin());
        whole.advance(100);
        let state = whole.state();
        whole.advance(100);
        let mut restored = sgd(&points, order, 2, &origin());
        restored.restore(state);
        restored.advance(100);
        assert_eq!(restored.chains(), whole.chains());
        assert_eq!(restored.epoch(), 200);
    }
}

#[test]
fn paths_turn_with_the_data() {
    let points = asymmetric(&mut generator(8));
    let rotated = turned(&points, 1.1);
    let mut run = sgd(&points, Order::Reshuffled, 1, &origin());
    let mut other = sgd(&rotated, Order::Reshuffled, 1, &origin());
    run.advance(1000);
    other.advance(1000);
    let (sine, cosine) = libm::sincos(1.1);
    let expected = turn(&run.chains()[0].weights, sine, cosine);
    assert!(vectors_close(&other.chains()[0].weights, &expected, 1e-11));
}

#[test]
fn exponential_loss_blows_up_where_logistic_does_not() {
    let points = conflicting();
    let mut logistic = HeavyBall::new(&points, Loss::Logistic, 5.0, 0.0, &[0.0, 0.0]);
    logistic.advance(100_000);
    assert!(Loss::Logistic.total(&points.margins(&logistic.weights)) < 1e-4);
    let mut exponential = HeavyBall::new(&points, Loss::Exponential, 5.0, 0.0, &[0.0, 0.0]);
    exponential.advance(20);
    let norm = libm::hypot(exponential.weights[0], exponential.weights[1]);
    assert!(!norm.is_finite() || norm > 1e3);
}

/// The law of the noise that sampling with replacement leaves on the weights, over 200 runs.
#[test]
fn sampling_noise_has_the_predicted_size() {
    let points = asymmetric_fixed();
    let reference = max_margin(&points).unwrap();
    let predicted = Asymptote::new(&points, &reference, STEP).at(1e4);
    let rms = |order: Order, batch: usize| {
        let squares = (0..200).map(|seed| {
            let sampler = Sampler::new(order, 8, batch, generator(1000 + seed));
            let mut run = Sgd::new(&points, Loss::Logistic, STEP, sampler, &origin());
            run.advance(10_000);
            let gap = distance(&run.chains()[0].weights, &predicted);
            gap * gap
        });
        (squares.sum::<f64>() / 200.0).sqrt()
    };
    let reshuffled = rms(Order::Reshuffled, 1);
    assert!(close(reshuffled, 0.0077, 0.02), "{reshuffled}");
    for (batch, seen) in [(1, 0.0101), (4, 0.0092)] {
        let noise = sampling_noise(&points, &reference, batch, 1e4);
        let law = (reshuffled * reshuffled + noise).sqrt();
        assert!(close(law, seen, 0.01), "{law}");
        let measured = rms(Order::WithReplacement, batch);
        assert!(
            close(measured, law, 0.1),
            "{batch}: {measured} against {law}"
        );
    }
}
