//! The products of one layer, for 32 samples at once.
//!
//! The lanes are samples; sums over neurons and over samples run in the order of their indices, as
//! a product and then a sum. So each number has one order of operations, whatever the CPU's
//! vectors hold. Blocks of four or five outputs at a time keep the partial sums in registers.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use crate::activation::Activation;
use crate::real::Real;

/// Samples in a batch.
pub const BATCH: usize = 32;

/// One number for each neuron and sample, samples innermost.
pub type Panel<T, const D: usize> = [[T; BATCH]; D];

/// Lanes taken at a time: 64 bytes of double precision, 32 of single.
const LANES: usize = 8;

/// Runs a block kernel over 0..D in blocks of `$most`, two and one.
macro_rules! in_blocks {
    ($d:expr, $most:literal, $first:ident, $size:ident => $call:block) => {{
        let mut $first = 0;
        while $first + $most <= $d {
            const $size: usize = $most;
            $call
            $first += $most;
        }
        while $first + 2 <= $d {
            const $size: usize = 2;
            $call
            $first += 2;
        }
        while $first < $d {
            const $size: usize = 1;
            $call
            $first += 1;
        }
    }};
}

#[inline(always)]
fn lanes<T>(row: &[T; BATCH], chunk: usize) -> &[T; LANES] {
    &row.as_chunks::<LANES>().0[chunk]
}

#[inline(always)]
fn lanes_mut<T>(row: &mut [T; BATCH], chunk: usize) -> &mut [T; LANES] {
    &mut row.as_chunks_mut::<LANES>().0[chunk]
}

/// s ← σ(h A + b) for a layer's block (A, b).
#[inline(always)]
pub(super) fn branch<T: Real, A: Activation, const D: usize>(
    block: &[T],
    h: &Panel<T, D>,
    s: &mut Panel<T, D>,
) {
    let (matrix, bias) = block[..D * D + D].split_at(D * D);
    for chunk in 0..BATCH / LANES {
        in_blocks!(D, 5, first, N => {
            let mut sums = [[T::ZERO; LANES]; N];
            for n in 0..N {
                sums[n] = [bias[first + n]; LANES];
            }
            for i in 0..D {
                let h = lanes(&h[i], chunk);
                let row = &matrix[i * D + first..][..N];
                for n in 0..N {
                    for lane in 0..LANES {
                        sums[n][lane] += row[n] * h[lane];
                    }
                }
            }
            for n in 0..N {
                *lanes_mut(&mut s[first + n], chunk) = sums[n];
            }
        });
    }
    // A loop of its own, since the compiler vectorises σ only in a plain one.
    for s in s.as_flattened_mut() {
        *s = A::value(*s);
    }
}

/// h ← h + δ s.
#[inline(always)]
pub(super) fn advance<T: Real, const D: usize>(scale: T, s: &Panel<T, D>, h: &mut Panel<T, D>) {
    for (h, s) in h.as_flattened_mut().iter_mut().zip(s.as_flattened()) {
        *h += scale * *s;
    }
}

/// next ← h + δ s.
#[inline(always)]
pub(super) fn advance_to<T: Real, const D: usize>(
    scale: T,
    s: &Panel<T, D>,
    h: &Panel<T, D>,
    next: &mut Panel<T, D>,
) {
    for j in 0..D {
        for lane in 0..BATCH {
            next[j][lane] = h[j][lane] + scale * s[j][lane];
        }
    }
}

/// u ← δ g σ′, with σ′ from s.
#[inline(always)]
pub(super) fn through_activation<T: Real, A: Activation, const D: usize>(
    scale: T,
    g: &Panel<T, D>,
    s: &Panel<T, D>,
    u: &mut Panel<T, D>,
) {
    for j in 0..D {
        for lane in 0..BATCH {
            u[j][lane] = scale * g[j][lane] * A::slope(s[j][lane]);
        }
    }
}

/// g ← g + u Aᵀ.
#[inline(always)]
pub(super) fn through_matrix<T: Real, const D: usize>(
    block: &[T],
    u: &Panel<T, D>,
    g: &mut Panel<T, D>,
) {
    let matrix = &block[..D * D];
    for chunk in 0..BATCH / LANES {
        in_blocks!(D, 5, first, N => {
            let mut sums = [[T::ZERO; LANES]; N];
            for j in 0..D {
                let u = lanes(&u[j], chunk);
                for n in 0..N {
                    let weight = matrix[(first + n) * D + j];
                    for lane in 0..LANES {
                        sums[n][lane] += weight * u[lane];
                    }
                }
            }
            for n in 0..N {
                let g = lanes_mut(&mut g[first + n], chunk);
                for lane in 0..LANES {
                    g[lane] += sums[n][lane];
                }
            }
        });
    }
}

/// rows ← u with neurons innermost, padded to P.
#[inline(always)]
pub(super) fn transpose<T: Real, const D: usize, const P: usize>(
    u: &Panel<T, D>,
    rows: &mut [[T; P]; BATCH],
) {
    for (sample, row) in rows.iter_mut().enumerate() {
        for j in 0..D {
            row[j] = u[j][sample];
        }
    }
}

/// gradient ← (hᵀ u, column sums of u), where `rows` is u transposed by [`transpose`]: here the
/// lanes are the neurons of u, and samples are summed in order.
#[inline(always)]
pub(super) fn outer<T: Real, const D: usize, const P: usize>(
    h: &Panel<T, D>,
    rows: &[[T; P]; BATCH],
    gradient: &mut [T],
) {
    in_blocks!(D, 4, first, N => {
        let mut sums = [[T::ZERO; P]; N];
        for sample in 0..BATCH {
            let row = &rows[sample];
            for n in 0..N {
                let h = h[first + n][sample];
                for lane in 0..P {
                    sums[n][lane] += h * row[lane];
                }
            }
        }
        for n in 0..N {
            gradient[(first + n) * D..][..D].copy_from_slice(&sums[n][..D]);
        }
    });
    let mut sums = [T::ZERO; P];
    for row in rows {
        for lane in 0..P {
            sums[lane] += row[lane];
        }
    }
    gradient[D * D..D * D + D].copy_from_slice(&sums[..D]);
}

/// ⟨x, y⟩: over neurons first, then over samples pairwise.
#[inline(always)]
pub(super) fn inner<T: Real, const D: usize>(x: &Panel<T, D>, y: &Panel<T, D>) -> T {
    let mut sums = [T::ZERO; BATCH];
    for j in 0..D {
        for lane in 0..BATCH {
            sums[lane] += x[j][lane] * y[j][lane];
        }
    }
    pairwise(sums)
}

/// The sum of all lanes, halves added to halves.
#[inline(always)]
pub(super) fn pairwise<T: Real>(mut sums: [T; BATCH]) -> T {
    let mut half = BATCH / 2;
    while half > 0 {
        for lane in 0..half {
            let other = sums[lane + half];
            sums[lane] += other;
        }
        half /= 2;
    }
    sums[0]
}
