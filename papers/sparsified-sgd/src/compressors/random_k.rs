//! K entries at random.

use harness_numerics::random;
use rand_chacha::ChaCha8Rng;

use super::{Compressor, Message, VALUE_BITS};

/// Sends K different coordinates, uniformly drawn: 32 K bits and a seed of 64 in the place of the
/// indices.
#[derive(Clone, Debug)]
pub struct RandomK {
    kept: usize,
    unbiased: bool,
    /// All coordinates, in the arrangement that the last draw left.
    coordinates: Vec<u32>,
}

impl RandomK {
    /// Sends the entries as they are: a contraction, for use with error correction.
    pub const fn new(kept: usize) -> Self {
        Self {
            kept,
            unbiased: false,
            coordinates: Vec::new(),
        }
    }

    /// Sends n/K times the entries, whose mean is the vector.
    pub const fn unbiased(kept: usize) -> Self {
        Self {
            kept,
            unbiased: true,
            coordinates: Vec::new(),
        }
    }
}

impl Compressor for RandomK {
    fn compress(&mut self, input: &[f64], random: &mut ChaCha8Rng, message: &mut Message) {
        let dimension = input.len();
        if self.coordinates.len() != dimension {
            self.coordinates = (0..dimension as u32).collect();
        }
        let kept = self.kept.min(dimension);
        message.start_sparse(VALUE_BITS * kept as u64 + 64);
        random::select_front(random, &mut self.coordinates, kept);
        message.indices.extend_from_slice(&self.coordinates[..kept]);
        let scale = if self.unbiased {
            dimension as f64 / kept as f64
        } else {
            1.0
        };
        let values = message.indices.iter();
        message
            .values
            .extend(values.map(|index| input[*index as usize] * scale));
    }
}
