//! 3 × 3 convolutions with padding 1 on 8 × 8 images, eight samples at a time.
//!
//! The lanes are samples. A plane has a border of zeros, so that no kernel looks at bounds. Sums run
//! over channels, then over the kernel, in the order of their indices.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

/// Samples in a group.
pub const LANES: usize = 8;
/// One number for each sample of a group.
pub type Lane = [f64; LANES];
/// Side of an image, and of a plane with its border.
pub const SIDE: usize = 8;
pub(super) const BORDERED: usize = SIDE + 2;
/// Numbers in a plane.
pub const PLANE: usize = BORDERED * BORDERED;
/// Entries of a kernel.
pub const KERNEL: usize = 9;

/// Place of a pixel in a plane.
#[inline(always)]
pub const fn pixel(row: usize, column: usize) -> usize {
    (row + 1) * BORDERED + column + 1
}

/// `channels` planes of zeros.
pub fn planes(channels: usize) -> Vec<Lane> {
    vec![[0.0; LANES]; channels * PLANE]
}

/// out ← weights ∗ input in the interior; weights are (out channel, in channel, 3 × 3).
/// The number of out channels must be a multiple of four.
#[inline(always)]
pub fn convolve(weights: &[f64], input: &[Lane], out: &mut [Lane]) {
    let (inputs, outputs) = (input.len() / PLANE, out.len() / PLANE);
    for first in (0..outputs).step_by(4) {
        for row in 0..SIDE {
            for column in 0..SIDE {
                let mut sums = [[0.0; LANES]; 4];
                for channel in 0..inputs {
                    for offset in 0..KERNEL {
                        let place = (row + offset / 3) * BORDERED + column + offset % 3;
                        let value = &input[channel * PLANE + place];
                        for n in 0..4 {
                            let weight =
                                weights[((first + n) * inputs + channel) * KERNEL + offset];
                            for lane in 0..LANES {
                                sums[n][lane] += weight * value[lane];
                            }
                        }
                    }
                }
                for n in 0..4 {
                    out[(first + n) * PLANE + pixel(row, column)] = sums[n];
                }
            }
        }
    }
}

/// The weights that carry a gradient back: channels exchanged, kernels turned by half a turn.
pub fn turned(weights: &[f64], inputs: usize, outputs: usize, out: &mut Vec<f64>) {
    out.clear();
    for input in 0..inputs {
        for output in 0..outputs {
            let kernel = &weights[(output * inputs + input) * KERNEL..][..KERNEL];
            out.extend(kernel.iter().rev());
        }
    }
}

/// gradient += the correlation of `slopes` (out channels) with `input` (in channels).
#[inline(always)]
pub fn correlate(slopes: &[Lane], input: &[Lane], gradient: &mut [f64]) {
    let (inputs, outputs) = (input.len() / PLANE, slopes.len() / PLANE);
    for output in 0..outputs {
        for channel in 0..inputs {
            for kernel_row in 0..3 {
                let mut sums = [[0.0; LANES]; 3];
                for row in 0..SIDE {
                    for column in 0..SIDE {
                        let slope = &slopes[output * PLANE + pixel(row, column)];
                        let start = channel * PLANE + (row + kernel_row) * BORDERED + column;
                        let values = &input[start..start + 3];
                        for n in 0..3 {
                            for lane in 0..LANES {
                                sums[n][lane] += slope[lane] * values[n][lane];
                            }
                        }
                    }
                }
                let entries =
                    &mut gradient[(output * inputs + channel) * KERNEL + kernel_row * 3..];
                for n in 0..3 {
                    entries[n] += pairwise(sums[n]);
                }
            }
        }
    }
}

#[inline(always)]
fn pairwise(sums: Lane) -> f64 {
    ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
}

/// values ← max(values, 0).
#[inline(always)]
pub fn rectify(values: &mut [Lane]) {
    for value in values.as_flattened_mut() {
        *value = if *value < 0.0 { 0.0 } else { *value };
    }
}

/// slopes ← 0 wherever the rectified value is 0.
#[inline(always)]
pub fn mask(values: &[Lane], slopes: &mut [Lane]) {
    for (slope, value) in slopes
        .as_flattened_mut()
        .iter_mut()
        .zip(values.as_flattened())
    {
        *slope = if *value > 0.0 { *slope } else { 0.0 };
    }
}
