//! Claims: stated as data, measured as one number per replicate, judged by intervals.
//!
//! [`model`] says what a claim is; [`plan`] which cells it reads; [`measure`] reduces runs to
//! [`Measurement`]s; [`judge`] turns measurements to [`Finding`]s; [`problems`] says which of them
//! are errors. All are pure. The rules are those of `METHODOLOGY.md`.

mod judge;
mod measure;
pub mod model;
mod part;
pub mod plan;
mod problems;
mod reduce;
mod validate;
pub mod view;

pub use judge::judge;
pub use measure::measure;
pub use model::*;
pub use problems::problems;
pub use validate::{validate_refutable, validate_replicates};
pub use view::CheckView;
