//! Instructions of a training step, which every study is made of.

#![allow(missing_docs, reason = "written by the benchmark macros")]
#![allow(unreachable_pub, reason = "written by the benchmark macros")]
#![allow(unused_qualifications, reason = "written by the benchmark macros")]
#![allow(clippy::pedantic, reason = "written by the benchmark macros")]
#![allow(clippy::exit, reason = "written by the benchmark macros")]

use std::hint::black_box;

use harness_testkit::gungraun::{self, library_benchmark, library_benchmark_group, main};
use resnet_scaling::activation::Tanh;
use resnet_scaling::training::kernels::{BATCH, Panel};
use resnet_scaling::training::optimiser::Adam;
use resnet_scaling::training::{Network, Scaling, Workspace};

type State = (Network<f64>, Workspace<f64, 10, 12>, Adam<f64>);

fn setting(depth: usize) -> State {
    let network = Network::<f64>::zero(10, depth, Scaling::Shared);
    let adam = Adam::new(1e-3, network.weights.len(), network.scales.len());
    (network, Workspace::new(depth), adam)
}

fn panel(phase: f64) -> Panel<f64, 10> {
    let mut panel = [[0.0; BATCH]; 10];
    for (place, entry) in panel.as_flattened_mut().iter_mut().enumerate() {
        *entry = 0.3 * libm::sin(phase + 3.0 * place as f64);
    }
    panel
}

#[library_benchmark]
#[bench::hundred_layers(args = (100), setup = setting)]
fn training_steps((mut network, mut workspace, mut adam): State) -> Network<f64> {
    let (x, y) = (panel(0.0), panel(1.0));
    for _ in 0..10 {
        workspace.step::<Tanh, _>(&mut network, black_box((&x, &y)), &mut adam);
    }
    network
}

library_benchmark_group!(name = kernels, benchmarks = training_steps);
main!(library_benchmark_groups = kernels);
