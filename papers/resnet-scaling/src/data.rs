//! What the networks learn: the paper's generator, and embedded images of digits.

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

/// Side of what the random convolutions leave of an image.
const PLACES: usize = 5;

/// Number of digit samples used: 56 batches.
pub const DIGITS: usize = 1792;

/// Number of MNIST samples used: 64 batches.
pub const MNIST: usize = 2048;

/// An untrained convolution without padding and without a bias.
struct RandomConvolution {
    kernel: Vec<f64>,
    side: usize,
    stride: usize,
}

impl RandomConvolution {
    /// Entries uniform on ±1/√(fan-in).
    fn draw(side: usize, stride: usize, rng: &mut impl Rng) -> Self {
        let bound = 1.0 / side as f64;
        let entries = 0..side * side;
        Self {
            kernel: entries
                .map(|_| random::uniform(rng, -bound, bound))
                .collect(),
            side,
            stride,
        }
    }

    /// What it makes of a square image.
    fn apply(&self, image: &[f64]) -> Vec<f64> {
        let from = image.len().isqrt();
        let to = (from - self.side) / self.stride + 1;
        let mut out = vec![0.0; to * to];
        for (place, out) in out.iter_mut().enumerate() {
            let (row, column) = (place / to * self.stride, place % to * self.stride);
            for (offset, weight) in self.kernel.iter().enumerate() {
                let pixel = (row + offset / self.side) * from + column + offset % self.side;
                *out += weight * image[pixel];
            }
        }
        out
    }
}

/// The first `count` images after a random permutation through `layers`, to unit length. The target
/// is the label's unit vector in the first ten coordinates.
fn embedded(
    data: &Dataset,
    count: usize,
    layers: &[RandomConvolution],
    rng: &mut impl Rng,
) -> Samples<25> {
    let mut order: Vec<usize> = (0..data.rows).collect();
    random::shuffle(rng, &mut order);
    let mut samples = Samples {
        inputs: Vec::with_capacity(count),
        targets: Vec::with_capacity(count),
    };
    for index in &order[..count] {
        let image = data.features(*index).to_vec();
        let features = layers
            .iter()
            .fold(image, |image, layer| layer.apply(&image));
        let mut input = [0.0; PLACES * PLACES];
        input.copy_from_slice(&features);
        normalise(&mut input);
        let mut target = [0.0; PLACES * PLACES];
        target[data.label(*index) as usize] = 1.0;
        samples.inputs.push(input);
        samples.targets.push(target);
    }
    samples
}

/// Refuses a data set with other images.
fn check_shape(data: &Dataset, side: usize, least: usize) -> Result<(), CellError> {
    if data.columns == side * side + 1 && data.rows >= least {
        return Ok(());
    }
    let message = format!(
        "{}: {} × {} is not the expected shape",
        data.name, data.rows, data.columns
    );
    Err(CellError::Bug(message))
}

/// 8 × 8 digits through one random 4 × 4 convolution: 25 numbers.
///
/// # Errors
/// A data set of another shape.
pub fn digits(data: &Dataset, rng: &mut impl Rng) -> Result<Samples<25>, CellError> {
    check_shape(data, 8, DIGITS)?;
    let layers = [RandomConvolution::draw(4, 1, rng)];
    Ok(embedded(data, DIGITS, &layers, rng))
}

/// 28 × 28 digits through two random convolutions, 5 × 5 and 3 × 3, both with stride 2: 25 numbers,
/// as in the released code.
///
/// # Errors
/// A data set of another shape.
pub fn mnist(data: &Dataset, rng: &mut impl Rng) -> Result<Samples<25>, CellError> {
    check_shape(data, 28, MNIST)?;
    let layers = [
        RandomConvolution::draw(5, 2, rng),
        RandomConvolution::draw(3, 2, rng),
    ];
    Ok(embedded(data, MNIST, &layers, rng))
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

    fn images(rows: usize, side: usize) -> Dataset {
        let mut values = Vec::new();
        for row in 0..rows {
            values.extend((0..side * side).map(|pixel| ((row * 7 + pixel * 3) % 17) as f64));
            values.push((row % 10) as f64);
        }
        Dataset {
            name: "images".into(),
            rows,
            columns: side * side + 1,
            values,
        }
    }

    #[test]
    fn embedded_images_are_unit_vectors_with_unit_targets() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let small = digits(&images(1797, 8), &mut rng).expect("the shape fits");
        let large = mnist(&images(2100, 28), &mut rng).expect("the shape fits");
        assert_eq!((small.len(), large.len()), (DIGITS, MNIST));
        for samples in [small, large] {
            for (input, target) in samples.inputs.iter().zip(&samples.targets) {
                assert!((input.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-12);
                assert!((target[..10].iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
        assert!(digits(&images(1797, 7), &mut rng).is_err());
        assert!(mnist(&images(1797, 28), &mut rng).is_err());
    }

    #[test]
    fn a_convolution_takes_every_second_place() {
        let convolution = RandomConvolution {
            kernel: vec![0.0, 1.0, 0.0, 0.0],
            side: 2,
            stride: 2,
        };
        let image: Vec<f64> = (0..16).map(f64::from).collect();
        assert_eq!(convolution.apply(&image), [1.0, 3.0, 9.0, 11.0]);
    }
}
