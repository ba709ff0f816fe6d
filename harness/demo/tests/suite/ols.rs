//! Gradient descent against closed forms.

use harness_core::{Axes, Outcome, Size, Value};
use harness_demo::{LeastSquares, PAPER, manifest};
use harness_engine::Order;
use harness_numerics::dense::solve_positive_definite;
use harness_testkit::conformance::smoke_table;

/// Numbers without a pattern in [−½, ½).
fn problem(rows: usize, columns: usize) -> LeastSquares {
    let mut state = 1_u64;
    LeastSquares::filled(rows, columns, || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5
    })
}

/// The objective, and Xᵀy, by plain loops.
fn plainly(problem: &LeastSquares, weights: &[f64]) -> (f64, Vec<f64>) {
    let (mut squares, mut count) = (0.0, 0.0);
    let mut products = vec![0.0; weights.len()];
    for (row, target) in problem.rows() {
        let predicted: f64 = row.iter().zip(weights).map(|(x, w)| x * w).sum();
        squares += (predicted - target) * (predicted - target);
        count += 1.0;
        for (product, x) in products.iter_mut().zip(row) {
            *product += x * target;
        }
    }
    (squares / (2.0 * count), products)
}

#[test]
fn value_and_gradient_are_those_of_plain_loops_and_of_differences() {
    let problem = problem(37, 11);
    let weights: Vec<f64> = (0..11).map(|place| f64::from(place) * 0.1 - 0.4).collect();
    let mut gradient = vec![0.0; 11];
    let value = problem.value_and_gradient(&weights, &mut gradient);
    let (expected, _) = plainly(&problem, &weights);
    assert!((value - expected).abs() < 1e-14 * expected);
    for place in 0..11 {
        let at = |shift: f64| {
            let mut moved = weights.clone();
            moved[place] += shift;
            plainly(&problem, &moved).0
        };
        let slope = (at(1e-4) - at(-1e-4)) / 2e-4;
        assert!((gradient[place] - slope).abs() < 1e-9, "entry {place}");
    }
}

#[test]
fn descent_reaches_the_solution_of_the_normal_equations() {
    let problem = problem(60, 8);
    let mut solution = plainly(&problem, &[0.0; 8]).1;
    assert!(solve_positive_definite(&problem.gram(), &mut solution));
    let smoothness = problem.smoothness().expect("finite entries");
    let (mut weights, mut gradient) = (vec![0.0; 8], vec![0.0; 8]);
    for _ in 0..2000 {
        problem.value_and_gradient(&weights, &mut gradient);
        for (weight, slope) in weights.iter_mut().zip(&gradient) {
            *weight -= 0.5 / smoothness * slope;
        }
    }
    for (weight, expected) in weights.iter().zip(&solution) {
        assert!((weight - expected).abs() < 1e-10, "{weight} {expected}");
    }
}

#[test]
fn the_smoothness_is_the_largest_curvature() {
    let problem = problem(50, 6);
    let gram = problem.gram();
    let mut direction = vec![1.0; 6];
    let mut curvature = 0.0;
    for _ in 0..500 {
        let image: Vec<f64> = gram
            .chunks_exact(6)
            .map(|row| row.iter().zip(&direction).map(|(g, v)| g * v).sum())
            .collect();
        let length = image.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        curvature = length / 50.0;
        direction = image.iter().map(|entry| entry / length).collect();
    }
    let smoothness = problem.smoothness().expect("finite entries");
    assert!((smoothness / curvature - 1.0).abs() < 1e-8);
}

#[test]
fn every_curve_has_at_most_fifteen_points_and_falls() {
    let mut manifest = manifest().expect("it is valid");
    manifest.experiments.retain(|spec| spec.name == "ols");
    manifest.claims.clear();
    let points = |steps| {
        let record = manifest.experiments[0].record.as_ref();
        record.map_or(0, |schedule| schedule.steps(steps).len())
    };
    assert_eq!((points(28), points(316)), (15, 15));
    let table = smoke_table(&PAPER, &manifest, 2, Order::LongestFirst);
    assert_eq!(table.runs().len(), 12);
    for run in table.runs() {
        assert_eq!(run.outcome, Outcome::Done);
        for metric in ["value", "grad-norm"] {
            let values = &run.records.curves[metric].values;
            assert!(
                values.windows(2).all(|pair| pair[1] < pair[0]),
                "{}",
                run.cell
            );
        }
        // At 0 the objective is ‖y‖²/(2n), close to one half for standard normal targets.
        let first = run.records.curves["value"].values[0];
        assert!((first - 0.5).abs() < 0.1, "{first}");
    }
    // The same problem for both steps: the larger one is ahead.
    let last = |lr: f64| -> Vec<f64> {
        let own = |axes: &Axes| axes.get("lr") == Some(&Value::from(lr));
        let runs = table.runs().iter().filter(|run| own(&run.cell.axes));
        let value = |run: &harness_core::Run| run.records.curves["value"].values[14];
        runs.map(value).collect()
    };
    assert!(
        last(0.5)
            .iter()
            .zip(last(0.1))
            .all(|(fast, slow)| *fast < slow)
    );
    assert_eq!(manifest.experiments[0].replicates.at(Size::Quick), &3);
}
