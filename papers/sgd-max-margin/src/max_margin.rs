//! The exact hard-margin separator through the origin, with proof.
//!
//! One non-negative least-squares problem (Lawson and Hanson's least-distance programming) gives
//! either ŵ = argmin ‖w‖² subject to w·xₙ ≥ 1, with its multipliers, or a convex combination of the
//! rows that is 0, which shows that nothing separates them (Gordan). All of it runs in a fixed
//! order, so the result has the same bits on every CPU.

use harness_numerics::dense::LeastSquares;
use harness_numerics::kernels;

use crate::nnls::nonnegative_least_squares;
use crate::points::Points;

/// ŵ with what the theory asks of it.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxMargin {
    /// ŵ, of length 1/γ.
    pub separator: Vec<f64>,
    /// γ = 1/‖ŵ‖, the largest margin of a unit vector.
    pub margin: f64,
    /// The rows with positive multiplier, by index.
    pub support: Vec<Support>,
    /// θ, the smallest ŵ·xₙ outside the support; infinite if there is no row outside.
    pub outside: f64,
}

/// One support vector. Equal rows are merged: their multipliers are not unique, the sum is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Support {
    /// The first row of this value.
    pub row: usize,
    /// Number of equal rows.
    pub multiplicity: usize,
    /// α of all equal rows together.
    pub multiplier: f64,
}

/// Why there is no separator.
#[derive(Clone, Debug, PartialEq)]
pub enum NoSeparator {
    /// Not separable: z ≥ 0 with Σ zₙ = 1 and Σ zₙ xₙ = 0.
    Certificate(Vec<f64>),
    /// Rounding left the optimality conditions unmet.
    Unverified,
}

/// Separates the points, or proves that they cannot be separated.
///
/// # Errors
/// [`NoSeparator`].
pub fn max_margin(points: &Points) -> Result<MaxMargin, NoSeparator> {
    let scale = points.values().iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    let dimension = points.dimension();
    let groups = groups(points);
    // The columns (xₙ/scale, 1) against the target (0, …, 0, 1).
    let columns: Vec<Vec<f64>> = groups
        .iter()
        .map(|(row, _)| {
            let scaled = points.row(*row).iter().map(|value| value / scale);
            scaled.chain([1.0]).collect()
        })
        .collect();
    let mut target = vec![0.0; dimension];
    target.push(1.0);
    let (solution, passive) =
        nonnegative_least_squares(&columns, &target).ok_or(NoSeparator::Unverified)?;
    let mut residual: Vec<f64> = target.iter().map(|value| -value).collect();
    for (column, value) in columns.iter().zip(&solution) {
        kernels::axpy(*value, column, &mut residual);
    }
    if kernels::squared_norm(&residual).sqrt() < 1e-9 {
        let mut certificate = vec![0.0; points.count()];
        for ((row, _), value) in groups.iter().zip(&solution) {
            certificate[*row] = *value;
        }
        return Err(NoSeparator::Certificate(certificate));
    }
    let height = -residual[dimension];
    let raw = MaxMargin::assemble(
        points,
        &groups,
        passive
            .iter()
            .map(|j| (*j, solution[*j] / height / (scale * scale)))
            .collect(),
        residual[..dimension]
            .iter()
            .map(|value| value / height / scale)
            .collect(),
    );
    let polished = polish(points, &groups, &passive);
    [polished, Some(raw)]
        .into_iter()
        .flatten()
        .find(|candidate| candidate.is_optimal(points))
        .ok_or(NoSeparator::Unverified)
}

/// The first row of each value, with the number of rows that are equal to it.
fn groups(points: &Points) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (index, row) in points.rows().enumerate() {
        match groups
            .iter_mut()
            .find(|(first, _)| points.row(*first) == row)
        {
            Some((_, count)) => *count += 1,
            None => groups.push((index, 1)),
        }
    }
    groups
}

/// Solves the optimality conditions on the passive rows exactly: ŵ as the shortest solution of
/// w·xₙ = 1, the multipliers from the Gram matrix.
fn polish(points: &Points, groups: &[(usize, usize)], passive: &[usize]) -> Option<MaxMargin> {
    let mut rows = LeastSquares::new(points.dimension(), 1e-13);
    let independent = passive.iter().all(|j| rows.push(points.row(groups[*j].0)));
    if !independent {
        return None;
    }
    let ones = vec![1.0; passive.len()];
    let multipliers = rows.solve_gram(&ones);
    let pairs = passive.iter().copied().zip(multipliers).collect();
    Some(MaxMargin::assemble(
        points,
        groups,
        pairs,
        rows.shortest_solution(&ones),
    ))
}

impl MaxMargin {
    fn assemble(
        points: &Points,
        groups: &[(usize, usize)],
        multipliers: Vec<(usize, f64)>,
        separator: Vec<f64>,
    ) -> Self {
        let mut support: Vec<Support> = multipliers
            .into_iter()
            .map(|(group, multiplier)| Support {
                row: groups[group].0,
                multiplicity: groups[group].1,
                multiplier,
            })
            .collect();
        support.sort_by_key(|vector| vector.row);
        let is_outside = |row: usize| !support.iter().any(|v| points.row(v.row) == points.row(row));
        let margins = points.margins(&separator);
        let outside = (0..points.count()).filter(|row| is_outside(*row));
        Self {
            margin: 1.0 / kernels::squared_norm(&separator).sqrt(),
            outside: outside
                .map(|row| margins[row])
                .fold(f64::INFINITY, f64::min),
            support,
            separator,
        }
    }

    /// Whether the optimality conditions hold: w·xₙ ≥ 1, α ≥ 0, ŵ = Σ αₙxₙ and Σ αₙ = ‖ŵ‖².
    pub fn is_optimal(&self, points: &Points) -> bool {
        let square = kernels::squared_norm(&self.separator);
        let mut rest = self.separator.clone();
        for vector in &self.support {
            kernels::axpy(-vector.multiplier, points.row(vector.row), &mut rest);
        }
        let sum: f64 = self.support.iter().map(|v| v.multiplier).sum();
        points
            .margins(&self.separator)
            .iter()
            .all(|u| *u >= 1.0 - 1e-9)
            && self.support.iter().all(|v| v.multiplier >= 0.0)
            && kernels::squared_norm(&rest).sqrt() <= 1e-9 * square.sqrt()
            && (sum - square).abs() <= 1e-8 * square
    }

    /// ŵ/‖ŵ‖.
    pub fn unit(&self) -> Vec<f64> {
        self.separator
            .iter()
            .map(|value| value * self.margin)
            .collect()
    }
}
