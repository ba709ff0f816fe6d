//! The engine against golden values, finite differences, balance laws and closed forms.

use super::kernels::{BATCH, Panel};
use super::optimiser::{Adam, Collect};
use super::{Initialisation, Network, Scaling, Workspace};
use crate::activation::{Activation, Relu, Tanh};
use crate::real::Real;

/// σ(z) = z, for the linear closed forms.
#[derive(Clone, Copy, Debug)]
struct Identity;

impl Activation for Identity {
    fn value<T: Real>(z: T) -> T {
        z
    }

    fn slope<T: Real>(_s: T) -> T {
        T::ONE
    }
}

/// The given samples, repeated until the batch is full: the same loss and gradient.
fn repeated<const D: usize>(samples: &[[f64; D]]) -> Panel<f64, D> {
    let mut panel = [[0.0; BATCH]; D];
    for lane in 0..BATCH {
        for (j, row) in panel.iter_mut().enumerate() {
            row[lane] = samples[lane % samples.len()][j];
        }
    }
    panel
}

fn golden_inputs() -> (Panel<f64, 2>, Panel<f64, 2>) {
    let x = repeated(&[[1.0, 0.0], [0.6, -0.8]]);
    let y = repeated(&[[0.0, 1.0], [1.0, 0.0]]);
    (x, y)
}

pub(crate) fn golden_network(scaling: Scaling, scales: &[f64]) -> Network<f64> {
    let mut network = Network::zero(2, 3, scaling);
    network.scales = scales.to_vec();
    for k in 0..3 {
        for i in 0..2 {
            for j in 0..2 {
                let place = k * 6 + i * 2 + j;
                network.weights[place] = 0.1 * libm::sin((1 + 4 * k + 2 * i + j) as f64);
            }
            network.weights[k * 6 + 4 + i] = 0.1 * libm::cos((2 * k + i) as f64);
        }
    }
    network
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= tolerance,
            "{found} is not {expected}"
        );
    }
}

struct Golden<'a> {
    loss: f64,
    output: [[f64; 2]; 2],
    first_matrix: [f64; 4],
    scales: &'a [f64],
    after: [f64; 2],
}

fn check_golden<A: Activation>(scaling: Scaling, scales: &[f64], golden: &Golden<'_>) {
    let mut network = golden_network(scaling, scales);
    let (x, y) = golden_inputs();
    let mut workspace = Workspace::<f64, 2, 4>::new(3);
    let output = workspace.output::<A>(&network, &x);
    for (sample, expected) in golden.output.iter().enumerate() {
        close(&[output[0][sample], output[1][sample]], expected, 1e-14);
    }
    let mut gradient = Collect::new(18, scales.len());
    let loss = workspace.step::<A, _>(&mut network, (&x, &y), &mut gradient);
    close(&[loss], &[golden.loss], 1e-14);
    close(&gradient.weights[..4], &golden.first_matrix, 1e-14);
    close(&gradient.scales, golden.scales, 1e-14);
    let mut adam = Adam::new(0.01, 18, scales.len());
    workspace.step::<A, _>(&mut network, (&x, &y), &mut adam);
    let first = workspace.step::<A, _>(&mut network, (&x, &y), &mut adam);
    let second = workspace.loss::<A>(&network, &x, &y);
    close(&[first, second], &golden.after, 1e-12);
}

#[test]
fn tanh_with_a_shared_scale_has_the_golden_values() {
    let golden = Golden {
        loss: 0.698_958_706_952_045,
        output: [
            [1.008_559_795_777_226, -0.002_778_637_004_822],
            [0.613_327_499_516_484, -0.789_659_007_855_010],
        ],
        first_matrix: [
            0.195_951_242_351_792,
            -0.371_359_995_750_656,
            0.067_797_211_110_818,
            0.154_917_142_969_422,
        ],
        scales: &[-0.008_113_220_142_799],
        after: [0.656_852_978_875_448, 0.615_820_161_456_240],
    };
    check_golden::<Tanh>(Scaling::Shared, &[0.5], &golden);
}

#[test]
fn tanh_without_a_scale_has_the_golden_values() {
    let golden = Golden {
        loss: 0.691_876_049_160_474,
        output: [
            [1.012_332_539_383_671, -0.002_797_859_259_964],
            [0.625_559_441_575_255, -0.772_578_635_490_979],
        ],
        first_matrix: [
            0.412_301_531_602_819,
            -0.757_654_303_913_641,
            0.116_349_925_350_144,
            0.304_230_915_669_456,
        ],
        scales: &[],
        after: [0.610_254_257_922_983, 0.537_746_515_041_722],
    };
    check_golden::<Tanh>(Scaling::None, &[], &golden);
}

