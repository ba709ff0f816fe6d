//! Instructions of an outer step with its gossip round, which every experiment is made of.

#![allow(missing_docs, reason = "written by the benchmark macros")]
#![allow(unreachable_pub, reason = "written by the benchmark macros")]
#![allow(unused_qualifications, reason = "written by the benchmark macros")]
#![allow(clippy::pedantic, reason = "written by the benchmark macros")]
#![allow(clippy::exit, reason = "written by the benchmark macros")]

use std::hint::black_box;

use harness_testkit::gungraun::{self, library_benchmark, library_benchmark_group, main};
use mspd::gossip::Gossip;
use mspd::graph::Network;
use mspd::primal_dual::{DualStep, PrimalDual, Steps};
use mspd::problems::{LocalFunctions, Median};
use mspd::spectrum::Spectrum;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const DIMENSION: usize = 16;

fn setting(nodes: usize) -> (Median, PrimalDual) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let graph = Network::Expander
        .build(nodes, &mut random)
        .expect("possible");
    let spectrum = Spectrum::of(&graph).expect("a connected graph");
    let heavy: Vec<bool> = (0..nodes).map(|node| node < nodes / 2).collect();
    let problem = Median::random(&heavy, DIMENSION, &mut random);
    let gossip = Gossip::chebyshev(&graph, &spectrum);
    let steps = Steps::chebyshev(&gossip, 1.0, problem.local_lipschitz(), DualStep::Safe);
    let method = PrimalDual::new(gossip, steps, DIMENSION, 20, 1.0, true);
    (problem, method)
}

#[library_benchmark]
#[bench::expander(args = (64), setup = setting)]
fn outer_steps((problem, mut method): (Median, PrimalDual)) -> PrimalDual {
    for _ in 0..20 {
        method.step(black_box(&problem));
    }
    method
}

library_benchmark_group!(name = kernels, benchmarks = outer_steps);
main!(library_benchmark_groups = kernels);
