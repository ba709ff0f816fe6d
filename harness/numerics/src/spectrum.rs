//! Singular values and eigenvalues for set-up, rounded so that they do not depend on the CPU.
//!
//! The linear-algebra library underneath chooses its instructions by CPU, and its last bits with
//! them. What is returned is rounded to the last of [`DIGITS`] significant decimal digits of the
//! largest value, far above that noise.

use std::sync::Once;

use faer::{MatRef, Par, Side};

/// Significant decimal digits of the largest value returned here.
pub const DIGITS: u32 = 10;

/// Why there is no spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpectrumError {
    /// The number of entries is not rows × columns.
    #[error("a matrix of {rows} × {columns} was given {entries} entries")]
    Shape {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
        /// Entries given.
        entries: usize,
    },
    /// Not-a-number or infinite entries, as a rule.
    #[error("the iteration for the spectrum did not converge")]
    NoConvergence,
}

fn view(matrix: &[f64], rows: usize, columns: usize) -> Result<MatRef<'_, f64>, SpectrumError> {
    static SEQUENTIAL: Once = Once::new();
    SEQUENTIAL.call_once(|| faer::set_global_parallelism(Par::Seq));
    if matrix.len() == rows * columns {
        Ok(MatRef::from_row_major_slice(matrix, rows, columns))
    } else {
        Err(SpectrumError::Shape {
            rows,
            columns,
            entries: matrix.len(),
        })
    }
}

/// The singular values of a row-major matrix, largest first.
///
/// # Errors
/// A wrong shape or entries that are not finite.
pub fn singular_values(
    matrix: &[f64],
    rows: usize,
    columns: usize,
) -> Result<Vec<f64>, SpectrumError> {
    let values = view(matrix, rows, columns)?
        .singular_values()
        .map_err(|_| SpectrumError::NoConvergence)?;
    Ok(rounded(&values))
}

/// The largest singular value of a row-major matrix; 0 for an empty one.
///
/// # Errors
/// As [`singular_values`].
pub fn largest_singular_value(
    matrix: &[f64],
    rows: usize,
    columns: usize,
) -> Result<f64, SpectrumError> {
    Ok(singular_values(matrix, rows, columns)?
        .first()
        .copied()
        .unwrap_or(0.0))
}

/// The eigenvalues of a symmetric matrix, smallest first; only its lower triangle is read.
///
/// # Errors
/// A wrong shape or entries that are not finite.
pub fn symmetric_eigenvalues(matrix: &[f64], order: usize) -> Result<Vec<f64>, SpectrumError> {
    let values = view(matrix, order, order)?
        .self_adjoint_eigenvalues(Side::Lower)
        .map_err(|_| SpectrumError::NoConvergence)?;
    Ok(rounded(&values))
}

/// Rounds to the last of the largest value's [`DIGITS`] digits: the noise of every value is that
/// of the largest, so a small value has fewer digits to trust, and one below the noise becomes 0.
fn rounded(values: &[f64]) -> Vec<f64> {
    let largest = values
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    // Rounded first: noise must not decide on which side of a power of ten the largest lies.
    let highest = decimal_exponent(round_significant(largest, DIGITS));
    let digits = |value: f64| DIGITS as i32 - (highest - decimal_exponent(value));
    values
        .iter()
        .map(|value| match u32::try_from(digits(*value)) {
            Ok(digits) if digits > 0 => round_significant(*value, digits),
            _ => 0.0,
        })
        .collect()
}

/// The power of ten of the first significant digit; far below all others for 0.
fn decimal_exponent(value: f64) -> i32 {
    const BELOW: i32 = -10_000;
    let text = format!("{value:e}");
    let exponent = text.split('e').nth(1).and_then(|power| power.parse().ok());
    if value.abs() > 0.0 {
        exponent.unwrap_or(BELOW)
    } else {
        BELOW
    }
}

/// Rounds to a number of significant decimal digits, 1 to 17, through decimal text: exact, and
/// the same everywhere. Infinities and not-a-number stay.
pub fn round_significant(value: f64, digits: u32) -> f64 {
    if !value.is_finite() {
        return value;
    }
    let decimals = digits.clamp(1, 17) as usize - 1;
    // The text of a finite number always reads back.
    format!("{value:.decimals$e}").parse().unwrap_or(value)
}
