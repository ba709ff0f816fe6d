//! Vector and matrix products in a fixed order.
//!
//! A dot product is eight interleaved partial sums added pairwise, whatever the CPU's vectors
//! hold; products and sums are never fused. So the same bits come out everywhere, and they may be
//! iterated on. Matrices are row-major slices.
//!
//! The functions of [`inlined`] are for loops that are themselves compiled for wider vectors by
//! [`vectorised`]; the others choose the vector width at each call.

use pulp::Arch;
/// Code with its inputs, to be compiled once for each vector width: implement it with an
/// always-inlined `call`, or pass a closure, which may or may not be inlined.
pub use pulp::NullaryFnOnce as Code;

/// Number of partial sums of a dot product.
const LANES: usize = 8;

/// Runs code compiled for the widest vectors of this CPU. What it calls must be inlined.
#[inline]
pub fn vectorised<R>(code: impl Code<Output = R>) -> R {
    Arch::new().dispatch(code)
}

/// Kernels to be inlined into a vectorised loop.
pub mod inlined {
    #![expect(
        clippy::inline_always,
        reason = "must be inlined into loops that are compiled for wider vectors"
    )]

    use super::LANES;

    /// Σ xᵢ yᵢ over the shorter length.
    #[inline(always)]
    pub fn dot(x: &[f64], y: &[f64]) -> f64 {
        let length = x.len().min(y.len());
        let (x_blocks, x_rest) = x[..length].as_chunks::<LANES>();
        let (y_blocks, y_rest) = y[..length].as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for (x_block, y_block) in x_blocks.iter().zip(y_blocks) {
            for lane in 0..LANES {
                sums[lane] += x_block[lane] * y_block[lane];
            }
        }
        for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
            *sum += x * y;
        }
        ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    }

    /// y ← y + a x over the shorter length.
    #[inline(always)]
    pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    }

    /// out ← A x for A of shape (length of out, length of x).
    #[inline(always)]
    pub fn matrix_vector(matrix: &[f64], x: &[f64], out: &mut [f64]) {
        for (out, row) in out.iter_mut().zip(matrix.chunks_exact(x.len().max(1))) {
            *out = dot(row, x);
        }
    }

    /// out ← Aᵀ y for A of shape (length of y, length of out), summed in the order of the rows.
    #[inline(always)]
    pub fn transposed_vector(matrix: &[f64], y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let columns = out.len().max(1);
        for (y, row) in y.iter().zip(matrix.chunks_exact(columns)) {
            axpy(*y, row, out);
        }
    }
}

/// Σ xᵢ yᵢ over the shorter length.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    vectorised(|| inlined::dot(x, y))
}

/// y ← y + a x over the shorter length.
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    vectorised(|| inlined::axpy(a, x, y));
}

/// out ← A x for A of shape (length of out, length of x).
pub fn matrix_vector(matrix: &[f64], x: &[f64], out: &mut [f64]) {
    vectorised(|| inlined::matrix_vector(matrix, x, out));
}

/// out ← Aᵀ y for A of shape (length of y, length of out), summed in the order of the rows.
pub fn transposed_vector(matrix: &[f64], y: &[f64], out: &mut [f64]) {
    vectorised(|| inlined::transposed_vector(matrix, y, out));
}

/// ‖x‖².
pub fn squared_norm(x: &[f64]) -> f64 {
    dot(x, x)
}
