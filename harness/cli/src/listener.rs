//! Listens to a run: progress, failures, durations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use harness_core::{Cell, Outcome};
use harness_engine::{Finished, Progress};

use crate::output::error_line;
use crate::progress::Display;

/// Shows progress and adds up durations by experiment.
pub(crate) struct Listener {
    pub(crate) display: Display,
    seconds: Mutex<BTreeMap<(String, String), f64>>,
    said: Mutex<BTreeSet<String>>,
}

impl Listener {
    pub(crate) fn new(display: Display) -> Self {
        Self {
            display,
            seconds: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// Says why cells of an experiment are skipped, the first time.
    fn say_once(&self, cell: &Cell, reason: &str) {
        let text = format!("skipped: {}/{}: {reason}", cell.paper, cell.experiment);
        if self
            .said
            .lock()
            .is_ok_and(|mut said| said.insert(text.clone()))
        {
            self.display.say(&text);
        }
    }

    /// Processor seconds of the cells of each experiment of a paper.
    pub(crate) fn seconds(&self, slug: &str) -> BTreeMap<String, f64> {
        let Ok(seconds) = self.seconds.lock() else {
            return BTreeMap::new();
        };
        let own = seconds.iter().filter(|((paper, _), _)| paper == slug);
        own.map(|((_, experiment), time)| (experiment.clone(), *time))
            .collect()
    }
}

impl Progress for Listener {
    fn finished(&self, finished: &Finished<'_>) {
        if let Ok(mut seconds) = self.seconds.lock() {
            let key = (
                finished.cell.paper.clone(),
                finished.cell.experiment.clone(),
            );
            *seconds.entry(key).or_default() += finished.duration.as_secs_f64();
        }
        if finished.cached {
            return;
        }
        self.display
            .finish_cell(&finished.cell.paper, finished.duration);
        match finished.outcome {
            Outcome::Failed { message } => {
                error_line(&format!("failed: {}: {message}", finished.cell));
            }
            Outcome::Skipped { reason } => self.say_once(finished.cell, reason),
            _ => {}
        }
    }

    fn notice(&self, message: &str) {
        self.display.say(message);
    }
}
