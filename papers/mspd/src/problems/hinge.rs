//! A linear classifier of real data by the hinge loss, its rows spread over eight nodes.

use harness_core::Dataset;
use harness_numerics::kernels::inlined::{axpy, dot};

use super::LocalFunctions;
use crate::vectors::{norm, scale};

/// Radius of the ball for the breast-cancer data.
pub const HINGE_RADIUS: f64 = 5.0;

/// The minimum of the mean hinge loss of the first 568 rows on that ball, from an independent
/// second-order cone solver. The ball's constraint is active.
pub const HINGE_OPTIMUM: f64 = 0.090_931_125_1;

/// How the rows are spread over the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// In the order of the file.
    Iid,
    /// By class first, so that most nodes know one class only.
    Sorted,
}

/// `f_i` = the mean hinge loss max(0, 1 − y aᵀθ) of node i's rows.
#[derive(Clone, Debug)]
pub struct Hinge {
    nodes: usize,
    dimension: usize,
    /// Rows y a of all nodes, one after another: rows × d.
    signed_rows: Vec<f64>,
    lipschitz: Vec<f64>,
}

impl Hinge {
    /// Prepares the data: features standardised over all rows, a column of ones, rows divided by
    /// √(d), the first 568 rows kept. A label of 1 means y = +1, any other −1.
    pub fn new(dataset: &Dataset, nodes: usize, split: Split) -> Self {
        let features = dataset.columns - 1;
        let dimension = features + 1;
        let rows = dataset.rows;
        let mut scales = Vec::new();
        for feature in 0..features {
            let column = || (0..rows).map(|row| dataset.features(row)[feature]);
            let mean = column().sum::<f64>() / rows as f64;
            let square = column().map(|x| (x - mean) * (x - mean)).sum::<f64>();
            scales.push((mean, (square / rows as f64).sqrt()));
        }
        let kept = rows - rows % nodes;
        let mut order: Vec<usize> = (0..kept).collect();
        let positive = |row: usize| dataset.label(row) > 0.5;
        if split == Split::Sorted {
            order.sort_by_key(|row| positive(*row));
        }
        let root = (dimension as f64).sqrt();
        let mut signed_rows = Vec::with_capacity(kept * dimension);
        let mut lengths = Vec::with_capacity(kept);
        for row in order {
            let standard = dataset.features(row).iter().zip(&scales);
            let standard = standard.map(|(x, (mean, deviation))| (x - mean) / deviation / root);
            let start = signed_rows.len();
            signed_rows.extend(standard.chain([1.0 / root]));
            lengths.push(norm(&signed_rows[start..]));
            if !positive(row) {
                scale(-1.0, &mut signed_rows[start..]);
            }
        }
        let share = kept / nodes;
        let lipschitz = lengths
            .chunks_exact(share)
            .map(|lengths| lengths.iter().sum::<f64>() / share as f64)
            .collect();
        Self {
            nodes,
            dimension,
            signed_rows,
            lipschitz,
        }
    }

    /// Number of rows of one node.
    const fn share(&self) -> usize {
        self.signed_rows.len() / self.dimension / self.nodes
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "compiled for wider vectors by the methods' steps"
    )]
    fn rows(&self, node: usize) -> std::slice::ChunksExact<'_, f64> {
        let length = self.share() * self.dimension;
        self.signed_rows[node * length..][..length].chunks_exact(self.dimension)
    }
}

#[expect(
    clippy::inline_always,
    reason = "compiled for wider vectors by the methods' steps"
)]
impl LocalFunctions for Hinge {
    fn nodes(&self) -> usize {
        self.nodes
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    #[inline(always)]
    fn value(&self, node: usize, x: &[f64]) -> f64 {
        let losses = self.rows(node).map(|row| (1.0 - dot(row, x)).max(0.0));
        losses.sum::<f64>() / self.share() as f64
    }

    #[inline(always)]
    fn subgradient(&self, node: usize, x: &[f64], out: &mut [f64]) {
        let _ = self.value_and_subgradient(node, x, out);
    }

    #[inline(always)]
    fn value_and_subgradient(&self, node: usize, x: &[f64], out: &mut [f64]) -> f64 {
        out.fill(0.0);
        let share = self.share() as f64;
        let mut losses = 0.0;
        for row in self.rows(node) {
            let loss = 1.0 - dot(row, x);
            if loss > 0.0 {
                losses += loss;
                axpy(-1.0 / share, row, out);
            }
        }
        losses / share
    }

    fn lipschitz(&self, node: usize) -> f64 {
        self.lipschitz[node]
    }

    fn average(&self, x: &[f64]) -> f64 {
        let values = (0..self.nodes).map(|node| self.value(node, x));
        values.sum::<f64>() / self.nodes as f64
    }

    fn optimum(&self) -> f64 {
        HINGE_OPTIMUM
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::assert_consistent;
    use super::*;

    #[test]
    fn rows_are_standardised_signed_and_spread() {
        let values = (0..20).flat_map(|row| {
            let x = f64::from(row);
            [libm::cos(x), x * x, f64::from(row % 3 == 0)]
        });
        let dataset = Dataset {
            name: "toy".into(),
            rows: 20,
            columns: 3,
            values: values.collect(),
        };
        for split in [Split::Iid, Split::Sorted] {
            let problem = Hinge::new(&dataset, 4, split);
            assert_eq!((problem.dimension(), problem.share()), (3, 5));
            assert_consistent(&problem, 1.0);
            let signs: Vec<f64> = problem
                .signed_rows
                .chunks(3)
                .map(|row| row[2].signum())
                .collect();
            assert_eq!(signs.iter().filter(|sign| **sign > 0.0).count(), 7);
            assert_eq!(signs.is_sorted(), split == Split::Sorted);
        }
    }
}
