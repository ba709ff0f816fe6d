//! Identities of the method itself.

use rand_chacha::ChaCha8Rng;
use sparsified_sgd::cluster::{Batches, Cluster};
use sparsified_sgd::data::{TextShape, linear_regression, text_like};
use sparsified_sgd::lemma::{Lemma, Meter, Observation};
use sparsified_sgd::methods::Method;
use sparsified_sgd::models::{LinearRegression, Model, SparseLogistic};
use sparsified_sgd::preliminary::{Arm, LeastSquares, Preliminary};
use sparsified_sgd::quadratic::Counterexample;
use sparsified_sgd::sparse_sgd::SparseSgd;
use sparsified_sgd::split;

use super::{assert_close, norm, stream};

fn streams(nodes: usize) -> Vec<(ChaCha8Rng, ChaCha8Rng)> {
    let nodes = 0..nodes as u64;
    nodes
        .map(|node| (stream(100 + node), stream(200 + node)))
        .collect()
}

fn cluster(dimension: usize, rows: usize, nodes: usize, method: Method, kept: usize) -> Cluster {
    Cluster::new(
        vec![0.0; dimension],
        split::uniform(rows, nodes, &mut stream(9)),
        Batches::Drawn(2),
        method.corrects_errors(),
        || method.compressor(kept),
        streams(nodes),
    )
}

fn regression() -> LinearRegression {
    linear_regression(20, 90, 0.1, 1e-3, &mut stream(2))
}

#[test]
fn everything_kept_is_dense_to_the_bit() {
    let mut model = regression();
    let mut dense = cluster(20, 90, 4, Method::Dense, 20);
    let mut sparse = cluster(20, 90, 4, Method::TopkEf, 20);
    let mut meter = Meter::new(20);
    let mut seen = Observation::default();
    for step in 0..50 {
        let size = 0.5 / f64::from(1 + step);
        dense.observed_step(&mut model, size, &mut seen);
        sparse.observed_step(&mut model, size, &mut seen);
        assert_eq!(dense.parameters, sparse.parameters);
        assert!(meter.measure(&seen).disagreement <= 0.0);
        assert!(
            sparse
                .nodes()
                .iter()
                .all(|node| norm(&node.residual) <= 0.0)
        );
    }
    assert!(norm(&dense.parameters) > 0.1);
}

#[test]
fn a_single_node_agrees_with_itself() {
    let mut model = regression();
    let mut cluster = cluster(20, 90, 1, Method::TopkEf, 3);
    let mut meter = Meter::new(3);
    let mut seen = Observation::default();
    for _ in 0..50 {
        cluster.observed_step(&mut model, 0.5, &mut seen);
        assert!(meter.measure(&seen).disagreement <= 0.0);
    }
}

#[test]
fn the_lemma_holds_and_the_difference_is_the_mean_residual() {
    for nodes in [1, 3, 8] {
        let mut model = regression();
        let mut cluster = cluster(20, 90, nodes, Method::TopkEf, 2);
        let mut lemma = Lemma::new(&[0.0; 20], 2);
        let mut meter = Meter::new(2);
        let mut seen = Observation::default();
        let mut largest = 0.0_f64;
        for _ in 0..400 {
            cluster.observed_step(&mut model, 0.5, &mut seen);
            let constants = meter.measure(&seen);
            lemma.follow(&seen, &constants);
            let distance = lemma.distance(&cluster);
            assert!(distance <= (1.0 + 1e-9) * lemma.bound + 1e-12);
            assert!(lemma.identity_gap(&cluster) <= 1e-10);
            assert!(constants.relative_error <= 1.0 + 1e-12);
            largest = largest.max(distance);
        }
        assert!(largest > 1e-3, "something was withheld");
    }
}

#[test]
fn one_bit_residuals_sum_to_zero() {
    let mut model = regression();
    let mut cluster = cluster(20, 90, 4, Method::OnebitEf, 20);
    for _ in 0..100 {
        cluster.step(&mut model, 0.5);
        for node in cluster.nodes() {
            assert!(node.residual.iter().sum::<f64>().abs() < 1e-12);
        }
    }
    assert!(norm(&cluster.nodes()[0].residual) > 1e-3);
}

