//! Runs cells and remembers every finished one.
//!
//! [`Engine::plan`] turns cells into keys and looks them up in the [`store`](Store);
//! [`Engine::execute`] reads the hits, runs the misses in parallel and gives one
//! [`RunTable`](harness_core::RunTable) for each paper. The clock is looked at for durations and
//! for the pace of snapshots only; nothing of it reaches a result.

mod clock;
mod datasets;
mod engine;
mod error;
mod execute;
mod explain;
mod fetch;
mod key;
mod parallel;
mod plan;
mod progress;
mod run_cell;
mod snapshots;
mod store;
mod verify;

pub use datasets::{Archive, DataFile, Datasets, Format, Manager, Meta, Origin, Package};
pub use engine::Engine;
pub use error::{EngineError, PlanError, StoreError};
pub use execute::{Execution, Options, Order, Summary};
pub use explain::{AxisDifference, Explanation, Reason};
pub use fetch::{Clients, FetchError};
pub use key::{BuildFacts, Component, Key, KeyParts, PaperFacts};
pub use parallel::each;
pub use plan::{Estimate, Job, Plan, Work};
pub use progress::{Finished, Progress, Quiet};
pub use store::{Cleaned, Damage, Identity, Store, Stored};
pub use verify::{Difference, Verification};
