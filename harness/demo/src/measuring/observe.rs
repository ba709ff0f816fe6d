//! Starts a part and watches it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Failure;
use super::part::{Measured, WORD, now};

/// What a part prints when its first cell begins.
pub(crate) const FIRST_CELL: &str = "the first cell begins";

/// A part as seen from outside and from inside.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    /// From before the process was started to its end.
    pub(crate) wall_seconds: f64,
    /// From before the process was started to its first cell; `None` if all were stored.
    pub(crate) first_cell_seconds: Option<f64>,
    pub(crate) own: Measured,
}

/// Runs a part of a count in a folder.
pub(crate) fn observe(part: &str, count: usize, folder: &Path) -> Result<Observed, Failure> {
    let program = std::env::current_exe()?;
    let begin = now();
    let mut process = Command::new(program)
        .args([WORD, part, &count.to_string()])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = process.stdout.take().ok_or("the part has no output")?;
    let mut output = BufReader::new(output);
    let mut text = String::new();
    output.read_line(&mut text)?;
    let first = begin.elapsed().as_secs_f64();
    let began = text.trim_end() == FIRST_CELL;
    if began {
        text.clear();
    }
    output.read_to_string(&mut text)?;
    let status = process.wait()?;
    let wall_seconds = begin.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("the part `{part}` ended with {status}").into());
    }
    Ok(Observed {
        wall_seconds,
        first_cell_seconds: began.then_some(first),
        own: serde_json::from_str(text.trim_end())?,
    })
}

/// The middle one of an odd number of numbers.
pub(crate) fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
