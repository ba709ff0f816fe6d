//! What a cell leaves behind: how it ended and what it recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cell::{Cell, CellId};

/// How a cell ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It did all its work.
    Done,
    /// Its iterates became infinite, not a number, or larger than the paper's own limit.
    Diverged {
        /// The step at which that was seen.
        step: u64,
    },
    /// It used up its counted budget before reaching its target.
    OutOfBudget {
        /// The step at which the budget ended.
        step: u64,
    },
    /// It could not be run here, for instance because optional data is absent.
    Skipped {
        /// Why, and what would mend it.
        reason: String,
    },
    /// A bug: an error or a panic. Never remembered as a result.
    Failed {
        /// What was caught.
        message: String,
    },
}

impl Outcome {
    /// The word for tables: `done`, `diverged`, `out-of-budget`, `skipped`, `failed`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Diverged { .. } => "diverged",
            Self::OutOfBudget { .. } => "out-of-budget",
            Self::Skipped { .. } => "skipped",
            Self::Failed { .. } => "failed",
        }
    }

    /// All words that [`Outcome::name`] can give.
    pub const NAMES: [&'static str; 5] = ["done", "diverged", "out-of-budget", "skipped", "failed"];
}

/// One metric over the steps of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Strictly increasing.
    pub steps: Vec<u64>,
    /// One for each step; may be infinite or not a number, which is data.
    pub values: Vec<f64>,
}

impl Curve {
    /// Steps with their values.
    pub fn points(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.steps.iter().copied().zip(self.values.iter().copied())
    }
}

/// Everything that a run recorded, by metric name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Records {
    /// Metrics recorded once.
    pub scalars: BTreeMap<String, f64>,
    /// Metrics recorded over steps.
    pub curves: BTreeMap<String, Curve>,
}

impl Records {
    /// A hash of every bit recorded and of the outcome: equal digests are equal results.
    pub fn digest(&self, outcome: &Outcome) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("optimisation-claims result v1");
        hasher.update(format!("{outcome:?}").as_bytes());
        for (name, value) in &self.scalars {
            crate::cell::hash_text(&mut hasher, name);
            hasher.update(&value.to_bits().to_le_bytes());
        }
        for (name, curve) in &self.curves {
            crate::cell::hash_text(&mut hasher, name);
            for (step, value) in curve.points() {
                hasher.update(&step.to_le_bytes());
                hasher.update(&value.to_bits().to_le_bytes());
            }
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }
}

/// A finished cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was run.
    pub cell: Cell,
    /// How it ended.
    pub outcome: Outcome,
    /// What it recorded.
    pub records: Records,
}

/// Finished cells, ordered by paper, experiment, axes and replicate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunTable {
    runs: Vec<Run>,
    places: BTreeMap<CellId, usize>,
}

impl RunTable {
    /// Orders the runs; whatever order they come in, the table is the same.
    pub fn new(mut runs: Vec<Run>) -> Self {
        runs.sort_by(|a, b| a.cell.cmp(&b.cell));
        runs.dedup_by(|a, b| a.cell == b.cell);
        let places = runs
            .iter()
            .enumerate()
            .map(|(place, run)| (run.cell.id(), place))
            .collect();
        Self { runs, places }
    }

    /// All runs in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The run of one cell.
    pub fn get(&self, cell: &Cell) -> Option<&Run> {
        self.places.get(&cell.id()).map(|place| &self.runs[*place])
    }
}
