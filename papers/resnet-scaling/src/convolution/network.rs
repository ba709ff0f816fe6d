//! Stem 1 → 8 with `relu`; blocks h ← relu(h + Δₖ ∗ relu(Aₖ ∗ h)) with 8 channels and no biases;
//! average pool 4; linear to ten classes; cross entropy.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::vectorised;
use harness_numerics::random::uniform;
use rand::Rng;

use super::layers::{self, KERNEL, LANES, Lane, PLANE, SIDE};
use super::loss::{CLASSES, Gradient};

/// Channels of every block.
pub const CHANNELS: usize = 8;
const STEM: usize = CHANNELS * KERNEL;
/// Numbers in one convolution of a block.
pub const CONVOLUTION: usize = CHANNELS * CHANNELS * KERNEL;
const POOLED: usize = 4;
const FEATURES: usize = CHANNELS * POOLED;

/// The network and its buffers.
#[derive(Clone, Debug)]
pub struct Convolutional {
    /// Number of blocks.
    pub depth: usize,
    /// Stem, then A and Δ of each block, then the linear weights and biases.
    pub weights: Vec<f64>,
    states: Vec<Vec<Lane>>,
    branches: Vec<Vec<Lane>>,
    image: Vec<Lane>,
    slopes: Vec<Lane>,
    inner: Vec<Lane>,
    through: Vec<Lane>,
    turned: Vec<f64>,
}

/// Where Aₖ (`second = false`) or Δₖ begins among the weights.
const fn place(block: usize, second: bool) -> usize {
    STEM + (2 * block + second as usize) * CONVOLUTION
}

impl Convolutional {
    /// Kernels, linear weights and biases uniform on ±1/√(fan-in).
    pub fn draw(depth: usize, rng: &mut impl Rng) -> Self {
        let mut network = Self {
            depth,
            weights: vec![0.0; STEM + 2 * depth * CONVOLUTION + CLASSES * FEATURES + CLASSES],
            states: vec![layers::planes(CHANNELS); depth + 1],
            branches: vec![layers::planes(CHANNELS); depth],
            image: layers::planes(1),
            slopes: layers::planes(CHANNELS),
            inner: layers::planes(CHANNELS),
            through: layers::planes(CHANNELS),
            turned: Vec::new(),
        };
        let linear = network.linear();
        for (place, weight) in network.weights.iter_mut().enumerate() {
            let fan_in = if place < STEM {
                KERNEL
            } else if place < linear {
                CHANNELS * KERNEL
            } else {
                FEATURES
            };
            let bound = 1.0 / (fan_in as f64).sqrt();
            *weight = uniform(rng, -bound, bound);
        }
        network
    }

    const fn linear(&self) -> usize {
        STEM + 2 * self.depth * CONVOLUTION
    }

    /// Aₖ (`second = false`) or Δₖ, as (out channel, in channel, 3 × 3).
    pub fn kernel(&self, block: usize, second: bool) -> &[f64] {
        &self.weights[place(block, second)..][..CONVOLUTION]
    }

    /// A gradient of zeros.
    pub fn gradient(&self) -> Gradient {
        Gradient::zero(self.weights.len())
    }

    /// Adds loss, hits and gradient of up to eight labelled images, 64 numbers each. The
    /// gradient of the mean over `count` samples is added; with `count = 0` none is.
    pub fn add(&mut self, samples: &[(&[f64], usize)], count: usize, gradient: &mut Gradient) {
        vectorised(Group {
            network: self,
            samples,
            count,
            gradient,
        });
    }
}

struct Group<'a> {
    network: &'a mut Convolutional,
    samples: &'a [(&'a [f64], usize)],
    count: usize,
    gradient: &'a mut Gradient,
}

impl pulp::NullaryFnOnce for Group<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            network,
            samples,
            count,
            gradient,
        } = self;
        network.forward(samples);
        let (features, logits) = network.outputs();
        let labels = samples.iter().map(|(_, label)| *label);
        let slopes = gradient.add_scores(&logits, labels, count);
        if count > 0 {
            network.backward(&features, &slopes, gradient);
        }
    }
}

impl Convolutional {
    #[inline(always)]
    fn forward(&mut self, samples: &[(&[f64], usize)]) {
        for row in 0..SIDE {
            for column in 0..SIDE {
                let mut lane = [0.0; LANES];
                for (lane, (image, _)) in lane.iter_mut().zip(samples) {
                    *lane = image[row * SIDE + column];
                }
                self.image[layers::pixel(row, column)] = lane;
            }
        }
        layers::convolve(&self.weights[..STEM], &self.image, &mut self.states[0]);
        layers::rectify(&mut self.states[0]);
        for block in 0..self.depth {
            let (first, second) = (place(block, false), place(block, true));
            let (before, after) = self.states.split_at_mut(block + 1);
            let (h, next) = (&before[block], &mut after[0]);
            let branch = &mut self.branches[block];
            layers::convolve(&self.weights[first..][..CONVOLUTION], h, branch);
            layers::rectify(branch);
            layers::convolve(&self.weights[second..][..CONVOLUTION], branch, next);
            for (next, h) in next.as_flattened_mut().iter_mut().zip(h.as_flattened()) {
                *next += h;
            }
            layers::rectify(next);
        }
    }

