//! The numbers in a data file.

use std::io::Read;

use serde::Deserialize;

use super::meta::{DataFile, Format};

/// All values of a file, row by row.
///
/// # Errors
/// The line at fault and what is wrong with it.
pub(super) fn parse(bytes: &[u8], file: &DataFile) -> Result<Vec<f64>, String> {
    match file.format {
        Format::Csv => numbers(text(bytes)?, 1, file),
        Format::CsvGz => {
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(bytes)
                .read_to_end(&mut unpacked)
                .map_err(|error| format!("not a gzip file: {error}"))?;
            numbers(text(&unpacked)?, 0, file)
        }
        Format::Json => flat_list(bytes, file),
        Format::Documents => Err("not a file but a folder of documents".to_owned()),
    }
}

/// The numbers of a flat list, cut into rows; a label is put behind each.
fn flat_list(bytes: &[u8], file: &DataFile) -> Result<Vec<f64>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Flat {
        data: Vec<f64>,
    }
    let Flat { data } = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let label = file.label.map(f64::from);
    let width = file.columns - usize::from(label.is_some());
    if width == 0 || data.len() != file.rows * width {
        let (got, rows) = (data.len(), file.rows);
        return Err(format!(
            "{got} numbers, expected {rows} rows of {width} numbers"
        ));
    }
    let rows = data.chunks_exact(width);
    Ok(rows
        .flat_map(|row| row.iter().copied().chain(label))
        .collect())
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| format!("not text: {error}"))
}

fn numbers(text: &str, skipped: usize, file: &DataFile) -> Result<Vec<f64>, String> {
    let mut values = Vec::with_capacity(file.rows * file.columns);
    let mut rows = 0;
    for (index, line) in text.lines().enumerate().skip(skipped) {
        let before = values.len();
        for field in line.split(',') {
            let number = field
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite());
            let number = number
                .ok_or_else(|| format!("line {}: `{field}` is not a finite number", index + 1))?;
            values.push(number);
        }
        let columns = values.len() - before;
        if columns != file.columns {
            let expected = file.columns;
            return Err(format!(
                "line {} has {columns} columns, expected {expected}",
                index + 1
            ));
        }
        rows += 1;
    }
    if rows == file.rows {
        Ok(values)
    } else {
        Err(format!("{rows} rows, expected {}", file.rows))
    }
}
