//! `TopK`, a step with error correction, and a network's gradient.
//!
//! Throughput is in elements: entries of the vector for `TopK` and the step, floating-point
//! operations for the gradient and the products.
use std::hint::black_box;

use faer::{Mat, Par};
use harness_numerics::random::{standard_normal, unit};
use harness_testkit::criterion::{
    BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sparsified_sgd::cluster::{Batches, Cluster};
use sparsified_sgd::data::{TextShape, text_like};
use sparsified_sgd::methods::{Method, kept};
use sparsified_sgd::models::{Model, NetworkModel, SparseLogistic};
use sparsified_sgd::network::Network;
use sparsified_sgd::network::matrix::{View, add_product};
use sparsified_sgd::selection::Selector;
use sparsified_sgd::split;

fn stream(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut random = stream(seed);
    (0..count).map(|_| standard_normal(&mut random)).collect()
}

fn top_k(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sparsified-sgd/TopK [8 B]");
    let length = 100_000;
    let values = normals(length, 1);
    group.throughput(Throughput::Elements(length as u64));
    for percent in [0.1, 1.0, 10.0] {
        let kept = kept(percent, length);
        let mut chosen = Vec::new();
        let mut warm = Selector::new();
        group.bench_function(BenchmarkId::new("warm", percent), |bencher| {
            bencher.iter(|| warm.select(black_box(&values), kept, &mut chosen));
        });
        group.bench_function(BenchmarkId::new("cold", percent), |bencher| {
            bencher.iter(|| Selector::new().select(black_box(&values), kept, &mut chosen));
        });
        let size = |index: &u32| values[*index as usize].abs();
        group.bench_function(
            BenchmarkId::new("selection of indices", percent),
            |bencher| {
                bencher.iter(|| {
                    let mut order: Vec<u32> = (0..length as u32).collect();
                    order.select_nth_unstable_by(kept, |a, b| size(b).total_cmp(&size(a)));
                    order
                });
            },
        );
    }
    group.finish();
}

fn corrected_step(criterion: &mut Criterion) {
    let mut group =
        criterion.benchmark_group("sparsified-sgd/step on sparse rows, n = 47236 [16 B]");
    let shape = TextShape {
        terms: 47_236,
        documents: 2000,
        length: 73.0,
    };
    let (features, labels) = text_like(&shape, &mut stream(1));
    let mut model = SparseLogistic::new(features, labels);
    group.throughput(Throughput::Elements(shape.terms as u64));
    for method in [
        Method::TopkEf,
        Method::RandkEf,
        Method::OnebitEf,
        Method::Qsgd7,
    ] {
        let mut cluster = Cluster::new(
            vec![0.0; shape.terms],
            split::uniform(shape.documents, 1, &mut stream(2)),
            Batches::Drawn(1),
            method.corrects_errors(),
            || method.compressor(472),
            vec![(stream(3), stream(4))],
        );
        group.bench_function(
            BenchmarkId::from_parameter(format!("{method:?}")),
            |bencher| {
                bencher.iter(|| cluster.step(&mut model, 0.5));
            },
        );
    }
    group.finish();
}

fn gradient(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sparsified-sgd/gradient of a network [1 flop]");
    for (inputs, hidden, batch) in [(64, 32, 8), (64, 256, 8), (784, 128, 16), (784, 128, 128)] {
        let network = Network {
            inputs,
            hidden,
            classes: 10,
        };
        let mut random = stream(1);
        let images = (0..batch * inputs).map(|_| unit(&mut random)).collect();
        let classes = (0..batch as u32).map(|row| row % 10).collect();
        let mut model = NetworkModel::new(network, images, classes);
        let parameters = network.initial(&mut stream(2));
        let mut out = vec![0.0; parameters.len()];
        let rows: Vec<u32> = (0..batch as u32).collect();
        // Two products in both layers, and one more backwards through the second.
        let products = 2 * inputs * hidden + 3 * hidden * 10;
        group.throughput(Throughput::Elements((2 * products * batch) as u64));
        let name = format!("{inputs}-{hidden}-10, batch {batch}");
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| model.add_gradient(black_box(&parameters), &rows, 0.1, &mut out));
        });
    }
    group.finish();
}

fn product(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sparsified-sgd/matrix product [1 flop]");
    for (rows, inner, columns) in [(16, 784, 128), (64, 64, 256)] {
        let (left, right) = (normals(rows * inner, 1), normals(inner * columns, 2));
        let mut out = vec![0.0; rows * columns];
        let shape = format!("{rows}x{inner}x{columns}");
        group.throughput(Throughput::Elements((2 * rows * inner * columns) as u64));
        group.bench_function(BenchmarkId::new("here", &shape), |bencher| {
            bencher.iter(|| {
                add_product(
                    View::rows(black_box(&left), inner),
                    &right,
                    inner,
                    columns,
                    &mut out,
                );
            });
        });
        let left = Mat::from_fn(rows, inner, |i, k| left[i * inner + k]);
        let right = Mat::from_fn(inner, columns, |k, j| right[k * columns + j]);
        let mut out = Mat::<f64>::zeros(rows, columns);
        group.bench_function(BenchmarkId::new("library", &shape), |bencher| {
            bencher.iter(|| {
                faer::linalg::matmul::matmul(
                    out.as_mut(),
                    faer::Accum::Add,
                    black_box(&left),
                    &right,
                    1.0,
                    Par::Seq,
                );
            });
        });
    }
    group.finish();
}

criterion_group!(benches, top_k, corrected_step, gradient, product);
criterion_main!(benches);
