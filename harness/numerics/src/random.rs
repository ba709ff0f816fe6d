//! Draws whose bits depend on the generator alone.
//!
//! Library samplers may call the C library's logarithm, or change between versions; these do
//! neither. Each function says how many words it takes from the generator.

use rand::Rng;

use crate::elementary;

/// Uniform on [0, 1): the upper 53 bits of one 64-bit word.
#[inline]
pub fn unit(generator: &mut impl Rng) -> f64 {
    const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;
    (generator.next_u64() >> 11) as f64 * STEP
}

/// Uniform on [low, high). One 64-bit word.
#[inline]
pub fn uniform(generator: &mut impl Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * unit(generator)
}

/// A standard normal number by Marsaglia's polar method, of whose pair the second is dropped.
/// Two 64-bit words a trial; a trial succeeds with probability π/4.
pub fn standard_normal(generator: &mut impl Rng) -> f64 {
    loop {
        let x = uniform(generator, -1.0, 1.0);
        let y = uniform(generator, -1.0, 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * (-2.0 * elementary::ln(square) / square).sqrt();
        }
    }
}

/// Uniform on {0, …, bound − 1} without bias, by Lemire's multiplication with rejection
/// (2019, "Fast random integer generation in an interval"). One 32-bit word a trial; a trial fails
/// with probability below bound/2³², and never where bound is a power of two. 0 for a bound of 0.
#[inline]
pub fn below(generator: &mut impl Rng, bound: u32) -> u32 {
    let mut product = u64::from(generator.next_u32()) * u64::from(bound);
    if (product as u32) < bound {
        let biased = bound.wrapping_neg() % bound;
        while (product as u32) < biased {
            product = u64::from(generator.next_u32()) * u64::from(bound);
        }
    }
    (product >> 32) as u32
}

/// Brings a uniformly drawn ordered selection of `count` elements to the front: the first `count`
/// exchanges of a Fisher–Yates shuffle. Every arrangement is fine to start from.
#[inline]
pub fn select_front<T>(generator: &mut impl Rng, items: &mut [T], count: usize) {
    let length = items.len();
    for place in 0..count.min(length.saturating_sub(1)) {
        let offset = below(generator, (length - place) as u32) as usize;
        items.swap(place, place + offset);
    }
}

/// Shuffles uniformly.
#[inline]
pub fn shuffle<T>(generator: &mut impl Rng, items: &mut [T]) {
    let length = items.len();
    select_front(generator, items, length);
}
