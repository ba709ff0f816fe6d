//! Sparse rows in compressed form.

/// A sparse matrix, row by row; columns ascend within a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Csr {
    /// Number of columns.
    pub columns: usize,
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

/// Why a row does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsrError {
    /// Columns must ascend and none may stand twice.
    #[error("column {0} does not come after the one before it")]
    Order(u32),
    /// A column beyond the last.
    #[error("column {0} is beyond the last of {1}")]
    Column(u32, usize),
}

impl Csr {
    /// No rows yet.
    pub fn new(columns: usize) -> Self {
        Self {
            columns,
            starts: vec![0],
            indices: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Adds a row of (column, value) pairs.
    ///
    /// # Errors
    /// Columns that do not ascend or do not exist; then nothing is added.
    pub fn push(&mut self, row: &[(u32, f64)]) -> Result<(), CsrError> {
        for pair in row.windows(2) {
            if pair[1].0 <= pair[0].0 {
                return Err(CsrError::Order(pair[1].0));
            }
        }
        if let Some((column, _)) = row.last()
            && *column as usize >= self.columns
        {
            return Err(CsrError::Column(*column, self.columns));
        }
        self.indices.extend(row.iter().map(|(column, _)| *column));
        self.values.extend(row.iter().map(|(_, value)| *value));
        self.starts.push(self.indices.len());
        Ok(())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Number of stored entries.
    pub fn entries(&self) -> usize {
        self.values.len()
    }

    /// Columns and values of one row.
    pub fn row(&self, row: usize) -> (&[u32], &[f64]) {
        let range = self.starts[row]..self.starts[row + 1];
        (&self.indices[range.clone()], &self.values[range])
    }

    /// aᵀx for one row a: four interleaved sums, added pairwise.
    pub fn dot(&self, row: usize, x: &[f64]) -> f64 {
        let (columns, values) = self.row(row);
        let (column_blocks, columns) = columns.as_chunks::<4>();
        let (value_blocks, values) = values.as_chunks::<4>();
        let mut sums = [0.0; 4];
        for (columns, values) in column_blocks.iter().zip(value_blocks) {
            for lane in 0..4 {
                sums[lane] += values[lane] * x[columns[lane] as usize];
            }
        }
        for (sum, (column, value)) in sums.iter_mut().zip(columns.iter().zip(values)) {
            *sum += value * x[*column as usize];
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    /// out ← out + factor · a for one row a.
    pub fn add_row(&self, row: usize, factor: f64, out: &mut [f64]) {
        let (columns, values) = self.row(row);
        for (column, value) in columns.iter().zip(values) {
            out[*column as usize] += factor * value;
        }
    }

    /// Scales every row to unit length; rows of zeros stay.
    pub fn normalise_rows(&mut self) {
        for row in 0..self.rows() {
            let range = self.starts[row]..self.starts[row + 1];
            let values = &mut self.values[range];
            let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
            if length > 0.0 {
                for value in values {
                    *value /= length;
                }
            }
        }
    }

    /// Only the named rows, in this order.
    #[must_use]
    pub fn taking(&self, rows: &[usize]) -> Self {
        let mut taken = Self::new(self.columns);
        for row in rows {
            let (columns, values) = self.row(*row);
            taken.indices.extend_from_slice(columns);
            taken.values.extend_from_slice(values);
            taken.starts.push(taken.indices.len());
        }
        taken
    }
}
