//! The entry point: a store, a folder of data sets and the facts about this build.

use std::path::PathBuf;

use crate::datasets::Datasets;
use crate::error::{EngineError, StoreError};
use crate::execute::{Execution, Options, execute};
use crate::explain::{Explanation, explain};
use crate::key::BuildFacts;
use crate::plan::{Plan, Work};
use crate::store::Store;
use crate::verify::{Verification, verify};

/// Plans cells and runs them.
#[derive(Debug)]
pub struct Engine {
    store: Store,
    datasets: Datasets,
    facts: BuildFacts,
}

impl Engine {
    /// Opens a run store and a folder of data sets. Nothing is created or loaded yet.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub fn open(
        store: impl Into<PathBuf>,
        datasets: impl Into<PathBuf>,
        facts: BuildFacts,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::open(store)?,
            datasets: Datasets::new(datasets),
            facts,
        })
    }

    /// The run store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The data sets.
    pub const fn datasets(&self) -> &Datasets {
        &self.datasets
    }

    /// Finds out which cells are stored. The cells of several papers make one plan, so that all
    /// threads are busy to the end.
    ///
    /// # Errors
    /// Cells that do not fit the paper's code or manifest.
    pub fn plan<'a>(
        &self,
        work: impl IntoIterator<Item = Work<'a>>,
    ) -> Result<Plan<'a>, EngineError> {
        let work = work.into_iter().collect();
        let index = self.store.index();
        Ok(Plan::make(work, &self.facts, &self.datasets, &index)?)
    }

    /// Reads what is stored, runs the rest and keeps it.
    ///
    /// # Errors
    /// A store that cannot be written; every cell finished before is kept. What goes wrong inside a
    /// cell is an outcome of that cell.
    pub fn execute(
        &self,
        plan: &Plan<'_>,
        options: &Options<'_>,
    ) -> Result<Execution, EngineError> {
        Ok(execute(plan, &self.store, &self.datasets, options)?)
    }

    /// Says for every miss of a plan what differs from the nearest stored cell.
    pub fn explain(&self, plan: &Plan<'_>) -> Vec<Explanation> {
        explain(plan, &self.store)
    }

    /// Runs `count` hits of a plan again, without their snapshots, and compares every bit. Which
    /// ones is decided by a hash of their keys and of `salt`. Nothing is written.
    pub fn verify_cache(
        &self,
        plan: &Plan<'_>,
        count: usize,
        salt: &str,
        options: &Options<'_>,
    ) -> Verification {
        verify(plan, &self.store, &self.datasets, count, salt, options)
    }
}
