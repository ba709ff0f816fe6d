//! Convolutions of any shape that the paper's CIFAR networks have: 3 × 3 with padding 1 or 1 × 1
//! without, with stride 1 or 2, on planes of any even side; eight samples at a time.
//!
//! Planes, lanes and the order of sums are those of [`super::layers`].

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use super::layers::{LANES, Lane};

/// One convolution without bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Channels that come in.
    pub inputs: usize,
    /// Channels that go out; a multiple of four.
    pub outputs: usize,
    /// Side of the images that come in; even where the stride is 2.
    pub side: usize,
    /// Side of the kernel: 3 or 1.
    pub kernel: usize,
    /// 1 or 2.
    pub stride: usize,
}

/// Numbers in a plane with its border of zeros.
pub const fn plane(side: usize) -> usize {
    (side + 2) * (side + 2)
}

/// Place of a pixel in a plane.
#[inline(always)]
pub const fn pixel(side: usize, row: usize, column: usize) -> usize {
    (row + 1) * (side + 2) + column + 1
}

impl Shape {
    /// Number of weights, laid out as (out channel, in channel, row, column).
    pub const fn weights(self) -> usize {
        self.outputs * self.fan_in()
    }

    /// Inputs of one output.
    pub const fn fan_in(self) -> usize {
        self.inputs * self.kernel * self.kernel
    }

    /// Side of the images that go out.
    pub const fn side_out(self) -> usize {
        self.side / self.stride
    }

    /// Where in a plane that comes in the kernel's first entry lies for an output pixel.
    #[inline(always)]
    const fn corner(self, row: usize, column: usize) -> usize {
        let inset = (3 - self.kernel) / 2;
        (row * self.stride + inset) * (self.side + 2) + column * self.stride + inset
    }

    /// out ← weights ∗ input in the interior.
    #[inline(always)]
    pub fn convolve(self, weights: &[f64], input: &[Lane], out: &mut [Lane]) {
        let (from, to, side) = (plane(self.side), plane(self.side_out()), self.side_out());
        for first in (0..self.outputs).step_by(4) {
            for row in 0..side {
                for column in 0..side {
                    let mut sums = [[0.0; LANES]; 4];
                    for channel in 0..self.inputs {
                        for down in 0..self.kernel {
                            let corner = self.corner(row, column) + down * (self.side + 2);
                            let values = &input[channel * from + corner..][..self.kernel];
                            for (right, value) in values.iter().enumerate() {
                                for n in 0..4 {
                                    let weight =
                                        weights[self.entry(first + n, channel, down, right)];
                                    for lane in 0..LANES {
                                        sums[n][lane] += weight * value[lane];
                                    }
                                }
                            }
                        }
                    }
                    for n in 0..4 {
                        out[(first + n) * to + pixel(side, row, column)] = sums[n];
                    }
                }
            }
        }
    }

    #[inline(always)]
    const fn entry(self, output: usize, input: usize, down: usize, right: usize) -> usize {
        ((output * self.inputs + input) * self.kernel + down) * self.kernel + right
    }

    /// into ← into + the transposed operator of `slopes`. Borders are written, too: whoever reads
    /// `into` must not look at them.
    #[inline(always)]
    pub fn carry_back(self, weights: &[f64], slopes: &[Lane], into: &mut [Lane]) {
        let (from, to, side) = (plane(self.side), plane(self.side_out()), self.side_out());
        for channel in 0..self.inputs {
            for output in 0..self.outputs {
                for row in 0..side {
                    for column in 0..side {
                        let slope = &slopes[output * to + pixel(side, row, column)];
                        for down in 0..self.kernel {
                            let corner = self.corner(row, column) + down * (self.side + 2);
                            let values = &mut into[channel * from + corner..][..self.kernel];
                            for (right, value) in values.iter_mut().enumerate() {
                                let weight = weights[self.entry(output, channel, down, right)];
                                for lane in 0..LANES {
                                    value[lane] += weight * slope[lane];
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// gradient ← gradient + the correlation of `slopes` with `input`.
    #[inline(always)]
    pub fn correlate(self, slopes: &[Lane], input: &[Lane], gradient: &mut [f64]) {
        let (from, to, side) = (plane(self.side), plane(self.side_out()), self.side_out());
        for output in 0..self.outputs {
            for channel in 0..self.inputs {
                for down in 0..self.kernel {
                    let mut sums = [[0.0; LANES]; 3];
                    for row in 0..side {
                        for column in 0..side {
                            let slope = &slopes[output * to + pixel(side, row, column)];
                            let corner = self.corner(row, column) + down * (self.side + 2);
                            let values = &input[channel * from + corner..][..self.kernel];
                            for (sums, value) in sums.iter_mut().zip(values) {
                                for lane in 0..LANES {
                                    sums[lane] += slope[lane] * value[lane];
                                }
                            }
                        }
                    }
                    for (right, sums) in sums.iter().enumerate().take(self.kernel) {
                        gradient[self.entry(output, channel, down, right)] +=
                            sums.iter().sum::<f64>();
                    }
                }
            }
        }
    }
}
