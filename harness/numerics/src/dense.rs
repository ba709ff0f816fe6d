//! Small dense factorisations in a fixed order, for systems that are iterated on.

use crate::kernels;

/// A least-squares solver by Householder reflections, built column by column.
///
/// Columns that depend on earlier ones, up to `tolerance` times their own length, are refused.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    rows: usize,
    tolerance: f64,
    /// The unit normals of the reflections, one after another; the first j entries of the j-th are 0.
    normals: Vec<f64>,
    /// The upper triangular factor: column j has j + 1 entries.
    triangle: Vec<Vec<f64>>,
}

impl LeastSquares {
    /// No columns yet, each of which will have `rows` entries.
    pub const fn new(rows: usize, tolerance: f64) -> Self {
        Self {
            rows,
            tolerance,
            normals: Vec::new(),
            triangle: Vec::new(),
        }
    }

    /// Number of columns.
    pub const fn columns(&self) -> usize {
        self.triangle.len()
    }

    /// Forgets all columns from this one on.
    pub fn truncate(&mut self, columns: usize) {
        self.triangle.truncate(columns);
        self.normals.truncate(columns * self.rows);
    }

    /// Adds a column. `false`, and nothing changed, if it depends on the earlier ones.
    pub fn push(&mut self, column: &[f64]) -> bool {
        let place = self.columns();
        if place >= self.rows {
            return false;
        }
        let mut image = column.to_vec();
        self.reflect(&mut image);
        let rest = kernels::squared_norm(&image[place..]).sqrt();
        let whole = kernels::squared_norm(column).sqrt();
        if rest.is_nan() || rest <= self.tolerance * whole {
            return false;
        }
        let pivot = if image[place] > 0.0 { -rest } else { rest };
        let mut normal = image.clone();
        normal[..place].fill(0.0);
        normal[place] -= pivot;
        let length = kernels::squared_norm(&normal).sqrt();
        self.normals
            .extend(normal.iter().map(|entry| entry / length));
        image.truncate(place);
        image.push(pivot);
        self.triangle.push(image);
        true
    }

    /// The coefficients z that minimise ‖Σ zⱼ columnⱼ − target‖.
    pub fn solve(&self, target: &[f64]) -> Vec<f64> {
        let mut image = target.to_vec();
        self.reflect(&mut image);
        image.truncate(self.columns());
        for place in (0..self.columns()).rev() {
            let solved = image[place] / self.triangle[place][place];
            image[place] = solved;
            let (above, _) = image.split_at_mut(place);
            kernels::axpy(-solved, &self.triangle[place][..place], above);
        }
        image
    }

    /// The shortest w with columnⱼ · w = valueⱼ for every j.
    pub fn shortest_solution(&self, values: &[f64]) -> Vec<f64> {
        let mut solution = vec![0.0; self.rows];
        for (place, value) in values.iter().enumerate().take(self.columns()) {
            let column = &self.triangle[place];
            let known = kernels::dot(&column[..place], &solution[..place]);
            solution[place] = (value - known) / column[place];
        }
        for normal in self.normals.chunks_exact(self.rows).rev() {
            let height = kernels::dot(normal, &solution);
            kernels::axpy(-2.0 * height, normal, &mut solution);
        }
        solution
    }

    /// The solution x of (Σ columnⱼ columnⱼᵀ restricted to Gram form) Gx = values, where
    /// Gᵢⱼ = columnᵢ · columnⱼ.
    pub fn solve_gram(&self, values: &[f64]) -> Vec<f64> {
        let mut solution = values.to_vec();
        let count = self.columns();
        for place in 0..count {
            let column = &self.triangle[place];
            let known = kernels::dot(&column[..place], &solution[..place]);
            solution[place] = (solution[place] - known) / column[place];
        }
        for place in (0..count).rev() {
            let solved = solution[place] / self.triangle[place][place];
            solution[place] = solved;
            let (above, _) = solution.split_at_mut(place);
            kernels::axpy(-solved, &self.triangle[place][..place], above);
        }
        solution
    }

    fn reflect(&self, image: &mut [f64]) {
        for normal in self.normals.chunks_exact(self.rows) {
            let height = kernels::dot(normal, image);
            kernels::axpy(-2.0 * height, normal, image);
        }
    }
}

/// The lower triangular L with L Lᵀ = A, row-major with zeros above; reads the lower triangle of
/// A only. `None` if A is not positive definite to working precision.
pub fn cholesky(matrix: &[f64], order: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; order * order];
    for row in 0..order {
        for column in 0..=row {
            let (left, right) = (&factor[row * order..], &factor[column * order..]);
            let known = kernels::dot(&left[..column], &right[..column]);
            let rest = matrix[row * order + column] - known;
            factor[row * order + column] = if row > column {
                rest / factor[column * order + column]
            } else if rest > 0.0 {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    Some(factor)
}

/// Solves L x = b in place for a lower triangular row-major L.
pub fn solve_lower(factor: &[f64], values: &mut [f64]) {
    let order = values.len();
    for row in 0..order {
        let entries = &factor[row * order..(row + 1) * order];
        let known = kernels::dot(&entries[..row], &values[..row]);
        values[row] = (values[row] - known) / entries[row];
    }
}

/// Solves A x = b in place for a symmetric positive definite A. `false`, and nothing changed, if
/// A is not positive definite to working precision.
pub fn solve_positive_definite(matrix: &[f64], values: &mut [f64]) -> bool {
    let order = values.len();
    let Some(factor) = cholesky(matrix, order) else {
        return false;
    };
    solve_lower(&factor, values);
    for row in (0..order).rev() {
        let solved = values[row] / factor[row * order + row];
        values[row] = solved;
        for column in 0..row {
            values[column] -= solved * factor[row * order + column];
        }
    }
    true
}

/// Solves A x = b in place for a square row-major A by elimination with row exchanges. `false` if
/// A is singular to working precision; then `values` holds nothing of use.
pub fn solve_square(matrix: &mut [f64], values: &mut [f64]) -> bool {
    let order = values.len();
    for column in 0..order {
        let size = |row: usize| matrix[row * order + column].abs();
        let pivot = (column..order).fold(
            column,
            |best, row| {
                if size(row) > size(best) { row } else { best }
            },
        );
        let diagonal = matrix[pivot * order + column];
        if diagonal.is_nan() || diagonal == 0.0 {
            return false;
        }
        if pivot > column {
            for place in 0..order {
                matrix.swap(pivot * order + place, column * order + place);
            }
            values.swap(pivot, column);
        }
        for row in column + 1..order {
            let factor = matrix[row * order + column] / diagonal;
            for place in column..order {
                matrix[row * order + place] -= factor * matrix[column * order + place];
            }
            values[row] -= factor * values[column];
        }
    }
    for row in (0..order).rev() {
        let entries = &matrix[row * order..(row + 1) * order];
        let known = kernels::dot(&entries[row + 1..], &values[row + 1..]);
        values[row] = (values[row] - known) / entries[row];
    }
    true
}
