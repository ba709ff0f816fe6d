//! What this machine can do: the limits that the kernels' times are read against.
//!
//! A triad moves 24 bytes an element, from the first cache to memory; sums in registers show the
//! most operations a core makes, first as products and then sums (the bound for everything here,
//! since results never fuse), then fused for reference; and the cost of one exponential and one
//! hyperbolic tangent where a thousand stand in a row.

#![expect(
    clippy::disallowed_methods,
    reason = "fused operations are measured for reference; no result comes of them"
)]

use std::hint::black_box;
use std::time::Duration;

use harness_numerics::elementary;
use harness_numerics::kernels::{Code, vectorised};
use harness_testkit::criterion::{
    BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};

/// Bytes of the three arrays together: first cache, second, third, memory.
const WORKING_SETS: [(usize, &str); 4] = [
    (24 << 10, "24KiB"),
    (1536 << 10, "1536KiB"),
    (24 << 20, "24MiB"),
    (768 << 20, "768MiB"),
];

fn triad(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("machine/triad [24 B]");
    for (bytes, name) in WORKING_SETS {
        let length = bytes / 24;
        let (b, c) = (vec![1.0_f64; length], vec![2.0_f64; length]);
        let mut a = vec![0.0_f64; length];
        group.throughput(Throughput::Elements(length as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                let (a, b, c) = (&mut a, black_box(&b), black_box(&c));
                vectorised(move || {
                    for (a, (b, c)) in a.iter_mut().zip(b.iter().zip(c)) {
                        *a = b + 3.0 * c;
                    }
                });
            });
        });
    }
    group.finish();
}

/// Vectors of independent sums: enough to hide the latency of an operation, few enough to stay in
/// registers.
const SUMS: usize = 3;
const ROUNDS: u64 = 1000;

/// Rounds of an operation on `SUMS` vectors of `$lanes` numbers, compiled for wide vectors.
macro_rules! rounds {
    ($name:ident, $real:ty, $lanes:literal, $operation:expr) => {
        struct $name([[$real; $lanes]; SUMS]);

        impl Code for $name {
            type Output = [[$real; $lanes]; SUMS];

            #[inline(always)]
            fn call(self) -> Self::Output {
                let mut sums = self.0;
                for _ in 0..ROUNDS {
                    for sums in &mut sums {
                        for sum in sums {
                            *sum = $operation(*sum);
                        }
                    }
                }
                sums
            }
        }
    };
}

rounds!(SeparateF64, f64, 16, |sum: f64| sum * 0.999_999 + 1e-9);
rounds!(SeparateF32, f32, 32, |sum: f32| sum * 0.999_9 + 1e-6);
rounds!(FusedF64, f64, 16, |sum: f64| sum.mul_add(0.999_999, 1e-9));
rounds!(FusedF32, f32, 32, |sum: f32| sum.mul_add(0.999_9, 1e-6));

fn operations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("machine/operations [1 flop]");
    let count = |lanes: usize| Throughput::Elements(2 * ROUNDS * (SUMS * lanes) as u64);
    group.throughput(count(16));
    group.bench_function("multiply-add-f64", |bencher| {
        bencher.iter(|| vectorised(SeparateF64(black_box([[1.0; 16]; SUMS]))));
    });
    group.bench_function("fused-f64", |bencher| {
        bencher.iter(|| vectorised(FusedF64(black_box([[1.0; 16]; SUMS]))));
    });
    group.throughput(count(32));
    group.bench_function("multiply-add-f32", |bencher| {
        bencher.iter(|| vectorised(SeparateF32(black_box([[1.0; 32]; SUMS]))));
    });
    group.bench_function("fused-f32", |bencher| {
        bencher.iter(|| vectorised(FusedF32(black_box([[1.0; 32]; SUMS]))));
    });
    group.finish();
}

/// Name and function.
type Form = (&'static str, fn(&mut [f64]));

fn functions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("machine/functions [1 value]");
    let values: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.01 - 5.0).collect();
    let mut out = values.clone();
    group.throughput(Throughput::Elements(1000));
    let forms: [Form; 2] = [
        ("exp", elementary::exp_in_place),
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
    group.finish();
}

fn settings() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

criterion_group!(name = benches; config = settings(); targets = triad, operations, functions);
criterion_main!(benches);
