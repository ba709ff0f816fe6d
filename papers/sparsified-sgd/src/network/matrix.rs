//! Matrix products whose every entry is a sum in the order of the inner index.
//!
//! Tiles of the result are kept in registers while the inner index runs; since an entry is always
//! summed alone and in the same order, tiles and vector widths do not change a bit.

use harness_numerics::kernels::{Code, vectorised};

const TILE_ROWS: usize = 4;
const TILE_COLUMNS: usize = 16;

/// A matrix within a slice: entry (i, j) stands at i · `row_stride` + j · `column_stride`.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Where the entries are.
    pub entries: &'a [f64],
    /// Distance of neighbours in a column.
    pub row_stride: usize,
    /// Distance of neighbours in a row.
    pub column_stride: usize,
}

impl<'a> View<'a> {
    /// A row-major matrix.
    pub const fn rows(entries: &'a [f64], columns: usize) -> Self {
        Self {
            entries,
            row_stride: columns,
            column_stride: 1,
        }
    }

    /// The transpose of a row-major matrix with so many columns.
    pub const fn transposed(entries: &'a [f64], columns: usize) -> Self {
        Self {
            entries,
            row_stride: 1,
            column_stride: columns,
        }
    }
}

/// out ← out + left · right, where `right` is row-major of shape (inner, columns) and `out`
/// row-major with as many columns.
pub fn add_product(left: View<'_>, right: &[f64], inner: usize, columns: usize, out: &mut [f64]) {
    if inner > 0 && columns > 0 {
        vectorised(Product {
            left,
            right,
            inner,
            columns,
            out,
        });
    }
}

struct Product<'a> {
    left: View<'a>,
    right: &'a [f64],
    inner: usize,
    columns: usize,
    out: &'a mut [f64],
}

impl Code for Product<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "must be inlined into code that is compiled for wider vectors"
    )]
    #[inline(always)]
    fn call(self) {
        let rows = self.out.len() / self.columns;
        let mut row = 0;
        while row + TILE_ROWS <= rows {
            strip::<TILE_ROWS>(
                self.left,
                self.right,
                self.inner,
                self.columns,
                row,
                self.out,
            );
            row += TILE_ROWS;
        }
        while row < rows {
            strip::<1>(
                self.left,
                self.right,
                self.inner,
                self.columns,
                row,
                self.out,
            );
            row += 1;
        }
    }
}

/// A few rows of the result, tile by tile.
#[expect(
    clippy::inline_always,
    reason = "must be inlined into code that is compiled for wider vectors"
)]
#[inline(always)]
fn strip<const ROWS: usize>(
    left: View<'_>,
    right: &[f64],
    inner: usize,
    columns: usize,
    row: usize,
    out: &mut [f64],
) {
    let mut column = 0;
    while column + TILE_COLUMNS <= columns {
        tile::<ROWS, TILE_COLUMNS>(left, right, inner, columns, row, column, out);
        column += TILE_COLUMNS;
    }
    while column + 2 <= columns {
        tile::<ROWS, 2>(left, right, inner, columns, row, column, out);
        column += 2;
    }
    while column < columns {
        tile::<ROWS, 1>(left, right, inner, columns, row, column, out);
        column += 1;
    }
}

#[expect(
    clippy::inline_always,
    reason = "must be inlined into code that is compiled for wider vectors"
)]
#[inline(always)]
fn tile<const ROWS: usize, const COLUMNS: usize>(
    left: View<'_>,
    right: &[f64],
    inner: usize,
    columns: usize,
    row: usize,
    column: usize,
    out: &mut [f64],
) {
    let mut sums = [[0.0; COLUMNS]; ROWS];
    for (place, sums) in sums.iter_mut().enumerate() {
        let start = (row + place) * columns + column;
        sums.copy_from_slice(&out[start..start + COLUMNS]);
    }
    for k in 0..inner {
        let start = k * columns + column;
        let entries: &[f64] = &right[start..start + COLUMNS];
        for (place, sums) in sums.iter_mut().enumerate() {
            let factor = left.entries[(row + place) * left.row_stride + k * left.column_stride];
            for (sum, entry) in sums.iter_mut().zip(entries) {
                *sum += factor * entry;
            }
        }
    }
    for (place, sums) in sums.iter().enumerate() {
        let start = (row + place) * columns + column;
        out[start..start + COLUMNS].copy_from_slice(sums);
    }
}
