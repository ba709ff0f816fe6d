//! A data set as papers see it: plain numbers that are already checked.

/// A table of numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The name of its folder under `datasets/`.
    pub name: String,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns, label included.
    pub columns: usize,
    /// `rows × columns` values, row by row; a label is the last column.
    pub values: Vec<f64>,
}

impl Dataset {
    /// One row, label included.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.columns..(index + 1) * self.columns]
    }

    /// One row without its last column.
    pub fn features(&self, index: usize) -> &[f64] {
        &self.row(index)[..self.columns - 1]
    }

    /// The last column of one row.
    pub fn label(&self, index: usize) -> f64 {
        self.row(index)[self.columns - 1]
    }
}

/// Why a data set cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// Optional data that the user has not fetched: cells that need it are skipped.
    #[error("data set `{name}` is not here; {remedy}")]
    Absent {
        /// The data set.
        name: String,
        /// The command that would fetch it.
        remedy: String,
    },
    /// A file that should be here is missing or is not what its digest says.
    #[error("data set `{name}`: {message}")]
    Damaged {
        /// The data set.
        name: String,
        /// What is wrong with which file.
        message: String,
    },
}
