//! Time of one training step (forward, backward, update) of the fully connected networks, and of
//! forward and backward pass of the convolution networks.
//!
//! Throughput is in elements: layers of a batch of 32, or images in a block. The inverse is the time
//! of one.

use harness_testkit::criterion::{BenchmarkId, Criterion, Throughput};
use rand::SeedableRng;
use resnet_scaling::activation::{Activation, Relu, Tanh};
use resnet_scaling::convolution::layers::LANES;
use resnet_scaling::convolution::{Convolutional, Staged};
use resnet_scaling::real::Real;
use resnet_scaling::training::kernels::{BATCH, Panel};
use resnet_scaling::training::optimiser::Adam;
use resnet_scaling::training::{Network, Scaling, Workspace};

fn panel<T: Real, const D: usize>(phase: f64) -> Panel<T, D> {
    let mut panel = [[T::ZERO; BATCH]; D];
    for (j, row) in panel.iter_mut().enumerate() {
        for (b, entry) in row.iter_mut().enumerate() {
            *entry = T::from_f64(0.3 * libm::sin(phase + (7 * j + 3 * b) as f64));
        }
    }
    panel
}

/// An element is a layer: three products of 10 × 10 × 32, of two operations each.
fn steps<T: Real, A: Activation, const D: usize, const P: usize>(
    criterion: &mut Criterion,
    name: &str,
    scaling: Scaling,
) {
    let mut group = criterion.benchmark_group(name);
    for depth in [10_usize, 100, 1000, 10_000] {
        let mut network = Network::<T>::zero(D, depth, scaling);
        let block = network.block();
        for (place, weight) in network.weights.iter_mut().enumerate() {
            *weight = T::from_f64(0.01 * libm::sin((place % block) as f64));
        }
        let mut workspace = Workspace::<T, D, P>::new(depth);
        let (weights, scales) = (network.weights.len(), network.scales.len());
        let mut adam = Adam::new(1e-6, weights, scales);
        let (x, y) = (panel(0.0), panel(1.0));
        group.throughput(Throughput::Elements(depth as u64));
        group.bench_function(BenchmarkId::from_parameter(depth), |bencher| {
            bencher.iter(|| workspace.step::<A, _>(&mut network, (&x, &y), &mut adam));
        });
    }
    group.finish();
}

/// A group of eight images through networks of eight blocks.
fn convolutions(criterion: &mut Criterion) {
    const BLOCKS: usize = 8;
    let image = |phase: usize, pixels: usize| -> Vec<f64> {
        let level = |pixel: usize| libm::sin((phase * 17 + pixel * 3) as f64);
        (0..pixels).map(level).collect()
    };
    let mut group = criterion.benchmark_group("resnet-scaling/convolution, f64, 8 blocks");
    group.throughput(Throughput::Elements((BLOCKS * LANES) as u64));
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);

    let images: Vec<Vec<f64>> = (0..LANES).map(|phase| image(phase, 64)).collect();
    let labelled = images.iter().enumerate();
    let samples: Vec<(&[f64], usize)> = labelled.map(|(label, i)| (&i[..], label)).collect();
    let mut digits = Convolutional::draw(BLOCKS, &mut rng);
    let mut gradient = digits.gradient();
    group.bench_function("digits, 8 channels", |bencher| {
        bencher.iter(|| digits.add(&samples, LANES, &mut gradient));
    });

    let samples: Vec<(Vec<f64>, usize)> = (0..LANES).map(|k| (image(k, 3072), k)).collect();
    let mut colours = Staged::draw([2, 2, 2, 2], 8, &mut rng);
    let mut gradient = colours.gradient();
    group.bench_function("colours, 8 to 64 channels", |bencher| {
        bencher.iter(|| colours.add(&samples, LANES, &mut gradient));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1))
        .configure_from_args();
    steps::<f32, Tanh, 10, 16>(
        &mut criterion,
        "resnet-scaling/step, f32 tanh shared [19200 flop-f32]",
        Scaling::Shared,
    );
    steps::<f64, Tanh, 10, 12>(
        &mut criterion,
        "resnet-scaling/step, f64 tanh shared [19200 flop]",
        Scaling::Shared,
    );
    steps::<f64, Relu, 10, 12>(
        &mut criterion,
        "resnet-scaling/step, f64 relu multi [19200 flop]",
        Scaling::Multi,
    );
    convolutions(&mut criterion);
    criterion.final_summary();
}
