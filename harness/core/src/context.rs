//! What a running cell may ask of the harness.

use std::collections::BTreeMap;
use std::fmt;

use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::dataset::{Dataset, DatasetError};
use crate::experiment::CellError;
use crate::recorder::Recorder;
use crate::run::Records;
use crate::seeds::Streams;

/// Where a cell's snapshots are kept between processes. The harness decides how often one is due.
pub trait Snapshots {
    /// The last snapshot of this cell, if there is an undamaged one.
    fn load(&self) -> Option<Vec<u8>>;
    /// Whether enough has been computed since the last one.
    fn due(&self) -> bool;
    /// Keeps a snapshot instead of the last one.
    fn save(&self, bytes: &[u8]);
}

/// Keeps no snapshots.
#[derive(Clone, Copy, Debug)]
pub struct NoSnapshots;

impl Snapshots for NoSnapshots {
    fn load(&self) -> Option<Vec<u8>> {
        None
    }

    fn due(&self) -> bool {
        false
    }

    fn save(&self, _bytes: &[u8]) {}
}

/// Everything that a cell can see besides its own axes.
pub struct Context<'a> {
    /// The cell's random streams.
    pub streams: Streams<'a>,
    /// The steps at which the manifest asks for a recording, strictly increasing.
    pub checkpoints: &'a [u64],
    /// The data sets that the cell asked for.
    pub datasets: &'a BTreeMap<String, Dataset>,
    /// Where a long cell keeps its state.
    pub snapshots: &'a dyn Snapshots,
}

impl Context<'_> {
    /// The random stream of a declared label.
    ///
    /// # Errors
    /// A label that the manifest does not declare.
    pub fn stream(&self, label: &str) -> Result<ChaCha8Rng, CellError> {
        self.substream(label, "")
    }

    /// One of several streams of a declared label, told apart by a name such as `node=3`.
    ///
    /// # Errors
    /// A label that the manifest does not declare.
    pub fn substream(&self, label: &str, detail: &str) -> Result<ChaCha8Rng, CellError> {
        self.streams.stream(label, detail).ok_or_else(|| {
            CellError::Bug(format!("stream `{label}` is not declared under `streams`"))
        })
    }

    /// A data set that the experiment's `datasets` method named for this cell.
    ///
    /// # Errors
    /// A data set that it did not name.
    pub fn dataset(&self, name: &str) -> Result<&Dataset, CellError> {
        self.datasets.get(name).ok_or_else(|| {
            CellError::Bug(format!(
                "data set `{name}` was not asked for by `datasets()`"
            ))
        })
    }

    /// The state that an interrupted run of this cell left, with its recordings put back.
    /// A snapshot that does not fit is dropped, and the cell starts again.
    pub fn resume<S: DeserializeOwned>(&self, recorder: &mut Recorder<'_>) -> Option<S> {
        let (records, state): (Records, S) = postcard::from_bytes(&self.snapshots.load()?).ok()?;
        recorder.restore(records);
        Some(state)
    }

    /// Keeps the state and all recordings, if a snapshot is due. The state must hold everything
    /// that the rest of the run depends on, positions of random streams included.
    ///
    /// # Errors
    /// A state that cannot be written.
    pub fn snapshot<S: Serialize>(
        &self,
        recorder: &Recorder<'_>,
        state: &S,
    ) -> Result<(), CellError> {
        if self.snapshots.due() {
            let bytes = postcard::to_allocvec(&(recorder.records(), state))
                .map_err(|error| CellError::Bug(format!("snapshot: {error}")))?;
            self.snapshots.save(&bytes);
        }
        Ok(())
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("cell", &self.streams.cell)
            .finish_non_exhaustive()
    }
}

impl From<DatasetError> for CellError {
    fn from(error: DatasetError) -> Self {
        Self::Bug(error.to_string())
    }
}
