//! 1-bit SGD (Seide et al. 2014).

use harness_numerics::kernels::{Code, vectorised};
use rand_chacha::ChaCha8Rng;

use super::{Compressor, Message, VALUE_BITS};

/// Sends signs and two numbers: negative entries become their mean, the others theirs.
/// n + 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct OneBit;

/// Partial sums of each side.
const LANES: usize = 8;

impl Compressor for OneBit {
    fn compress(&mut self, input: &[f64], _random: &mut ChaCha8Rng, message: &mut Message) {
        let dimension = input.len();
        message.start_dense(dimension, dimension as u64 + 2 * VALUE_BITS);
        vectorised(Average {
            input,
            sent: &mut message.values,
        });
    }
}

/// Replaces every entry by the mean of its side.
struct Average<'a> {
    input: &'a [f64],
    sent: &'a mut [f64],
}

impl Code for Average<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "must be inlined into code that is compiled for wider vectors"
    )]
    #[inline(always)]
    fn call(self) {
        let Self { input, sent } = self;
        let mut positive = [0.0; LANES];
        let mut negative = [0.0; LANES];
        let mut count = [0.0; LANES];
        let (blocks, rest) = input.as_chunks::<LANES>();
        let mut last = [0.0; LANES];
        last[..rest.len()].copy_from_slice(rest);
        for block in blocks.iter().chain([&last]) {
            for lane in 0..LANES {
                let value = block[lane];
                let below = value < 0.0;
                positive[lane] += if below { 0.0 } else { value };
                negative[lane] += if below { value } else { 0.0 };
                count[lane] += if below { 1.0 } else { 0.0 };
            }
        }
        let negatives = count.iter().sum::<f64>();
        let positives = input.len() as f64 - negatives;
        let positive = positive.iter().sum::<f64>() / positives.max(1.0);
        let negative = negative.iter().sum::<f64>() / negatives.max(1.0);
        for (sent, value) in sent.iter_mut().zip(input) {
            *sent = if *value < 0.0 { negative } else { positive };
        }
    }
}
