//! One gossip round and one MSPD outer step, with the linear-algebra library's product as peer.
//!
//! An element of a round is a node·dimension, which is read and written; of a dense product an
//! operation; of an outer step a node·dimension in one inner step: a difference, a product with the
//! step size, a subtraction and a sum.

use std::hint::black_box;

use faer::{Mat, Par};
use harness_testkit::criterion::{
    BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use mspd::gossip::Gossip;
use mspd::graph::{Graph, Network};
use mspd::primal_dual::{DualStep, PrimalDual, Steps};
use mspd::problems::{LocalFunctions, Median};
use mspd::spectrum::Spectrum;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const DIMENSION: usize = 16;
const SIZES: [usize; 3] = [16, 256, 4096];

fn setting(network: &Network, nodes: usize) -> (Graph, Spectrum) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let graph = network.build(nodes, &mut random).expect("possible");
    let spectrum = Spectrum::of(&graph).unwrap_or_else(|_| Spectrum {
        // A cycle too long for the Krylov space: its spectrum is known.
        largest: 4.0,
        smallest: 4.0 * libm::pow(libm::sin(std::f64::consts::PI / nodes as f64), 2.0),
        eigenvalues: Vec::new(),
        fiedler: Vec::new(),
    });
    (graph, spectrum)
}

fn state(nodes: usize) -> Vec<f64> {
    (0..nodes * DIMENSION)
        .map(|i| libm::cos(1.7 * i as f64))
        .collect()
}

fn gossip_round(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mspd/gossip round, d = 16 [16 B]");
    for network in [Network::Cycle, Network::Expander] {
        for nodes in SIZES {
            let (graph, spectrum) = setting(&network, nodes);
            let mut gossip = Gossip::laplacian(&graph, &spectrum);
            let state = state(nodes);
            let mut out = state.clone();
            group.throughput(Throughput::Elements(state.len() as u64));
            group.bench_function(BenchmarkId::new(network.to_string(), nodes), |bencher| {
                bencher.iter(|| gossip.apply(black_box(&state), &mut out));
            });
        }
    }
    // The least that memory allows: one pass that reads a state and writes another.
    for nodes in SIZES {
        let state = state(nodes);
        let mut out = state.clone();
        group.throughput(Throughput::Elements(state.len() as u64));
        group.bench_function(BenchmarkId::new("copy", nodes), |bencher| {
            bencher.iter(|| out.copy_from_slice(black_box(&state)));
        });
    }
    group.finish();
}

fn dense_product(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mspd/dense gossip, d = 16 [1 flop]");
    for nodes in [16, 256] {
        let (graph, spectrum) = setting(&Network::Cycle, nodes);
        let mut gossip = Gossip::chebyshev(&graph, &spectrum);
        let state = state(nodes);
        let mut out = state.clone();
        group.throughput(Throughput::Elements((2 * nodes * state.len()) as u64));
        group.bench_function(BenchmarkId::new("chebyshev", nodes), |bencher| {
            bencher.iter(|| gossip.apply(black_box(&state), &mut out));
        });
        let matrix = Mat::<f64>::from_fn(nodes, nodes, |i, j| libm::cos((i * j) as f64));
        let right = Mat::<f64>::from_fn(nodes, DIMENSION, |i, j| state[i * DIMENSION + j]);
        let mut product = Mat::<f64>::zeros(nodes, DIMENSION);
        group.bench_function(BenchmarkId::new("library", nodes), |bencher| {
            bencher.iter(|| {
                faer::linalg::matmul::matmul(
                    product.as_mut(),
                    faer::Accum::Replace,
                    black_box(&matrix),
                    &right,
                    1.0,
                    Par::Seq,
                );
            });
        });
    }
    group.finish();
}

fn outer_step(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mspd/outer step, d = 16, M = 20 [4 flop]");
    for network in [Network::Cycle, Network::Expander] {
        for nodes in [16, 256] {
            let (graph, spectrum) = setting(&network, nodes);
            let heavy: Vec<bool> = (0..nodes).map(|node| node < nodes / 2).collect();
            let mut random = ChaCha8Rng::seed_from_u64(2);
            let problem = Median::random(&heavy, DIMENSION, &mut random);
            let gossip = Gossip::chebyshev(&graph, &spectrum);
            let lipschitz = problem.local_lipschitz();
            let steps = Steps::chebyshev(&gossip, 1.0, lipschitz, DualStep::Safe);
            let mut method = PrimalDual::new(gossip, steps, DIMENSION, 20, 1.0, true);
            group.throughput(Throughput::Elements((20 * nodes * DIMENSION) as u64));
            group.bench_function(BenchmarkId::new(network.to_string(), nodes), |bencher| {
                bencher.iter(|| method.step(black_box(&problem)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, gossip_round, dense_product, outer_step);
criterion_main!(benches);