#[test]
fn relu_with_a_shared_scale_has_the_golden_values() {
    let golden = Golden {
        loss: 0.660_396_900_252_218,
        output: [
            [1.092_073_549_240_395, 0.072_479_986_634_691],
            [0.686_486_204_018_764, -0.700_270_439_612_162],
        ],
        first_matrix: [
            0.227_879_495_951_253,
            -0.331_751_142_692_362,
            0.060_185_188_478_461,
            0.133_161_519_134_713,
        ],
        scales: &[-0.059_837_335_899_626],
        after: [0.640_160_067_019_432, 0.621_255_300_106_138],
    };
    check_golden::<Relu>(Scaling::Shared, &[0.5], &golden);
    // A negative shared δ is used by its magnitude, and its gradient changes sign.
    let negated = Golden {
        scales: &[0.059_837_335_899_626],
        ..golden
    };
    check_golden::<Relu>(Scaling::Shared, &[-0.5], &negated);
}

#[test]
fn relu_with_a_scale_for_each_layer_has_the_golden_values() {
    let golden = Golden {
        loss: 0.663_600_057_037_898,
        output: [
            [1.092_073_549_240_395, 0.072_479_986_634_691],
            [0.679_731_454_099_995, -0.706_335_808_603_099],
        ],
        first_matrix: [
            0.226_113_333_939_724,
            -0.334_683_677_293_047,
            0.062_540_071_160_499,
            0.137_071_565_268_960,
        ],
        scales: &[-0.046_397_349_934_004, 0.0, -0.016_118_803_112_730],
        after: [0.645_525_214_107_758, 0.628_025_372_022_512],
    };
    check_golden::<Relu>(Scaling::Multi, &[0.5, -0.4, 0.3], &golden);
}

/// A batch that depends on lane and coordinate, without repetition.
fn wave<const D: usize>(phase: f64) -> Panel<f64, D> {
    let mut panel = [[0.0; BATCH]; D];
    for (j, row) in panel.iter_mut().enumerate() {
        for (lane, entry) in row.iter_mut().enumerate() {
            *entry = 0.6 * libm::sin(phase + (j * 5 + lane * 3) as f64 * 0.7);
        }
    }
    panel
}

fn some_network(depth: usize, scaling: Scaling) -> Network<f64> {
    let mut rng = <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(7);
    let shape = (10, depth);
    let mut network = Network::draw(shape, scaling, Initialisation::Xavier, 0.7, &mut rng);
    for (layer, scale) in network.scales.iter_mut().enumerate() {
        *scale = 0.3 + 0.2 * libm::cos(layer as f64);
    }
    network
}

fn gradient<A: Activation>(network: &mut Network<f64>) -> (f64, Collect<f64>) {
    let mut workspace = Workspace::<f64, 10, 12>::new(network.depth);
    let mut gradient = Collect::new(network.weights.len(), network.scales.len());
    let (x, y) = (wave(0.0), wave(2.0));
    let loss = workspace.step::<A, _>(network, (&x, &y), &mut gradient);
    (loss, gradient)
}

/// Central differences in a sample of parameters. Depth 35 crosses segment borders.
fn check_differences<A: Activation>(scaling: Scaling) {
    let mut network = some_network(35, scaling);
    let (_, exact) = gradient::<A>(&mut network);
    let step = 1e-5;
    let difference = |change: &dyn Fn(&mut Network<f64>, f64)| {
        let at = |size: f64| {
            let mut moved = network.clone();
            change(&mut moved, size);
            gradient::<A>(&mut moved).0
        };
        (at(step) - at(-step)) / (2.0 * step)
    };
    for place in (0..exact.weights.len()).step_by(53) {
        let found = difference(&|network, size| network.weights[place] += size);
        assert!(
            (found - exact.weights[place]).abs() < 1e-9,
            "weight {place}"
        );
    }
    for place in 0..exact.scales.len() {
        let found = difference(&|network, size| network.scales[place] += size);
        assert!((found - exact.scales[place]).abs() < 1e-9, "scale {place}");
    }
}

#[test]
fn gradients_are_finite_differences() {
    check_differences::<Tanh>(Scaling::Shared);
    check_differences::<Tanh>(Scaling::Multi);
    check_differences::<Tanh>(Scaling::None);
    check_differences::<Relu>(Scaling::Multi);
}

/// ⟨A, dA⟩ + ⟨b, db⟩ for each layer.
fn balance(network: &Network<f64>, gradient: &Collect<f64>) -> Vec<f64> {
    let block = network.block();
    let layers = network.weights.chunks_exact(block);
    let slopes = gradient.weights.chunks_exact(block);
    let products = layers.zip(slopes);
    products
        .map(|(a, g)| a.iter().zip(g).map(|(a, g)| a * g).sum())
        .collect()
}

#[test]
fn balance_laws_hold_for_homogeneous_activations_and_not_for_tanh() {
    let mut shared = some_network(9, Scaling::Shared);
    let (_, slopes) = gradient::<Relu>(&mut shared);
    let left: f64 = balance(&shared, &slopes).iter().sum();
    assert!((left - shared.scales[0] * slopes.scales[0]).abs() < 1e-14);

    let mut multi = some_network(9, Scaling::Multi);
    let (_, slopes) = gradient::<Relu>(&mut multi);
    for (layer, left) in balance(&multi, &slopes).into_iter().enumerate() {
        assert!((left - multi.scales[layer] * slopes.scales[layer]).abs() < 1e-15);
    }
    let (_, slopes) = gradient::<Tanh>(&mut multi);
    let left = balance(&multi, &slopes)[0];
    assert!((left - multi.scales[0] * slopes.scales[0]).abs() > 1e-6);
}

