//! Cells of one millisecond.

use std::hint::spin_loop;
use std::time::{Duration, Instant};

use harness_core::{CellError, Context, Experiment, Outcome, Recorder};
use serde::Deserialize;

/// How long a cell spins.
pub const SPIN: Duration = Duration::from_millis(1);

/// Spins for [`SPIN`] and records `value` = (seed mod 1000)/1000 + k + n, where the seed is the
/// first word of what the cell's stream is seeded with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiny {
    n: u32,
    k: u32,
}

impl Experiment for Tiny {
    const NAME: &'static str = "tiny";

    fn run(
        &self,
        context: &Context<'_>,
        recorder: &mut Recorder<'_>,
    ) -> Result<Outcome, CellError> {
        spin();
        let seed = context.stream("seed")?.get_seed();
        let (first, _) = seed.split_first_chunk().unwrap_or((&[0; 8], &[]));
        let share = (u64::from_le_bytes(*first) % 1000) as f64 / 1000.0;
        recorder.scalar("value", share + f64::from(self.k) + f64::from(self.n))?;
        Ok(Outcome::Done)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it passes the time; nothing of it enters a result"
)]
fn spin() {
    let begin = Instant::now();
    while begin.elapsed() < SPIN {
        spin_loop();
    }
}