#[test]
fn supports_fill_in_downwards() {
    let mut model = regression();
    let mut sparse = cluster(20, 90, 4, Method::TopkEf, 2);
    sparse.step(&mut model, 0.5);
    assert!((sparse.bits_up() - 74.0).abs() < 1e-9);
    let touched = sparse.parameters.iter().filter(|v| v.abs() > 0.0).count() as u64;
    assert_eq!(sparse.bits_down, touched * 37);
    assert!((2..=8).contains(&touched));
}

#[test]
fn sparse_dense_steps_are_the_clusters() {
    let shape = TextShape {
        terms: 80,
        documents: 60,
        length: 12.0,
    };
    let (features, labels) = text_like(&shape, &mut stream(1));
    let mut model = SparseLogistic::new(features, labels);
    let parts = split::uniform(60, 4, &mut stream(9));
    let batches = streams(4).into_iter().map(|(batch, _)| batch).collect();
    let mut sparse = SparseSgd::new(80, parts, 2, batches);
    let mut dense = cluster(80, 60, 4, Method::Dense, 80);
    let mut parameters = Vec::new();
    for _ in 0..300 {
        // Large enough that the number must be multiplied in a few times.
        dense.step(&mut model, 6.0);
        sparse.step(&model, 6.0);
    }
    sparse.parameters(&mut parameters);
    for (a, b) in parameters.iter().zip(&dense.parameters) {
        assert_close(*a, *b, 1e-9);
    }
    assert_close(
        model.value(&parameters),
        model.value(&dense.parameters),
        1e-10,
    );
}

#[test]
fn top_one_diverges_on_the_counterexample_unless_errors_are_corrected() {
    let run = |corrects: bool, steps: u64| {
        let mut cluster = Cluster::new(
            vec![1.0; 3],
            vec![vec![0], vec![1], vec![2]],
            Batches::Whole,
            corrects,
            || Method::TopkEf.compressor(1),
            streams(3),
        );
        for _ in 0..steps {
            cluster.step(&mut Counterexample, 0.02);
        }
        cluster.parameters
    };
    let factor = 1.0 + 11.0 * 0.02 / 6.0;
    for entry in run(false, 1) {
        assert_close(entry, factor, 1e-15);
    }
    assert!((norm(&run(false, 200)) - 2324.81).abs() < 0.005);
    assert!(norm(&run(true, 2000)) < 1e-12);
}

#[test]
fn the_weak_memory_has_the_right_fixed_point() {
    let problem = LeastSquares::drawn(20, 160, 8, &mut stream(3));
    let solution = problem.solution();
    for arm in [Arm::NoneDense, Arm::WeakDense] {
        let mut run = Preliminary::new(&problem, arm, 5, 1e-3, stream(1));
        run.point.copy_from_slice(&solution);
        run.step(&problem);
        // Local gradients do not vanish there, but their sum does.
        assert_close(problem.value(&run.point), problem.minimum, 1e-12);
    }
    let last = |arm| {
        let mut run = Preliminary::new(&problem, arm, 5, 2e-3, stream(1));
        for _ in 0..20_000 {
            run.step(&problem);
        }
        (problem.value(&run.point) - problem.minimum) / (problem.start - problem.minimum)
    };
    assert!(last(Arm::NoneDense) < 1e-6);
    assert!(last(Arm::Published) < 0.02);
    assert!(last(Arm::NoneTopk) > 0.05);
}

#[test]
fn parts_are_whole_and_nearly_equal() {
    let parts = split::uniform(569, 8, &mut stream(1));
    let mut sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    assert_eq!(sizes, [72, 71, 71, 71, 71, 71, 71, 71]);
    let mut rows: Vec<u32> = parts.concat();
    rows.sort_unstable();
    assert_eq!(rows, (0..569).collect::<Vec<u32>>());
    let labels = [1.0, -1.0, 1.0, -1.0, -1.0];
    let sorted = split::sorted(&labels, 2);
    assert_eq!(sorted, [vec![1, 3, 4], vec![0, 2]]);
    sizes.clear();
}
