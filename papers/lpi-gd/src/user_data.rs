//! A user's own table of numbers as data points.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::interpolation::MOST_DIMENSION;
use crate::points::{MARGIN, Points};

/// Reads the first `most` rows of comma-separated numbers, below a header line or without one, and
/// scales each column to [0.1, 0.9]. Says so on standard error, once, if a column was elsewhere.
///
/// # Errors
/// A file that cannot be read, or the line and column of what is not a finite number.
pub(crate) fn read(path: &str, most: usize) -> Result<Points, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("`{path}`: {error}"))?;
    let (points, scaled) = parse(&text, most).map_err(|problem| format!("`{path}`: {problem}"))?;
    if scaled && first_time(path) {
        // Losing a warning must not lose the run.
        let _ = writeln!(
            std::io::stderr(),
            "warning: `{path}`: columns are scaled to [0.1, 0.9], where the method's theory holds"
        );
    }
    Ok(points)
}

/// Whether this table has not been warned of before; several cells read the same one.
fn first_time(path: &str) -> bool {
    static WARNED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut warned = WARNED.lock().unwrap_or_else(PoisonError::into_inner);
    warned.insert(path.to_owned())
}

/// Points, and whether any column had to be scaled.
fn parse(text: &str, most: usize) -> Result<(Points, bool), String> {
    let mut coordinates = Vec::new();
    let mut columns = 0;
    let lines = text.lines().enumerate();
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty()).peekable();
    let is_header = |line: &str| {
        line.split(',')
            .all(|cell| cell.trim().parse::<f64>().is_err())
    };
    lines.next_if(|(_, line)| is_header(line));
    for (number, line) in lines.take(most) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if columns == 0 {
            columns = cells.len();
        }
        if cells.len() != columns {
            let found = cells.len();
            return Err(format!(
                "line {}: {found} columns instead of {columns}",
                number + 1
            ));
        }
        for (column, cell) in cells.iter().enumerate() {
            let value = cell.parse::<f64>().ok().filter(|value| value.is_finite());
            coordinates.push(value.ok_or_else(|| {
                let column = column + 1;
                format!(
                    "line {}, column {column}: `{cell}` is not a finite number",
                    number + 1
                )
            })?);
        }
    }
    if !(1..=MOST_DIMENSION).contains(&columns) {
        return Err(format!(
            "needs 1 to {MOST_DIMENSION} columns and at least one row"
        ));
    }
    let mut scaled = false;
    for column in 0..columns {
        let values = coordinates.iter().skip(column).step_by(columns).copied();
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(f64::NEG_INFINITY, f64::max);
        if low >= MARGIN && high <= 1.0 - MARGIN {
            continue;
        }
        scaled = true;
        let width = if high > low { high - low } else { 1.0 };
        for value in coordinates.iter_mut().skip(column).step_by(columns) {
            *value = MARGIN + (1.0 - 2.0 * MARGIN) * ((*value - low) / width);
        }
    }
    Ok((Points::new(columns, coordinates), scaled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_only_what_is_outside() {
        let (points, scaled) = parse("a,b\n0.2,5\n0.8,7\n0.5,6\n", 10).expect("a table");
        assert!(scaled);
        assert_eq!(points.dimension(), 2);
        assert_eq!(points.get(0), [0.2, 0.1]);
        assert_eq!(points.get(1), [0.8, 0.9]);
        let (points, scaled) = parse("0.3\n0.4\n0.5\n", 2).expect("a table");
        assert!(!scaled);
        assert_eq!(points.len(), 2);
    }

    #[test]
    fn says_where_a_table_is_wrong() {
        let error = |text| parse(text, 10).expect_err("not a table");
        assert_eq!(error("1,2\n3\n"), "line 2: 1 columns instead of 2");
        assert_eq!(
            error("x,y\n1,inf\n"),
            "line 2, column 2: `inf` is not a finite number"
        );
        assert_eq!(
            error("1,2,3,4,5\n"),
            "needs 1 to 4 columns and at least one row"
        );
        assert_eq!(error("x\n"), "needs 1 to 4 columns and at least one row");
    }
}
