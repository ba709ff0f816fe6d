//! QSGD (Alistarh et al. 2017) with one bucket.

use harness_numerics::kernels;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Compressor, Message, VALUE_BITS, index_bits};

/// Sends the norm and, for every entry, its sign and one of s + 1 levels, rounded up or down at
/// random without bias: 32 + n (1 + ⌈log₂(s + 1)⌉) bits.
#[derive(Clone, Copy, Debug)]
pub struct Quantised {
    levels: u32,
}

impl Quantised {
    /// s = `levels`, at least 1.
    pub const fn new(levels: u32) -> Self {
        Self { levels }
    }
}

impl Compressor for Quantised {
    fn compress(&mut self, input: &[f64], random: &mut ChaCha8Rng, message: &mut Message) {
        /// 2⁻³²: a 32-bit word becomes a number in [0, 1).
        const UNIT: f64 = 1.0 / 4_294_967_296.0;
        let dimension = input.len();
        let level_bits = index_bits(self.levels as usize + 1);
        let bits = VALUE_BITS + dimension as u64 * (1 + level_bits);
        message.start_dense(dimension, bits);
        let norm = kernels::squared_norm(input).sqrt();
        if norm == 0.0 {
            return;
        }
        let scale = f64::from(self.levels) / norm;
        let unit = norm / f64::from(self.levels);
        for (sent, value) in message.values.iter_mut().zip(input) {
            let level = value.abs() * scale;
            let down = level.floor();
            let draw = f64::from(random.next_u32()) * UNIT;
            let rounded = if draw < level - down {
                down + 1.0
            } else {
                down
            };
            *sent = (unit * rounded).copysign(*value);
        }
    }
}
