//! What papers say about their benchmarks, with measured times filled in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::PerformanceError;
use crate::history::Row;
use crate::quantity;
use crate::template::{environment, wrong};

/// What a note says of a benchmark that the history does not hold.
pub const NOT_MEASURED: &str = "(not measured)";

/// What a paper says about its benchmarks: Markdown in which `{{ time("a") }}` and
/// `{{ ratio("a", "b") }}` stand for measured medians.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its file, for messages.
    pub path: String,
    /// The template.
    pub text: String,
}

/// What a note says of a benchmark.
#[derive(Clone, Copy, Debug)]
enum Form {
    Time,
    PerElement,
}

impl Form {
    fn text(self, measured: Option<(f64, u64)>) -> String {
        match (self, measured) {
            (_, None) => NOT_MEASURED.to_owned(),
            (Self::Time, Some((seconds, _))) => quantity::time(seconds),
            (Self::PerElement, Some((seconds, elements))) => {
                quantity::time(seconds / elements.max(1) as f64)
            }
        }
    }
}

/// The notes as Markdown; none where nothing was measured.
pub(crate) fn filled(notes: &[Note], rows: &[&Row]) -> Result<Vec<String>, PerformanceError> {
    let medians: BTreeMap<String, (f64, u64)> = rows
        .iter()
        .map(|row| (row.bench.clone(), (row.median().value, row.elements)))
        .collect();
    let mut texts = Vec::new();
    if medians.is_empty() {
        return Ok(texts);
    }
    for note in notes {
        let path = Path::new(&note.path);
        let mut environment = environment(path)?;
        for (name, form) in [("time", Form::Time), ("per_element", Form::PerElement)] {
            let known = medians.clone();
            environment.add_function(name, move |bench: String| {
                form.text(known.get(&bench).copied())
            });
        }
        let known = medians.clone();
        environment.add_function("ratio", move |over: String, under: String| {
            match (known.get(&over), known.get(&under)) {
                (Some((over, _)), Some((under, _))) => quantity::digits(over / under),
                _ => NOT_MEASURED.to_owned(),
            }
        });
        let text = environment
            .render_str(&note.text, ())
            .map_err(|error| wrong(path, &error))?;
        texts.push(text.trim().to_owned());
    }
    Ok(texts)
}
