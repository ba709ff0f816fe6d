//! Labelled points with the labels absorbed.

use harness_numerics::kernels;

/// The rows y·x of a labelled data set, so that every label is +1 and a margin is w·row.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    dimension: usize,
    values: Vec<f64>,
    squared_norms: Vec<f64>,
}

impl Points {
    /// Row-major values; their number must be a multiple of the dimension, which is at least 1.
    pub fn new(dimension: usize, values: Vec<f64>) -> Self {
        debug_assert!(values.len().is_multiple_of(dimension));
        let squared_norms = values
            .chunks_exact(dimension)
            .map(kernels::squared_norm)
            .collect();
        Self {
            dimension,
            values,
            squared_norms,
        }
    }

    /// Points of the plane.
    pub fn planar(rows: &[[f64; 2]]) -> Self {
        Self::new(2, rows.as_flattened().to_vec())
    }

    /// d, the number of coordinates.
    pub const fn dimension(&self) -> usize {
        self.dimension
    }

    /// N, the number of rows.
    pub const fn count(&self) -> usize {
        self.squared_norms.len()
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// ‖xₙ‖² of every row.
    pub fn squared_norms(&self) -> &[f64] {
        &self.squared_norms
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.dimension..(index + 1) * self.dimension]
    }

    /// The rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.dimension)
    }

    /// The first rows alone.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        Self::new(
            self.dimension,
            self.values[..count * self.dimension].to_vec(),
        )
    }

    /// w·xₙ of every row.
    pub fn margins(&self, weights: &[f64]) -> Vec<f64> {
        let mut margins = vec![0.0; self.count()];
        kernels::matrix_vector(&self.values, weights, &mut margins);
        margins
    }
}
