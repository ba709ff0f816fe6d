//! The K entries of largest magnitude.

use rand_chacha::ChaCha8Rng;

use super::{Compressor, Message, VALUE_BITS, index_bits};
use crate::selection::Selector;

/// Sends exactly K entries of largest magnitude with their indices, of equal ones those with the
/// lowest index: K (32 + ⌈log₂ n⌉) bits.
#[derive(Clone, Debug)]
pub struct TopK {
    kept: usize,
    selector: Selector,
}

impl TopK {
    /// Keeps `kept` entries.
    pub fn new(kept: usize) -> Self {
        Self {
            kept,
            selector: Selector::new(),
        }
    }
}

impl Compressor for TopK {
    fn compress(&mut self, input: &[f64], _random: &mut ChaCha8Rng, message: &mut Message) {
        let kept = self.kept.min(input.len()) as u64;
        message.start_sparse(kept * (VALUE_BITS + index_bits(input.len())));
        self.selector.select(input, self.kept, &mut message.indices);
        let values = message.indices.iter().map(|index| input[*index as usize]);
        message.values.extend(values);
    }
}
