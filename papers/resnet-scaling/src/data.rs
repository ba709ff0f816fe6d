//! What the networks learn: the paper's generator, and embedded digits.

use harness_core::{CellError, Dataset};
use harness_numerics::elementary;
use harness_numerics::random;
use rand::Rng;

use crate::training::kernels::{BATCH, Panel};

/// Inputs and targets of width D.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples<const D: usize> {
    /// x.
    pub inputs: Vec<[f64; D]>,
    /// y.
    pub targets: Vec<[f64; D]>,
}

/// z after 100 steps of size 1/100^½ through tanh(sin(s) z + cos(s)), s from 0 to 5π, elementwise.
pub fn target(z: &mut [f64]) {
    const STEPS: u32 = 100;
    let size = 1.0 / f64::from(STEPS).sqrt();
    let mut image = z.to_vec();
    for step in 0..STEPS {
        let s = 5.0 * std::f64::consts::PI * f64::from(step) / f64::from(STEPS);
        let (sine, cosine) = libm::sincos(s);
        for (image, z) in image.iter_mut().zip(&*z) {
            *image = sine * z + cosine;
        }
        elementary::tanh_in_place(&mut image);
        for (image, z) in image.iter().zip(&mut *z) {
            *z += size * image;
        }
    }
}

/// Divides by the Euclidean norm.
pub fn normalise(row: &mut [f64]) {
    let norm = row.iter().map(|x| x * x).sum::<f64>().sqrt();
    for x in row {
        *x /= norm;
    }
}

impl<const D: usize> Samples<D> {
    /// x uniform on [−1, 1]ᵈ, y from [`target`] of the raw x; then both to unit length.
    pub fn synthetic(count: usize, rng: &mut impl Rng) -> Self {
        let mut inputs = vec![[0.0; D]; count];
        for x in inputs.as_flattened_mut() {
            *x = random::uniform(rng, -1.0, 1.0);
        }
        let mut targets = inputs.clone();
        target(targets.as_flattened_mut());
        for row in inputs.iter_mut().chain(&mut targets) {
            normalise(row);
        }
        Self { inputs, targets }
    }

    /// Keeps the first `count` samples and returns the rest.
    #[must_use]
    pub fn split_off(&mut self, count: usize) -> Self {
        Self {
            inputs: self.inputs.split_off(count),
            targets: self.targets.split_off(count),
        }
    }

    /// Keeps the first `count` samples.
    pub fn truncate(&mut self, count: usize) {
        self.inputs.truncate(count);
        self.targets.truncate(count);
    }

    /// Number of samples.
    pub const fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Whether there are no samples.
    pub const fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Writes the samples of these indices into panels, samples innermost.
    pub fn gather(&self, indices: &[u32], x: &mut Panel<f64, D>, y: &mut Panel<f64, D>) {
        for (lane, index) in indices.iter().enumerate().take(BATCH) {
            let (input, target) = (
                &self.inputs[*index as usize],
                &self.targets[*index as usize],
            );
            for j in 0..D {
                x[j][lane] = input[j];
                y[j][lane] = target[j];
            }
        }
    }
}

/// Side of a digit image and of the random kernel that embeds it.
const SIDE: usize = 8;
const KERNEL: usize = 4;
/// Side of what the convolution leaves.
const PLACES: usize = SIDE - KERNEL + 1;

/// Number of digit samples used: 56 batches.
pub const DIGITS: usize = 1792;

/// Digits through one random 4 × 4 convolution without padding: 25 numbers, to unit length. The
/// target is the label's unit vector in the first ten coordinates.
///
/// # Errors
/// A data set of another shape.
pub fn digits(data: &Dataset, rng: &mut impl Rng) -> Result<Samples<25>, CellError> {
    if data.columns != SIDE * SIDE + 1 || data.rows < DIGITS {
        let message = format!(
            "digits: {} × {} is not the expected shape",
            data.rows, data.columns
        );
        return Err(CellError::Bug(message));
    }
    let mut kernel = [0.0; KERNEL * KERNEL];
    for entry in &mut kernel {
        *entry = random::uniform(rng, -0.25, 0.25);
    }
    let mut order: Vec<usize> = (0..data.rows).collect();
    random::shuffle(rng, &mut order);
    let mut samples = Samples {
        inputs: Vec::with_capacity(DIGITS),
        targets: Vec::with_capacity(DIGITS),
    };
    for index in &order[..DIGITS] {
        let image = data.features(*index);
        let mut input = [0.0; 25];
        for (place, feature) in input.iter_mut().enumerate() {
            let (row, column) = (place / PLACES, place % PLACES);
            for (offset, weight) in kernel.iter().enumerate() {
                let pixel = (row + offset / KERNEL) * SIDE + column + offset % KERNEL;
                *feature += weight * image[pixel];
            }
        }
        normalise(&mut input);
        let mut target = [0.0; 25];
        target[data.label(*index) as usize] = 1.0;
        samples.inputs.push(input);
        samples.targets.push(target);
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn target_has_the_golden_value() {
        let mut z = [0.3, -0.7];
        target(&mut z);
        assert!((z[0] - 2.599_350_042_243_779).abs() < 1e-13, "{z:?}");
        assert!((z[1] - 1.430_103_766_115_79).abs() < 1e-13, "{z:?}");
        normalise(&mut z);
        assert!((z[0] - 0.876_150_251_495_044).abs() < 1e-14);
        assert!((z[1] - 0.482_038_107_212_668).abs() < 1e-14);
    }

    #[test]
    fn synthetic_targets_come_from_the_raw_inputs() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let samples = Samples::<10>::synthetic(64, &mut rng);
        let mut again = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let mut raw = [0.0; 10];
        for x in &mut raw {
            *x = random::uniform(&mut again, -1.0, 1.0);
        }
        let mut input = raw;
        normalise(&mut input);
        target(&mut raw);
        normalise(&mut raw);
        let bits = |row: &[f64; 10]| row.map(f64::to_bits);
        assert_eq!(bits(&samples.inputs[0]), bits(&input));
        assert_eq!(bits(&samples.targets[0]), bits(&raw));
    }

    #[test]
    fn embedded_digits_are_unit_vectors_with_unit_targets() {
        let rows = 1797;
        let mut values = Vec::new();
        for row in 0..rows {
            values.extend((0..64).map(|pixel| f64::from((row * 7 + pixel * 3) % 17)));
            values.push(f64::from(row % 10));
        }
        let data = Dataset {
            name: "digits".into(),
            rows: rows as usize,
            columns: 65,
            values,
        };
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let samples = digits(&data, &mut rng).expect("the shape fits");
        assert_eq!(samples.len(), DIGITS);
        for (input, target) in samples.inputs.iter().zip(&samples.targets) {
            assert!((input.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-12);
            assert!((target[..10].iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let narrow = Dataset {
            columns: 64,
            ..data
        };
        assert!(digits(&narrow, &mut rng).is_err());
    }
}
