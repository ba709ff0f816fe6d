//! The LIBSVM text format: a line `label index:value …` for each row, indices from 1.

use std::path::Path;

use super::csr::{Csr, CsrError};

/// Why a file is not in this format.
#[derive(Debug, thiserror::Error)]
pub enum LibsvmError {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(std::io::Error),
    /// A word that is not what stands there.
    #[error("line {line}: `{word}` is not {expected}")]
    Word {
        /// Counted from 1.
        line: usize,
        /// The word.
        word: String,
        /// What was expected.
        expected: &'static str,
    },
    /// An index that is not larger than the one before it.
    #[error("line {line}: index {index} does not come after the one before it; indices ascend")]
    Order {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        index: u32,
    },
    /// An index that exceeds the number of columns.
    #[error("line {line}: index {index} is too large; allowed: 1 to {columns}")]
    Index {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        index: u32,
        /// The number of columns.
        columns: usize,
    },
    /// No rows at all.
    #[error("there are no rows; a row is `label index:value …`")]
    Empty,
}

const LABEL: &str = "a label: a finite number, positive for class +1";
const PAIR: &str = "`index:value` with an index from 1 and a finite value";

/// Reads a file of labels −1 and +1; see [`parse_libsvm`].
///
/// # Errors
/// The line at fault and what is wrong with it.
pub fn read_libsvm(path: &Path, columns: usize) -> Result<(Csr, Vec<f64>), LibsvmError> {
    let text = std::fs::read_to_string(path).map_err(LibsvmError::Unreadable)?;
    parse_libsvm(&text, columns)
}

/// Parses rows with labels; positive labels become +1, the others −1. What follows `#` is a
/// comment, empty lines are skipped.
///
/// # Errors
/// The line at fault and what is wrong with it.
pub fn parse_libsvm(text: &str, columns: usize) -> Result<(Csr, Vec<f64>), LibsvmError> {
    let mut features = Csr::new(columns);
    let mut labels = Vec::new();
    let mut row = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let Some(label) = words.next() else { continue };
        let wrong = |word: &str, expected| LibsvmError::Word {
            line: number + 1,
            word: word.to_owned(),
            expected,
        };
        let value = label.parse().ok().filter(|value: &f64| value.is_finite());
        let value = value.ok_or_else(|| wrong(label, LABEL))?;
        row.clear();
        for word in words {
            let pair = word.split_once(':').and_then(|(index, value)| {
                let index = index.parse::<u32>().ok()?.checked_sub(1)?;
                let value = value.parse::<f64>().ok()?;
                value.is_finite().then_some((index, value))
            });
            row.push(pair.ok_or_else(|| wrong(word, PAIR))?);
        }
        let line = number + 1;
        features.push(&row).map_err(|problem| match problem {
            CsrError::Order(column) => LibsvmError::Order {
                line,
                index: column + 1,
            },
            CsrError::Column(column, columns) => LibsvmError::Index {
                line,
                index: column + 1,
                columns,
            },
        })?;
        labels.push(if value > 0.0 { 1.0 } else { -1.0 });
    }
    if labels.is_empty() {
        return Err(LibsvmError::Empty);
    }
    Ok((features, labels))
}
