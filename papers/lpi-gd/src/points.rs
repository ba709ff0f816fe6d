//! Data points in the unit cube.

use harness_numerics::random::uniform;
use rand::Rng;

/// Points of [0, 1]ᵈ, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    dimension: usize,
    coordinates: Vec<f64>,
}

/// The share of the cube left free on each side, so that interpolation windows fit: h′.
pub const MARGIN: f64 = 0.1;

impl Points {
    /// Points from their coordinates, point by point.
    ///
    /// # Panics
    /// If the number of coordinates is not a multiple of a positive dimension.
    pub fn new(dimension: usize, coordinates: Vec<f64>) -> Self {
        assert!(dimension > 0 && coordinates.len().is_multiple_of(dimension));
        Self {
            dimension,
            coordinates,
        }
    }

    /// `count` points uniform on [0.1, 0.9]ᵈ, drawn point by point: fewer are the first of more.
    pub fn uniform(rng: &mut impl Rng, count: usize, dimension: usize) -> Self {
        let draw = |_| uniform(rng, MARGIN, 1.0 - MARGIN);
        Self::new(dimension, (0..count * dimension).map(draw).collect())
    }

    /// A sequence without randomness for cross-checks: x_i = 0.1 + 0.8 frac((i + ½) g) with the
    /// inverse golden ratio and its generalisations as g; d ≤ 3.
    ///
    /// # Panics
    /// If d > 3.
    pub fn deterministic(count: usize, dimension: usize) -> Self {
        const STRIDES: [&[f64]; 3] = [
            &[0.618_033_988_749_894_9],
            &[0.754_877_666_246_692_7, 0.569_840_290_998_053_2],
            &[
                0.819_172_513_396_164_5,
                0.671_043_606_703_789_3,
                0.549_700_477_901_970_3,
            ],
        ];
        let strides = STRIDES[dimension - 1];
        let coordinates = (0..count).flat_map(|index| {
            strides.iter().map(move |stride| {
                let turns = (index as f64 + 0.5) * stride;
                MARGIN + (1.0 - 2.0 * MARGIN) * (turns - libm::floor(turns))
            })
        });
        Self::new(dimension, coordinates.collect())
    }

    /// Number of points: n.
    pub const fn len(&self) -> usize {
        self.coordinates.len() / self.dimension
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.coordinates.is_empty()
    }

    /// Dimension of the data: d.
    pub const fn dimension(&self) -> usize {
        self.dimension
    }

    /// One point.
    pub fn get(&self, index: usize) -> &[f64] {
        &self.coordinates[index * self.dimension..(index + 1) * self.dimension]
    }

    /// All points in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.coordinates.chunks_exact(self.dimension)
    }

    /// The weights of a plain mean: 1/n for each point.
    pub fn equal_weights(&self) -> Vec<f64> {
        vec![1.0 / self.len() as f64; self.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn fewer_points_are_the_first_of_more() {
        let draw =
            |count| Points::uniform(&mut rand_chacha::ChaCha8Rng::seed_from_u64(1), count, 2);
        let (few, many) = (draw(10), draw(100));
        assert!(few.iter().zip(many.iter()).all(|(a, b)| a == b));
        assert!(many.iter().flatten().all(|x| (0.1..0.9).contains(x)));
    }
}
