//! How far a run is: a bar per paper on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Where progress goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Bars on a terminal.
    Bars,
    /// A line now and then.
    Lines,
    /// Nowhere.
    Silent,
}

impl Mode {
    pub(crate) fn choose(quiet: bool) -> Self {
        if quiet {
            Self::Silent
        } else if std::io::stderr().is_terminal() {
            Self::Bars
        } else {
            Self::Lines
        }
    }
}

/// Counts finished cells by paper, on standard error.
pub(crate) struct Display {
    mode: Mode,
    bars: MultiProgress,
    papers: Mutex<BTreeMap<String, PaperProgress>>,
}

struct PaperProgress {
    bar: ProgressBar,
    total: usize,
    done: usize,
    expected: Duration,
    spent: Duration,
    spoke: Instant,
}

impl Display {
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            mode,
            bars: MultiProgress::new(),
            papers: Mutex::default(),
        }
    }

    /// Announces the cells of a paper that will be run, and about how long they take on one core.
    pub(crate) fn start(&self, slug: &str, cells: usize, expected: Duration) {
        let bar = match self.mode {
            Mode::Bars => self
                .bars
                .add(ProgressBar::new(cells as u64).with_style(style())),
            Mode::Lines | Mode::Silent => ProgressBar::hidden(),
        };
        bar.set_prefix(slug.to_owned());
        let progress = PaperProgress {
            bar,
            total: cells,
            done: 0,
            expected,
            spent: Duration::ZERO,
            spoke: now(),
        };
        if let Ok(mut papers) = self.papers.lock() {
            papers.insert(slug.to_owned(), progress);
        }
    }

    /// Counts one finished cell.
    pub(crate) fn finish_cell(&self, slug: &str, duration: Duration) {
        let Ok(mut papers) = self.papers.lock() else {
            return;
        };
        let Some(paper) = papers.get_mut(slug) else {
            return;
        };
        paper.done += 1;
        paper.spent += duration;
        paper.bar.inc(1);
        let last = paper.done == paper.total;
        if self.mode == Mode::Lines && (last || paper.spoke.elapsed() > Duration::from_secs(5)) {
            paper.spoke = now();
            let left = paper.expected.saturating_sub(paper.spent).as_secs();
            let left = if last {
                String::new()
            } else {
                format!(", about {left} s of work left")
            };
            self.say(&format!(
                "{slug}: {}/{} cells{left}",
                paper.done, paper.total
            ));
        }
        if last {
            paper.bar.finish();
        }
    }

    /// Prints a line between the bars.
    pub(crate) fn say(&self, text: &str) {
        match self.mode {
            // A terminal that went away is no reason to stop a run.
            Mode::Bars => drop(self.bars.println(text)),
            Mode::Lines => drop(writeln!(std::io::stderr().lock(), "{text}")),
            Mode::Silent => {}
        }
    }
}

fn style() -> ProgressStyle {
    let template = "{prefix:20} {wide_bar} {pos}/{len} cells  {per_sec}  {eta} left";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[expect(
    clippy::disallowed_methods,
    reason = "progress is for people and enters no result"
)]
fn now() -> Instant {
    Instant::now()
}
