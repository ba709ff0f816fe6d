//! What interpolation costs besides oracle calls: weights in nanoseconds per point, gradients in
//! nanoseconds per grid node or data point.

use harness_testkit::criterion::{
    BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use lpi_gd::grid::Grid;
use lpi_gd::interpolation::{LocalPolynomial, Weights};
use lpi_gd::loss::{Field, Label, Loss, SoftLabelLogistic};
use lpi_gd::points::Points;

/// Averaged weights of 10⁵ points (10⁶ for the size that the crate promises a second for).
fn weights(criterion: &mut Criterion) {
    for (count, dimension, per_axis, degree) in [
        (100_000, 1, 40, 1),
        (100_000, 1, 40, 3),
        (100_000, 2, 40, 2),
        (1_000_000, 2, 40, 3),
        (100_000, 3, 12, 2),
    ] {
        let points = Points::deterministic(count, dimension);
        let grid = Grid {
            per_axis,
            dimension,
        };
        let rule = LocalPolynomial::new(grid, degree).expect("a possible grid");
        // Values of all basis polynomials along each axis, and their products at the nodes.
        let operations =
            dimension * (degree + 1) * 2 * degree + 2 * (degree + 1).pow(dimension as u32);
        let name = format!("lpi-gd/weights, per point [{operations} flop]");
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.throughput(Throughput::Elements(count as u64));
        let id = BenchmarkId::from_parameter(format!("n={count} d={dimension} l={degree}"));
        group.bench_function(id, |bencher| bencher.iter(|| Weights::of(rule, &points)));
        group.finish();
    }
}

/// One interpolated gradient against one exact gradient: calls on the wall clock.
fn gradients(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lpi-gd/gradient, per oracle call [1 exp]");
    let loss = SoftLabelLogistic::new(Field::structured(10, 1, 3.0), Label::Sine, 100.0);
    let points = Points::deterministic(10_000, 1);
    let grid = Grid {
        per_axis: 40,
        dimension: 1,
    };
    let rule = LocalPolynomial::new(grid, 3).expect("a possible grid");
    let weights = Weights::of(rule, &points);
    let theta = [0.1; 10];
    let mut gradient = [0.0; 10];
    for (name, objective) in [
        (
            "interpolated, 40 nodes",
            loss.sum(&grid.points(), &weights.values),
        ),
        (
            "exact, 10000 points",
            loss.sum(&points, &points.equal_weights()),
        ),
    ] {
        group.throughput(Throughput::Elements(objective.terms()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| objective.gradient(&theta, &mut gradient));
        });
    }
    group.finish();
}

criterion_group!(benches, weights, gradients);
criterion_main!(benches);
