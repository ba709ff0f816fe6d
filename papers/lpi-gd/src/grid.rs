//! The grid of virtual data points.

use crate::points::Points;

/// The grid {u/m : u ∈ {1, …, m}ᵈ}: row-major, last axis fastest. The end 0 is left out, 1 is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Number of nodes along each axis: m.
    pub per_axis: usize,
    /// Dimension of the data: d.
    pub dimension: usize,
}

impl Grid {
    /// More nodes than this are refused.
    pub const MOST_NODES: usize = 10_000_000;

    /// Number of nodes, mᵈ; `None` beyond [`Grid::MOST_NODES`].
    pub fn nodes(self) -> Option<usize> {
        self.per_axis
            .checked_pow(self.dimension as u32)
            .filter(|nodes| *nodes <= Self::MOST_NODES)
    }

    /// All nodes as points.
    ///
    /// # Panics
    /// If there are more than [`Grid::MOST_NODES`].
    pub fn points(self) -> Points {
        // Every cell refuses such grids before it runs.
        let nodes = self
            .nodes()
            .unwrap_or_else(|| panic!("a grid of more than 1e7 nodes"));
        let mut coordinates = Vec::with_capacity(nodes * self.dimension);
        let mut index = vec![1_usize; self.dimension];
        for _ in 0..nodes {
            coordinates.extend(index.iter().map(|u| *u as f64 / self.per_axis as f64));
            for axis in (0..self.dimension).rev() {
                index[axis] += 1;
                if index[axis] <= self.per_axis {
                    break;
                }
                index[axis] = 1;
            }
        }
        Points::new(self.dimension, coordinates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_axis_is_fastest_and_one_is_included() {
        let grid = Grid {
            per_axis: 4,
            dimension: 2,
        };
        let points = grid.points();
        assert_eq!(points.len(), 16);
        assert_eq!(points.get(0), [0.25, 0.25]);
        assert_eq!(points.get(1), [0.25, 0.5]);
        assert_eq!(points.get(15), [1.0, 1.0]);
    }

    #[test]
    fn refuses_grids_that_do_not_fit_memory() {
        let nodes = |per_axis, dimension| {
            Grid {
                per_axis,
                dimension,
            }
            .nodes()
        };
        assert_eq!(nodes(215, 3), Some(9_938_375));
        assert_eq!(nodes(216, 3), None);
        assert_eq!(nodes(usize::MAX, 2), None);
    }
}
