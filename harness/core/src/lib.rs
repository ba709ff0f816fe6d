//! The light core: manifest → cells → runs → measurements → findings.
//!
//! Everything here is a pure function of its arguments. No files, clocks, environment or tables:
//! those belong to `harness-engine` and `harness-report`.

pub mod axes;
pub mod cell;
pub mod claims;
pub mod context;
pub mod dataset;
pub mod diagnostics;
pub mod experiment;
pub mod grid;
pub mod manifest;
pub mod recorder;
pub mod run;
pub mod seeds;
pub mod size;
pub mod statistics;
pub mod value;

pub use axes::{Axes, AxisError};
pub use cell::{Cell, CellId};
pub use context::Context;
pub use dataset::Dataset;
pub use diagnostics::{Diagnostic, Diagnostics};
pub use experiment::{CellError, Check, Experiment, Paper, Runner};
pub use recorder::Recorder;
pub use run::{Outcome, Run, RunTable};
pub use size::Size;
pub use value::Value;
