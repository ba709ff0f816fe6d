//! How fast everything is: from benchmark estimates to a history and a page.
//!
//! [`estimates`] are read from the benchmark runner's folder, a [`history`] keeps one row per
//! benchmark and point in time, [`change`] compares two points, [`steps`] finds where a series
//! jumped, [`limits`] says what the machine could do at most, and [`page`] writes all of it down.
//! [`instructions`] is the gate that no noise moves: counted instructions against kept limits.
//!
//! Nothing of this enters a paper's report.

pub mod change;
pub mod error;
pub mod estimates;
pub mod harness_figures;
pub mod history;
pub mod instructions;
pub mod limits;
pub mod notes;
pub mod page;
mod quantity;
pub mod steps;
mod template;
mod trend;

pub use error::PerformanceError;
