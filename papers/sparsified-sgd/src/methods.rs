//! The methods by name: a compressor, and whether what it withholds is corrected for.

use serde::Deserialize;

use crate::compressors::{Compressor, Identity, OneBit, Quantised, RandomK, TopK};

/// The value of an axis `method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Every node sends everything.
    Dense,
    /// `TopK` with error correction: the paper's method.
    TopkEf,
    /// `TopK` alone.
    TopkNoef,
    /// Random K with error correction.
    RandkEf,
    /// Random K alone.
    RandkNoef,
    /// Random K alone, scaled to be unbiased.
    RandkUnbiased,
    /// QSGD with s = 7: a sign and three bits.
    #[serde(rename = "qsgd-7")]
    Qsgd7,
    /// QSGD with s = 1: a sign and one bit.
    #[serde(rename = "qsgd-1")]
    Qsgd1,
    /// 1-bit SGD with error correction.
    OnebitEf,
    /// Dense, with fewer and larger batches.
    LargeBatch,
}

impl Method {
    /// A compressor for one node that may send `kept` entries.
    pub fn compressor(self, kept: usize) -> Box<dyn Compressor> {
        match self {
            Self::Dense | Self::LargeBatch => Box::new(Identity),
            Self::TopkEf | Self::TopkNoef => Box::new(TopK::new(kept)),
            Self::RandkEf | Self::RandkNoef => Box::new(RandomK::new(kept)),
            Self::RandkUnbiased => Box::new(RandomK::unbiased(kept)),
            Self::Qsgd7 => Box::new(Quantised::new(7)),
            Self::Qsgd1 => Box::new(Quantised::new(1)),
            Self::OnebitEf => Box::new(OneBit),
        }
    }

    /// Whether the residual is kept for the next step.
    pub const fn corrects_errors(self) -> bool {
        matches!(self, Self::TopkEf | Self::RandkEf | Self::OnebitEf)
    }

    /// Whether all entries are sent as they are.
    pub const fn is_dense(self) -> bool {
        matches!(self, Self::Dense | Self::LargeBatch)
    }
}

/// K = max(1, ⌊share · n + ½⌋) for a share in per cent.
pub fn kept(percent: f64, dimension: usize) -> usize {
    let kept = (percent / 100.0 * dimension as f64 + 0.5).floor() as usize;
    kept.clamp(1, dimension.max(1))
}
