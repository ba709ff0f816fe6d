//! Non-negative least squares by the active-set method of Lawson and Hanson (1974, chapter 23).

use harness_numerics::dense::LeastSquares;
use harness_numerics::kernels;

/// The z ≥ 0 that minimises ‖Σ zⱼ columnⱼ − target‖, and the columns with zⱼ > 0 in the order in
/// which they came in; these are linearly independent. `None` if 100 changes of the passive set
/// for each column were not enough, which only rounding can bring about.
pub fn nonnegative_least_squares(
    columns: &[Vec<f64>],
    target: &[f64],
) -> Option<(Vec<f64>, Vec<usize>)> {
    let rows = target.len();
    let count = columns.len();
    let column_sum = |column: &Vec<f64>| column.iter().map(|entry| entry.abs()).sum();
    let largest_sum: f64 = columns.iter().map(column_sum).fold(0.0, f64::max);
    let tolerance = 10.0 * count.max(rows) as f64 * f64::EPSILON * largest_sum;
    let mut state = State {
        columns,
        target,
        coefficients: vec![0.0; count],
        passive: Vec::new(),
        solver: LeastSquares::new(rows, 1e-13),
    };
    for _ in 0..100 * count.max(1) {
        let residual = state.residual();
        let gradients = columns.iter().map(|c| kernels::dot(c, &residual));
        let mut candidates: Vec<(usize, f64)> = gradients
            .enumerate()
            .filter(|(j, gradient)| *gradient > tolerance && !state.passive.contains(j))
            .collect();
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // A column that depends on the passive ones has no gradient but by rounding.
        if !candidates.iter().any(|(j, _)| state.admit(*j)) {
            return Some((state.coefficients, state.passive));
        }
    }
    None
}

struct State<'a> {
    columns: &'a [Vec<f64>],
    target: &'a [f64],
    coefficients: Vec<f64>,
    passive: Vec<usize>,
    solver: LeastSquares,
}

impl State<'_> {
    /// target − Σ zⱼ columnⱼ.
    fn residual(&self) -> Vec<f64> {
        let mut residual = self.target.to_vec();
        for j in &self.passive {
            kernels::axpy(-self.coefficients[*j], &self.columns[*j], &mut residual);
        }
        residual
    }

    /// Takes a column into the passive set and restores z ≥ 0. `false`, and nothing changed, if
    /// the column depends on the passive ones or would leave at once.
    fn admit(&mut self, entering: usize) -> bool {
        if !self.solver.push(&self.columns[entering]) {
            return false;
        }
        self.passive.push(entering);
        let mut solution = self.solver.solve(self.target);
        if solution.last().is_none_or(|last| *last <= 0.0) {
            self.passive.pop();
            self.solver.truncate(self.passive.len());
            return false;
        }
        while solution.iter().any(|value| *value <= 0.0) {
            self.step_towards(&solution);
            solution = self.solver.solve(self.target);
        }
        for (j, value) in self.passive.iter().zip(&solution) {
            self.coefficients[*j] = *value;
        }
        true
    }

    /// Goes towards the unconstrained solution until the first coefficient reaches 0, and drops
    /// every passive column whose coefficient is 0.
    fn step_towards(&mut self, solution: &[f64]) {
        let ratio = |(j, value): (&usize, &f64)| {
            let present = self.coefficients[*j];
            present / (present - value)
        };
        let blocked = self.passive.iter().zip(solution);
        let (stop, share) = blocked
            .filter(|(_, value)| **value <= 0.0)
            .map(|pair| (*pair.0, ratio(pair)))
            .fold(
                (usize::MAX, f64::INFINITY),
                |a, b| if b.1 < a.1 { b } else { a },
            );
        for (j, value) in self.passive.iter().zip(solution) {
            let present = self.coefficients[*j];
            self.coefficients[*j] = if *j == stop {
                0.0
            } else {
                (present + share * (value - present)).max(0.0)
            };
        }
        let coefficients = &self.coefficients;
        let leaves = |j: &usize| coefficients[*j] <= 0.0;
        let kept = self.passive.iter().take_while(|j| !leaves(j)).count();
        self.passive.retain(|j| !leaves(j));
        self.solver.truncate(kept);
        // A subset of independent columns stays independent.
        for j in &self.passive[kept..] {
            self.solver.push(&self.columns[*j]);
        }
    }
}
