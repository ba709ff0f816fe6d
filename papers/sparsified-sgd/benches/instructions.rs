//! Instructions of a selection and of a network's gradient, which the experiments are made of.

#![allow(missing_docs, reason = "written by the benchmark macros")]
#![allow(unreachable_pub, reason = "written by the benchmark macros")]
#![allow(unused_qualifications, reason = "written by the benchmark macros")]
#![allow(clippy::pedantic, reason = "written by the benchmark macros")]
#![allow(clippy::exit, reason = "written by the benchmark macros")]

use std::hint::black_box;

use harness_numerics::random::{standard_normal, unit};
use harness_testkit::gungraun::{self, library_benchmark, library_benchmark_group, main};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sparsified_sgd::models::{Model, NetworkModel};
use sparsified_sgd::network::Network;
use sparsified_sgd::selection::Selector;

fn normals(count: usize) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    (0..count).map(|_| standard_normal(&mut random)).collect()
}

#[library_benchmark]
#[bench::one_percent(args = (100_000), setup = normals)]
fn selection(values: Vec<f64>) -> Vec<u32> {
    let mut chosen = Vec::new();
    Selector::new().select(black_box(&values), 1000, &mut chosen);
    chosen
}

fn network() -> (NetworkModel, Vec<f64>) {
    let network = Network {
        inputs: 64,
        hidden: 32,
        classes: 10,
    };
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let images = (0..8 * 64).map(|_| unit(&mut random)).collect();
    let parameters = network.initial(&mut random);
    (
        NetworkModel::new(network, images, (0..8).collect()),
        parameters,
    )
}

#[library_benchmark]
#[bench::digits(args = (), setup = network)]
fn gradients((mut model, parameters): (NetworkModel, Vec<f64>)) -> Vec<f64> {
    let mut out = vec![0.0; parameters.len()];
    for _ in 0..20 {
        model.add_gradient(
            black_box(&parameters),
            &[0, 1, 2, 3, 4, 5, 6, 7],
            0.1,
            &mut out,
        );
    }
    out
}

library_benchmark_group!(name = kernels, benchmarks = [selection, gradients]);
main!(library_benchmark_groups = kernels);
