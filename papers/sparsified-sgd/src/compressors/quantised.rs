//! QSGD (Alistarh et al. 2017) with one bucket.

use harness_numerics::kernels::{self, Code, vectorised};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Compressor, Message, VALUE_BITS, index_bits};

/// Sends the norm and, for every entry, its sign and one of s + 1 levels, rounded up or down at
/// random without bias: 32 + n (1 + ⌈log₂(s + 1)⌉) bits.
#[derive(Clone, Copy, Debug)]
pub struct Quantised {
    levels: u32,
}

/// 2⁻³²: a 32-bit word becomes a number in [0, 1).
const UNIT: f64 = 1.0 / 4_294_967_296.0;
/// Entries that are rounded together.
const BLOCK: usize = 256;

impl Quantised {
    /// s = `levels`, at least 1.
    pub const fn new(levels: u32) -> Self {
        Self { levels }
    }
}

impl Compressor for Quantised {
    fn compress(&mut self, input: &[f64], random: &mut ChaCha8Rng, message: &mut Message) {
        let dimension = input.len();
        let level_bits = index_bits(self.levels as usize + 1);
        let bits = VALUE_BITS + dimension as u64 * (1 + level_bits);
        message.start_dense(dimension, bits);
        let norm = kernels::squared_norm(input).sqrt();
        if norm == 0.0 {
            message.values.fill(0.0);
            return;
        }
        let scale = f64::from(self.levels) / norm;
        let unit = norm / f64::from(self.levels);
        let mut words = [0_u8; 4 * BLOCK];
        for (sent, values) in message.values.chunks_mut(BLOCK).zip(input.chunks(BLOCK)) {
            random.fill_bytes(&mut words);
            vectorised(Round {
                values,
                words: &words,
                scale,
                unit,
                sent,
            });
        }
    }
}

/// Rounds one block, up where the entry's word falls below the fraction.
struct Round<'a> {
    values: &'a [f64],
    words: &'a [u8; 4 * BLOCK],
    scale: f64,
    unit: f64,
    sent: &'a mut [f64],
}

impl Code for Round<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "must be inlined into code that is compiled for wider vectors"
    )]
    #[inline(always)]
    fn call(self) {
        let (words, _) = self.words.as_chunks::<4>();
        for ((sent, value), word) in self.sent.iter_mut().zip(self.values).zip(words) {
            let level = value.abs() * self.scale;
            let down = level.floor();
            let draw = f64::from(u32::from_le_bytes(*word)) * UNIT;
            let rounded = if draw < level - down {
                down + 1.0
            } else {
                down
            };
            *sent = (self.unit * rounded).copysign(*value);
        }
    }
}
