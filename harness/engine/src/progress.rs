//! What a front end may want to hear while cells run.

use std::time::Duration;

use harness_core::{Cell, Outcome};

/// Listens to a run. Called from several threads at once.
pub trait Progress: Sync {
    /// A cell begins; not called for stored ones.
    fn started(&self, _cell: &Cell) {}

    /// A cell has its outcome.
    fn finished(&self, _finished: &Finished<'_>) {}

    /// Something that the user should know and that stops nothing, such as a damaged record.
    fn notice(&self, _message: &str) {}
}

/// How one cell ended.
#[derive(Clone, Copy, Debug)]
pub struct Finished<'a> {
    /// What was run.
    pub cell: &'a Cell,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// How long it took, in this run or, if it was stored, back then.
    pub duration: Duration,
    /// How long it was expected to take.
    pub estimate: Option<Duration>,
    /// Whether the result was in the store.
    pub cached: bool,
}

/// Says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {}
