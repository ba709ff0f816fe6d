//! The one place where this crate looks at the clock: for durations, fsync and snapshots only.

use std::time::Instant;

/// The present instant. Nothing that a cell computes may depend on it.
#[expect(
    clippy::disallowed_methods,
    reason = "durations, time estimates and the pace of snapshots; none of them enters a result"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
