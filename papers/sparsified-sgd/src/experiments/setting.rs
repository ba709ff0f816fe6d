//! What the experiments share.

use harness_core::{AxisError, CellError, Context, Outcome};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use crate::cluster::{Batches, Cluster};
use crate::methods::Method;

/// The streams of one node: which rows are drawn, and what a random compressor does.
pub(super) fn node_streams(
    context: &Context<'_>,
    node: usize,
) -> Result<(ChaCha8Rng, ChaCha8Rng), CellError> {
    let name = format!("node={node}");
    Ok((
        context.substream("batch", &name)?,
        context.substream("compressor", &name)?,
    ))
}

/// A cluster in which every node draws `batch` rows of its part.
pub(super) fn cluster(
    start: Vec<f64>,
    parts: Vec<Vec<u32>>,
    batch: usize,
    method: Method,
    kept: usize,
    context: &Context<'_>,
) -> Result<Cluster, CellError> {
    let streams = (0..parts.len()).map(|node| node_streams(context, node));
    let streams = streams.collect::<Result<_, _>>()?;
    Ok(Cluster::new(
        start,
        parts,
        Batches::Drawn(batch),
        method.corrects_errors(),
        || method.compressor(kept),
        streams,
    ))
}

/// Diverged if the parameters are.
pub(super) fn outcome(cluster: &Cluster) -> Outcome {
    if cluster.is_finite() {
        Outcome::Done
    } else {
        Outcome::Diverged {
            step: cluster.steps,
        }
    }
}

/// Whether data that are not part of the repository are read.
///
/// Left out is not the same as absent: a cell that leaves them out ends alike on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OptionalData {
    LeftOut,
    Fetched,
}

impl OptionalData {
    /// The data set to load.
    pub(super) fn datasets(self, name: &'static str) -> Vec<&'static str> {
        match self {
            Self::LeftOut => Vec::new(),
            Self::Fetched => vec![name],
        }
    }

    /// How a cell ends that leaves its data out.
    pub(super) fn skipped(self, name: &str) -> Option<Outcome> {
        (self == Self::LeftOut).then(|| Outcome::Skipped {
            reason: format!(
                "data set `{name}` is read at size paper only; fetch it with \
                 `cargo reproduce data fetch {name}`, then \
                 `cargo reproduce run sparsified-sgd --size paper`"
            ),
        })
    }
}

pub(super) fn check_positive(axis: &str, value: u64) -> Result<(), AxisError> {
    if value == 0 {
        return Err(AxisError::invalid(axis, "must be at least 1"));
    }
    Ok(())
}

/// A share of the coordinates in per cent.
pub(super) fn check_percent(value: f64) -> Result<(), AxisError> {
    if value > 0.0 && value <= 100.0 {
        return Ok(());
    }
    let message = format!("must lie above 0 and be at most 100, not {value}");
    Err(AxisError::invalid("percent", message))
}
