//! 1-bit SGD (Seide et al. 2014).

use rand_chacha::ChaCha8Rng;

use super::{Compressor, Message, VALUE_BITS};

/// Sends signs and two numbers: negative entries become their mean, the others theirs.
/// n + 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct OneBit;

impl Compressor for OneBit {
    fn compress(&mut self, input: &[f64], _random: &mut ChaCha8Rng, message: &mut Message) {
        let dimension = input.len();
        message.start_dense(dimension, dimension as u64 + 2 * VALUE_BITS);
        let mut sums = [0.0; 2];
        let mut counts = [0_u32; 2];
        for value in input {
            let negative = usize::from(*value < 0.0);
            sums[negative] += value;
            counts[negative] += 1;
        }
        let mean = |side: usize| sums[side] / f64::from(counts[side].max(1));
        let (positive, negative) = (mean(0), mean(1));
        for (sent, value) in message.values.iter_mut().zip(input) {
            *sent = if *value < 0.0 { negative } else { positive };
        }
    }
}
