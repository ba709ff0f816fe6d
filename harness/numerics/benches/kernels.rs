//! Costs of the fixed-order kernels, beside the linear-algebra library's product.

use std::hint::black_box;

use harness_numerics::{elementary, kernels};
use harness_testkit::criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("numerics/matrix-vector [1 flop]");
    for order in [16_usize, 64, 256] {
        let matrix: Vec<f64> = (0..order * order).map(|i| (i % 17) as f64 - 8.0).collect();
        let x: Vec<f64> = (0..order).map(|i| (i % 5) as f64).collect();
        let mut out = vec![0.0; order];
        group.throughput(Throughput::Elements(2 * (order * order) as u64));
        group.bench_function(format!("fixed-order-{order}"), |bencher| {
            bencher.iter(|| kernels::matrix_vector(black_box(&matrix), black_box(&x), &mut out));
        });
        group.bench_function(format!("fixed-order-transposed-{order}"), |bencher| {
            bencher
                .iter(|| kernels::transposed_vector(black_box(&matrix), black_box(&x), &mut out));
        });
        let a = faer::MatRef::from_row_major_slice(&matrix, order, order);
        let b = faer::ColRef::from_slice(&x);
        let mut product = faer::Col::<f64>::zeros(order);
        group.bench_function(format!("faer-{order}"), |bencher| {
            bencher.iter(|| {
                faer::linalg::matmul::matmul(
                    product.as_mut(),
                    faer::Accum::Replace,
                    black_box(a),
                    black_box(b),
                    1.0,
                    faer::Par::Seq,
                );
            });
        });
    }
    group.finish();
}

/// Name and function.
type Form = (&'static str, fn(&mut [f64]));

fn functions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("numerics/thousand values [1 exp]");
    let values: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.01 - 5.0).collect();
    let mut out = values.clone();
    group.throughput(Throughput::Elements(1000));
    let forms: [Form; 3] = [
        ("exp", elementary::exp_in_place),
        ("sigmoid", elementary::sigmoid_in_place),
        ("tanh", elementary::tanh_in_place),
    ];
    for (name, form) in forms {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.copy_from_slice(&values);
                form(black_box(&mut out));
            });
        });
    }
    group.bench_function("libm-exp", |bencher| {
        bencher.iter(|| {
            for (out, value) in out.iter_mut().zip(&values) {
                *out = libm::exp(*value);
            }
            black_box(&mut out);
        });
    });
    group.finish();
}

criterion_group!(benches, products, functions);
criterion_main!(benches);