#[test]
fn a_zero_network_is_the_identity() {
    let network = Network::zero(10, 40, Scaling::None);
    let mut workspace = Workspace::<f64, 10, 12>::new(40);
    let x = wave(1.0);
    let bits = |panel: Panel<f64, 10>| panel.map(|row| row.map(f64::to_bits));
    assert_eq!(bits(workspace.output::<Tanh>(&network, &x)), bits(x));
}

#[test]
fn a_linear_network_is_a_product_of_matrices() {
    // A = θ J with J the rotation generator: the product tends to the rotation by θ.
    let depth = 2000;
    let mut network = Network::zero(2, depth, Scaling::Shared);
    for block in network.weights.chunks_exact_mut(6) {
        block[..4].copy_from_slice(&[0.0, 0.7, -0.7, 0.0]);
    }
    let mut workspace = Workspace::<f64, 2, 4>::new(depth);
    let output = workspace.output::<Identity>(&network, &repeated(&[[1.0, 0.0]]));
    let angle: f64 = 0.7;
    close(
        &[output[0][0], output[1][0]],
        &[libm::cos(angle), libm::sin(angle)],
        2e-4,
    );
    // Exactly (1 + iθ/L)ᴸ.
    let modulus = libm::pow(
        1.0 + (angle / depth as f64) * (angle / depth as f64),
        1000.0,
    );
    let turned = depth as f64 * libm::atan(angle / depth as f64);
    close(
        &[output[0][0], output[1][0]],
        &[modulus * libm::cos(turned), modulus * libm::sin(turned)],
        1e-12,
    );
}

#[test]
fn random_linear_layers_have_the_exact_second_moment() {
    // E‖h_L‖² = ‖x‖² (1 + L⁻²ᵖ)ᴸ for entries N(0, 1/d) and δ = L⁻ᵖ, here p = 1/2.
    let (depth, draws) = (40, 400);
    let mut workspace = Workspace::<f64, 10, 12>::new(depth);
    let mut rng = <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(3);
    let x = wave::<10>(0.3);
    let square = |h: &Panel<f64, 10>| h.as_flattened().iter().map(|h| h * h).sum::<f64>();
    let mut ratios = Vec::new();
    for _ in 0..draws {
        let mut network = Network::zero(10, depth, Scaling::Shared);
        network.scales[0] = 1.0 / (depth as f64).sqrt();
        for block in network.weights.chunks_exact_mut(110) {
            for entry in &mut block[..100] {
                *entry = harness_numerics::random::standard_normal(&mut rng) / 10.0_f64.sqrt();
            }
        }
        ratios.push(square(&workspace.output::<Identity>(&network, &x)) / square(&x));
    }
    let mean = ratios.iter().sum::<f64>() / f64::from(draws);
    let variance = ratios.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / f64::from(draws);
    let error = (variance / f64::from(draws)).sqrt();
    let exact = libm::pow(1.0 + 1.0 / depth as f64, depth as f64);
    assert!(
        (mean - exact).abs() < 4.0 * error,
        "{mean} against {exact}, error {error}"
    );
    assert!(error < 0.1);
}

#[test]
fn single_precision_follows_double_precision() {
    let mut wide = some_network(20, Scaling::Multi);
    let narrow_of = |values: &[f64]| values.iter().map(|v| *v as f32).collect::<Vec<f32>>();
    let mut narrow = Network::<f32>::zero(10, 20, Scaling::Multi);
    narrow.weights = narrow_of(&wide.weights);
    narrow.scales = narrow_of(&wide.scales);
    let (loss, exact) = gradient::<Tanh>(&mut wide);
    let mut workspace = Workspace::<f32, 10, 16>::new(20);
    let single = |panel: Panel<f64, 10>| panel.map(|row| row.map(|v| v as f32));
    let (x, y) = (single(wave(0.0)), single(wave(2.0)));
    let mut found = Collect::new(narrow.weights.len(), 20);
    let narrow_loss = workspace.step::<Tanh, _>(&mut narrow, (&x, &y), &mut found);
    assert!((loss - narrow_loss).abs() < 1e-6);
    for (found, exact) in found.weights.iter().zip(&exact.weights) {
        assert!((f64::from(*found) - exact).abs() < 1e-6);
    }
}

#[test]
fn permuting_a_batch_leaves_its_gradient() {
    let mut network = some_network(5, Scaling::Shared);
    let (_, before) = gradient::<Tanh>(&mut network);
    let turn = |panel: Panel<f64, 10>| {
        panel.map(|mut row| {
            row.rotate_left(11);
            row
        })
    };
    let mut workspace = Workspace::<f64, 10, 12>::new(5);
    let mut after = Collect::new(network.weights.len(), 1);
    let (x, y) = (turn(wave(0.0)), turn(wave(2.0)));
    workspace.step::<Tanh, _>(&mut network, (&x, &y), &mut after);
    close(&after.weights, &before.weights, 1e-15);
}