    /// Pooled features and class scores.
    #[inline(always)]
    fn outputs(&self) -> ([Lane; FEATURES], [Lane; CLASSES]) {
        let last = &self.states[self.depth];
        let mut features = [[0.0; LANES]; FEATURES];
        for channel in 0..CHANNELS {
            for row in 0..SIDE {
                for column in 0..SIDE {
                    let feature = channel * POOLED + row / 4 * 2 + column / 4;
                    let value = &last[channel * PLANE + layers::pixel(row, column)];
                    for lane in 0..LANES {
                        features[feature][lane] += value[lane] / 16.0;
                    }
                }
            }
        }
        let linear = &self.weights[self.linear()..];
        let mut logits = [[0.0; LANES]; CLASSES];
        for class in 0..CLASSES {
            logits[class] = [linear[CLASSES * FEATURES + class]; LANES];
            for feature in 0..FEATURES {
                let weight = linear[class * FEATURES + feature];
                for lane in 0..LANES {
                    logits[class][lane] += weight * features[feature][lane];
                }
            }
        }
        (features, logits)
    }

    #[inline(always)]
    fn backward(
        &mut self,
        features: &[Lane; FEATURES],
        scores: &[Lane; CLASSES],
        gradient: &mut Gradient,
    ) {
        let linear = self.linear();
        let mut pooled = [[0.0; LANES]; FEATURES];
        for (class, scores) in scores.iter().enumerate() {
            let bias = linear + CLASSES * FEATURES + class;
            gradient.weights[bias] += scores.iter().sum::<f64>();
            for (feature, (value, pooled)) in features.iter().zip(&mut pooled).enumerate() {
                let place = linear + class * FEATURES + feature;
                let products = scores.iter().zip(value);
                gradient.weights[place] += products.map(|(a, b)| a * b).sum::<f64>();
                for lane in 0..LANES {
                    pooled[lane] += self.weights[place] * scores[lane];
                }
            }
        }
        for channel in 0..CHANNELS {
            for row in 0..SIDE {
                for column in 0..SIDE {
                    let feature = channel * POOLED + row / 4 * 2 + column / 4;
                    let place = channel * PLANE + layers::pixel(row, column);
                    self.slopes[place] = pooled[feature].map(|slope| slope / 16.0);
                }
            }
        }
        for block in (0..self.depth).rev() {
            let (first, second) = (place(block, false), place(block, true));
            layers::mask(&self.states[block + 1], &mut self.slopes);
            let entries = &mut gradient.weights[second..][..CONVOLUTION];
            layers::correlate(&self.slopes, &self.branches[block], entries);
            let kernel = &self.weights[second..][..CONVOLUTION];
            layers::turned(kernel, CHANNELS, CHANNELS, &mut self.turned);
            layers::convolve(&self.turned, &self.slopes, &mut self.inner);
            layers::mask(&self.branches[block], &mut self.inner);
            let entries = &mut gradient.weights[first..][..CONVOLUTION];
            layers::correlate(&self.inner, &self.states[block], entries);
            let kernel = &self.weights[first..][..CONVOLUTION];
            layers::turned(kernel, CHANNELS, CHANNELS, &mut self.turned);
            layers::convolve(&self.turned, &self.inner, &mut self.through);
            let through = self.through.as_flattened().iter();
            for (slope, through) in self.slopes.as_flattened_mut().iter_mut().zip(through) {
                *slope += through;
            }
        }
        layers::mask(&self.states[0], &mut self.slopes);
        layers::correlate(&self.slopes, &self.image, &mut gradient.weights[..STEM]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn images() -> Vec<Vec<f64>> {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(9);
        let mut image = || (0..64).map(|_| uniform(&mut rng, 0.0, 1.0)).collect();
        (0..LANES).map(|_| image()).collect()
    }

    fn loss(network: &mut Convolutional, images: &[Vec<f64>], count: usize) -> Gradient {
        let labelled = images.iter().enumerate();
        let samples: Vec<(&[f64], usize)> =
            labelled.map(|(k, image)| (&image[..], k % 10)).collect();
        let mut gradient = network.gradient();
        network.add(&samples, count, &mut gradient);
        gradient
    }

    #[test]
    fn the_gradient_is_the_finite_difference() {
        let mut network = Convolutional::draw(3, &mut rand_chacha::ChaCha8Rng::seed_from_u64(2));
        let images = images();
        let exact = loss(&mut network, &images, LANES);
        let step = 1e-6;
        for place in (0..network.weights.len()).step_by(61) {
            let kept = network.weights[place];
            network.weights[place] = kept + step;
            let up = loss(&mut network, &images, 0).loss;
            network.weights[place] = kept - step;
            let down = loss(&mut network, &images, 0).loss;
            network.weights[place] = kept;
            let found = (up - down) / (2.0 * step * LANES as f64);
            let error = (found - exact.weights[place]).abs();
            // The scale of rounding; a kink of ReLU between the two points would show far above it.
            assert!(error < 3e-9, "{place}: {error}");
        }
    }

    #[test]
    fn fewer_samples_than_lanes_are_counted_alone() {
        let mut network = Convolutional::draw(2, &mut rand_chacha::ChaCha8Rng::seed_from_u64(2));
        let images = images();
        let mut parts = network.gradient();
        for range in [0..3, 3..8] {
            let labelled = images
                .iter()
                .enumerate()
                .skip(range.start)
                .take(range.len());
            let samples: Vec<(&[f64], usize)> = labelled.map(|(k, i)| (&i[..], k % 10)).collect();
            network.add(&samples, LANES, &mut parts);
        }
        let whole = loss(&mut network, &images, LANES);
        assert!((parts.loss - whole.loss).abs() < 1e-12);
        assert_eq!(parts.right, whole.right);
        for (part, whole) in parts.weights.iter().zip(&whole.weights) {
            assert!((part - whole).abs() < 1e-13);
        }
    }
}
