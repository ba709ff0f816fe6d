//! Instructions of the kernel that every experiment of the paper spends its time in.

#![allow(missing_docs, reason = "written by the benchmark macros")]
#![allow(unreachable_pub, reason = "written by the benchmark macros")]
#![allow(unused_qualifications, reason = "written by the benchmark macros")]
#![allow(clippy::pedantic, reason = "written by the benchmark macros")]
#![allow(clippy::exit, reason = "written by the benchmark macros")]

use std::hint::black_box;

use harness_testkit::gungraun::{self, library_benchmark, library_benchmark_group, main};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sgd_max_margin::instances::asymmetric_fixed;
use sgd_max_margin::losses::Loss;
use sgd_max_margin::points::Points;
use sgd_max_margin::sampling::{Order, Sampler};
use sgd_max_margin::sgd::Sgd;

fn setting() -> (Points, Sampler) {
    let points = asymmetric_fixed();
    let random = ChaCha8Rng::seed_from_u64(1);
    let sampler = Sampler::new(Order::WithReplacement, points.count(), 1, random);
    (points, sampler)
}

#[library_benchmark]
#[bench::plane(args = (), setup = setting)]
fn sample_steps((points, sampler): (Points, Sampler)) {
    let mut run = Sgd::new(&points, Loss::Logistic, 0.05, sampler, &[vec![0.0; 2]]);
    run.advance(black_box(1000));
}

library_benchmark_group!(name = kernels, benchmarks = sample_steps);
main!(library_benchmark_groups = kernels);
