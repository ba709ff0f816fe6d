//! Cells that do nothing: whatever they take is the harness's.

use harness_core::{CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

/// Records the number one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {
    #[serde(rename = "point")]
    _point: u64,
}

impl Experiment for Empty {
    const NAME: &'static str = "empty";

    fn run(
        &self,
        _context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        recorder.scalar("one", 1.0)?;
        Ok(Outcome::Done)
    }
}
