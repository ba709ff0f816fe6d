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
/// always-inlined `call`. For a closure use [`vectorised_call`].
pub use pulp::NullaryFnOnce as Code;

/// Number of partial sums of a dot product.
const LANES: usize = 8;

/// Rows of a matrix that are worked on together.
const ROWS: usize = 4;

/// Runs code compiled for the widest vectors of this CPU. What it calls must be inlined.
#[inline]
pub fn vectorised<R>(code: impl Code<Output = R>) -> R {
    Arch::new().dispatch(code)
}

/// [`vectorised`] for a closure, which must be marked `#[inline(always)]`.
///
/// Called by reference: the adapter that calls a closure by value is not inlined, and what stands
/// in it is compiled for the narrowest vectors.
#[inline]
pub fn vectorised_call<R>(code: impl FnMut() -> R) -> R {
    struct ByReference<F>(F);

    impl<R, F: FnMut() -> R> Code for ByReference<F> {
        type Output = R;

        #[expect(
            clippy::inline_always,
            reason = "must be inlined into what is compiled for wider vectors"
        )]
        #[inline(always)]
        fn call(mut self) -> R {
            (self.0)()
        }
    }

    vectorised(ByReference(code))
}

/// Kernels to be inlined into a vectorised loop.
pub mod inlined {
    #![expect(
        clippy::inline_always,
        reason = "must be inlined into loops that are compiled for wider vectors"
    )]

    use super::{LANES, ROWS};

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
        finish(sums, x_rest, y_rest)
    }

    /// y ← y + a x over the shorter length.
    #[inline(always)]
    pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    }

    /// out ← A x for A of shape (length of out, length of x). Each entry is a [`dot`].
    #[inline(always)]
    pub fn matrix_vector(matrix: &[f64], x: &[f64], out: &mut [f64]) {
        let columns = x.len();
        if columns == 0 {
            return out.fill(0.0);
        }
        let (pairs, rest) = out.as_chunks_mut::<2>();
        let (first, last) = matrix.split_at((2 * pairs.len() * columns).min(matrix.len()));
        for (pair, rows) in pairs.iter_mut().zip(first.chunks_exact(2 * columns)) {
            let (upper, lower) = rows.split_at(columns);
            *pair = two_dots(upper, lower, x);
        }
        for (out, row) in rest.iter_mut().zip(last.chunks_exact(columns)) {
            *out = dot(row, x);
        }
    }

    /// [`dot`] of two rows with the same vector, so that neither's sums wait for their own. All of
    /// the same length.
    #[inline(always)]
    fn two_dots(upper: &[f64], lower: &[f64], x: &[f64]) -> [f64; 2] {
        let (upper_blocks, upper_rest) = upper.as_chunks::<LANES>();
        let (lower_blocks, lower_rest) = lower.as_chunks::<LANES>();
        let (x_blocks, x_rest) = x.as_chunks::<LANES>();
        let (mut a, mut b) = ([0.0; LANES], [0.0; LANES]);
        for ((upper, lower), x) in upper_blocks.iter().zip(lower_blocks).zip(x_blocks) {
            for lane in 0..LANES {
                a[lane] += upper[lane] * x[lane];
            }
            for lane in 0..LANES {
                b[lane] += lower[lane] * x[lane];
            }
        }
        [finish(a, upper_rest, x_rest), finish(b, lower_rest, x_rest)]
    }

    /// The partial sums of a [`dot`] with what is left of the vectors, as one number.
    #[inline(always)]
    fn finish(mut sums: [f64; LANES], x_rest: &[f64], y_rest: &[f64]) -> f64 {
        for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
            *sum += x * y;
        }
        ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    }

    /// out ← Aᵀ y for A of shape (length of y, length of out), summed in the order of the rows.
    #[inline(always)]
    pub fn transposed_vector(matrix: &[f64], y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let columns = out.len().max(1);
        let (blocks, rest) = y.as_chunks::<ROWS>();
        let (first, last) = matrix.split_at((blocks.len() * ROWS * columns).min(matrix.len()));
        for ([a, b, c, d], rows) in blocks.iter().zip(first.chunks_exact(ROWS * columns)) {
            let (upper, lower) = rows.split_at(2 * columns);
            let ((first, second), (third, fourth)) =
                (upper.split_at(columns), lower.split_at(columns));
            let upper = first.iter().zip(second);
            let lower = third.iter().zip(fourth);
            for (out, ((p, q), (r, s))) in out.iter_mut().zip(upper.zip(lower)) {
                *out = (((*out + a * p) + b * q) + c * r) + d * s;
            }
        }
        for (y, row) in rest.iter().zip(last.chunks_exact(columns)) {
            axpy(*y, row, out);
        }
    }
}

/// Σ xᵢ yᵢ over the shorter length.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    vectorised_call(
        #[inline(always)]
        || inlined::dot(x, y),
    )
}

/// y ← y + a x over the shorter length.
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    vectorised_call(
        #[inline(always)]
        || inlined::axpy(a, x, y),
    );
}

/// out ← A x for A of shape (length of out, length of x).
pub fn matrix_vector(matrix: &[f64], x: &[f64], out: &mut [f64]) {
    vectorised_call(
        #[inline(always)]
        || inlined::matrix_vector(matrix, x, out),
    );
}

/// out ← Aᵀ y for A of shape (length of y, length of out), summed in the order of the rows.
pub fn transposed_vector(matrix: &[f64], y: &[f64], out: &mut [f64]) {
    vectorised_call(
        #[inline(always)]
        || inlined::transposed_vector(matrix, y, out),
    );
}

/// ‖x‖².
pub fn squared_norm(x: &[f64]) -> f64 {
    dot(x, x)
}
