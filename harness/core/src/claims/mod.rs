//! Claims: stated as data, measured as one number per replicate, judged by intervals.
//!
//! [`model`] says what a claim is; `measure` reduces runs to [`Measurement`]s; `judge` turns
//! measurements to [`Finding`]s. Both steps are pure.

pub mod model;
pub mod view;

pub use model::*;
pub use view::CheckView;
