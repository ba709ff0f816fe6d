//! Spectral norms of one tensor over the blocks of a convolution network.

/// What is kept of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Norms {
    pub(super) largest: f64,
    pub(super) smallest: f64,
    sum_of_squares: f64,
    pub(super) largest_increment: f64,
}

impl Norms {
    /// Of no blocks.
    pub(super) const NONE: Self = Self {
        largest: 0.0,
        smallest: f64::INFINITY,
        sum_of_squares: 0.0,
        largest_increment: 0.0,
    };

    /// The norm of one block.
    pub(super) fn add(&mut self, norm: f64) {
        self.largest = self.largest.max(norm);
        self.smallest = self.smallest.min(norm);
        self.sum_of_squares += norm * norm;
    }

    /// The norm of the difference of neighbours.
    pub(super) fn add_increment(&mut self, norm: f64) {
        self.largest_increment = self.largest_increment.max(norm);
    }

    pub(super) fn root_sum_of_squares(&self) -> f64 {
        self.sum_of_squares.sqrt()
    }
}
