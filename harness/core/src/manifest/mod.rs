//! `paper.toml`, parsed and validated: what a paper says, runs, measures and claims.
//!
//! Parsing ([`parse`]) gives every value its place in the file, so that each problem can be shown
//! with its line; nothing downstream meets a manifest that did not pass. [`check`] binds the
//! manifest to the paper's code and to the data sets as well.

mod axes;
mod binding;
mod checks;
mod claim;
mod criterion;
mod experiment;
mod figure;
pub mod model;
mod overrides;
mod paper;
mod reader;
mod reading;
mod statistic;

pub use model::*;
pub use overrides::override_axis;

use toml::de::{DeTable, DeValue};

use self::checks::Grids;
use self::paper::Draft;
use self::reader::{Node, Problems};
use crate::diagnostics::{Diagnostics, Problem, Span};
use crate::experiment::Paper;

/// Reads and validates a manifest; `file` is the name under which problems are shown.
///
/// # Errors
/// All problems of the file at once.
pub fn parse(file: &str, text: &str) -> Result<Manifest, Diagnostics> {
    validate(file, text, |_, _| {})
}

/// Reads and validates a paper's manifest and binds it to the paper's code: experiments, axes and
/// statistics must be on both sides, every grid point of every size (those of ablations included)
/// must fit its struct, and data sets must be declared and among the `datasets` known.
///
/// # Errors
/// All problems of the file at once.
pub fn check(paper: &Paper, file: &str, datasets: &[String]) -> Result<Manifest, Diagnostics> {
    validate(file, paper.manifest, |draft, grids| {
        binding::run(draft, grids, paper, datasets);
    })
}

/// Lowers the document, checks it as a whole, and does what more is asked with the draft.
fn validate(
    file: &str,
    text: &str,
    more: impl FnOnce(&Draft<'_>, &Grids),
) -> Result<Manifest, Diagnostics> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(Diagnostics::new(file, text, syntax(text, &errors)));
    }
    let root = DeValue::Table(document.into_inner());
    let problems = Problems::default();
    let node = Node {
        key: "the file",
        key_span: Span::default(),
        span: Span::default(),
        value: &root,
        problems: &problems,
    };
    let draft = paper::draft(node);
    let grids = Grids::new(&draft);
    checks::run(&draft, &grids);
    more(&draft, &grids);
    let mut found = problems.take();
    let manifest = draft.manifest();
    if found.is_empty() {
        checks::refutable(&draft, &manifest);
        found = problems.take();
    }
    if found.is_empty() {
        Ok(manifest)
    } else {
        Err(Diagnostics::new(file, text, found))
    }
}

/// What is not TOML: the first problem of each line, since others follow from it.
fn syntax(text: &str, errors: &[toml::de::Error]) -> Vec<Problem> {
    const SHOWN: usize = 8;
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for error in errors {
        let span = error.span().map_or_else(Span::default, Span::from);
        let line = text
            .as_bytes()
            .iter()
            .take(span.start)
            .filter(|byte| **byte == b'\n')
            .count();
        if !lines.contains(&line) && lines.len() < SHOWN {
            lines.push(line);
            let message = format!("this is not TOML: {}", error.message());
            problems.push(Problem::new(span, message));
        }
    }
    problems
}
