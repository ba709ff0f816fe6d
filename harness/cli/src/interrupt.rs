//! Ctrl-C: the first stops cleanly, the second at once.

use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// Becomes true when the user wants to stop.
pub(crate) fn flag() -> &'static AtomicBool {
    &STOP
}

/// Listens for Ctrl-C and for a polite request to end.
pub(crate) fn listen() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            #[expect(
                clippy::exit,
                reason = "the user asked twice; every finished cell is kept"
            )]
            std::process::exit(1);
        }
        crate::output::error_line("stopping after the next checkpoint of each cell");
    })?;
    Ok(())
}
