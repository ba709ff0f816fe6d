//! Compressors: what a node sends in the place of a vector, and how many bits that takes.
//!
//! A compressor is one file with one type that implements [`Compressor`]; error correction is not
//! its business but that of [`crate::cluster`].

mod identity;
mod message;
mod one_bit;
mod quantised;
mod random_k;
mod top_k;

pub use identity::Identity;
pub use message::Message;
pub use one_bit::OneBit;
pub use quantised::Quantised;
pub use random_k::RandomK;
pub use top_k::TopK;

use rand_chacha::ChaCha8Rng;

/// Bits of one number.
pub const VALUE_BITS: u64 = 32;

/// Bits of one index into n entries: ⌈log₂ n⌉.
pub const fn index_bits(dimension: usize) -> u64 {
    dimension.next_power_of_two().trailing_zeros() as u64
}

/// Turns vectors into messages.
pub trait Compressor {
    /// Replaces what `message` holds by the compressed `input`, and counts the bits on the wire.
    /// A compressor that draws at random draws from `random` alone.
    fn compress(&mut self, input: &[f64], random: &mut ChaCha8Rng, message: &mut Message);
}
