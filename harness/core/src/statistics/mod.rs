//! The statistics behind every verdict, in portable bits.
//!
//! `METHODOLOGY.md` says which is used for what, and where each formula comes from. Sums are taken
//! in the order of the slice. Not-a-number in, not-a-number out; infinite numbers are numbers.

mod beta;
mod intervals;
mod least_squares;
mod replicates;
mod summary;

pub use beta::{incomplete_beta, inverse_incomplete_beta};
pub use intervals::{
    Interval, binomial_interval, mean_interval, median_interval, median_is_bounded,
    student_t_quantile,
};
pub use least_squares::{Line, fit_line};
pub use replicates::{Target, replicates_for_mean, replicates_for_median, replicates_for_share};
pub use summary::{mean, median, quantile, sorted, standard_deviation};
