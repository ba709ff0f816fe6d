//! Instructions of weights and of a gradient, which every experiment is made of.

#![allow(missing_docs, reason = "written by the benchmark macros")]
#![allow(unreachable_pub, reason = "written by the benchmark macros")]
#![allow(unused_qualifications, reason = "written by the benchmark macros")]
#![allow(clippy::pedantic, reason = "written by the benchmark macros")]
#![allow(clippy::exit, reason = "written by the benchmark macros")]

use std::hint::black_box;

use harness_testkit::gungraun::{self, library_benchmark, library_benchmark_group, main};
use lpi_gd::grid::Grid;
use lpi_gd::interpolation::{LocalPolynomial, Weights};
use lpi_gd::loss::{Field, Label, Loss, SoftLabelLogistic};
use lpi_gd::points::Points;

fn plane(count: usize) -> Points {
    Points::deterministic(count, 2)
}

fn line(count: usize) -> Points {
    Points::deterministic(count, 1)
}

#[library_benchmark]
#[bench::plane(args = (10_000), setup = plane)]
fn weights(points: Points) -> Weights {
    let grid = Grid {
        per_axis: 40,
        dimension: 2,
    };
    let rule = LocalPolynomial::new(grid, 2).expect("a possible grid");
    Weights::of(rule, black_box(&points))
}

#[library_benchmark]
#[bench::exact(args = (1000), setup = line)]
fn gradients(points: Points) -> [f64; 10] {
    let loss = SoftLabelLogistic::new(Field::structured(10, 1, 3.0), Label::Sine, 100.0);
    let objective = loss.sum(&points, &points.equal_weights());
    let mut gradient = [0.0; 10];
    for _ in 0..20 {
        objective.gradient(black_box(&[0.1; 10]), &mut gradient);
    }
    gradient
}

library_benchmark_group!(name = kernels, benchmarks = [weights, gradients]);
main!(library_benchmark_groups = kernels);
