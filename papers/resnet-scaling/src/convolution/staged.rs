//! The paper's residual convolution networks on 32 × 32 colour images, without biases and batch
//! normalisation: a stem of 3 × 3 kernels with `relu`; four stages of w, 2w, 4w, 8w channels (w = 64
//! in the paper) with strides 1, 2, 2, 2; blocks h ← relu(S h + Δₖ ∗ relu(Aₖ ∗ h)), S the identity or,
//! where the shape changes, a 1 × 1 convolution with the same stride; average pool 4; linear to ten
//! classes; cross entropy.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::vectorised;
use harness_numerics::random::uniform;
use rand::Rng;

use super::layers::{self, LANES, Lane};
use super::loss::{CLASSES, Gradient};
use super::strided::{Shape, pixel, plane};

/// Side of an image.
pub const SIDE: usize = 32;
/// Colours of an image.
pub const COLOURS: usize = 3;
/// Side of the planes that are pooled to one number.
const POOLED_SIDE: usize = 4;

/// Blocks in each stage for a number of blocks; `None` for numbers that the paper does not have.
pub const fn stages(depth: usize) -> Option<[usize; 4]> {
    Some(match depth {
        8 => [2, 2, 2, 2],
        11 => [2, 3, 4, 2],
        12 => [2, 3, 5, 2],
        14 => [3, 3, 5, 3],
        16 => [3, 4, 6, 3],
        18 => [3, 4, 8, 3],
        20 => [3, 4, 10, 3],
        24 => [3, 4, 14, 3],
        28 => [3, 4, 18, 3],
        33 => [3, 4, 23, 3],
        42 => [3, 8, 28, 3],
        50 => [3, 8, 36, 3],
        65 => [3, 8, 51, 3],
        80 => [4, 12, 60, 4],
        100 => [4, 18, 74, 4],
        121 => [4, 31, 82, 4],
        _ => return None,
    })
}

/// A convolution and where its weights begin.
#[derive(Clone, Copy, Debug)]
struct Placed {
    shape: Shape,
    from: usize,
}

impl Placed {
    fn of(self, weights: &[f64]) -> &[f64] {
        &weights[self.from..][..self.shape.weights()]
    }

    fn of_mut(self, weights: &mut [f64]) -> &mut [f64] {
        &mut weights[self.from..][..self.shape.weights()]
    }
}

/// One residual block.
#[derive(Clone, Copy, Debug)]
struct Block {
    first: Placed,
    second: Placed,
    shortcut: Option<Placed>,
}

/// The network and its buffers.
#[derive(Clone, Debug)]
pub struct Staged {
    /// Stem, then A, Δ and S of each block, then the linear weights and biases.
    pub weights: Vec<f64>,
    stem: Placed,
    blocks: Vec<Block>,
    linear: usize,
    features: usize,
    image: Vec<Lane>,
    states: Vec<Vec<Lane>>,
    branches: Vec<Vec<Lane>>,
}

fn planes(channels: usize, side: usize) -> Vec<Lane> {
    vec![[0.0; LANES]; channels * plane(side)]
}

/// Places convolutions one behind the other.
fn placed(end: &mut usize, shape: Shape) -> Placed {
    let from = *end;
    *end += shape.weights();
    Placed { shape, from }
}

impl Staged {
    /// Draws a network with these numbers of blocks and w = `width`, a multiple of four: kernels,
    /// linear weights and biases uniform on ±1/√(fan-in).
    pub fn draw(stages: [usize; 4], width: usize, rng: &mut impl Rng) -> Self {
        let shape = |inputs, outputs, side, kernel, stride| Shape {
            inputs,
            outputs,
            side,
            kernel,
            stride,
        };
        let mut end = 0;
        let stem = placed(&mut end, shape(COLOURS, width, SIDE, 3, 1));
        let (mut channels, mut side) = (width, SIDE);
        let mut blocks = Vec::new();
        for (stage, count) in stages.into_iter().enumerate() {
            for block in 0..count {
                let stride = if block == 0 && stage > 0 { 2 } else { 1 };
                let outputs = width << stage;
                let first = placed(&mut end, shape(channels, outputs, side, 3, stride));
                let after = side / stride;
                let second = placed(&mut end, shape(outputs, outputs, after, 3, 1));
                let changes = stride > 1 || channels != outputs;
                let shortcut =
                    changes.then(|| placed(&mut end, shape(channels, outputs, side, 1, stride)));
                blocks.push(Block {
                    first,
                    second,
                    shortcut,
                });
                (channels, side) = (outputs, after);
            }
        }
        let mut weights = vec![0.0; end + CLASSES * channels + CLASSES];
        let mut fill = |weights: &mut [f64], fan_in: usize| {
            let bound = 1.0 / (fan_in as f64).sqrt();
            for weight in weights {
                *weight = uniform(rng, -bound, bound);
            }
        };
        fill(stem.of_mut(&mut weights), stem.shape.fan_in());
        for block in &blocks {
            let convolutions = [Some(block.first), Some(block.second), block.shortcut];
            for convolution in convolutions.into_iter().flatten() {
                fill(convolution.of_mut(&mut weights), convolution.shape.fan_in());
            }
        }
        fill(&mut weights[end..], channels);
        let state = |block: &Block| planes(block.second.shape.outputs, block.second.shape.side);
        let mut states = vec![planes(width, SIDE)];
        states.extend(blocks.iter().map(state));
        Self {
            weights,
            stem,
            linear: end,
            features: channels,
            image: planes(COLOURS, SIDE),
            branches: blocks.iter().map(state).collect(),
            states,
            blocks,
        }
    }

    /// Number of blocks.
    pub const fn depth(&self) -> usize {
        self.blocks.len()
    }

    /// The kernel Aₖ (`second = false`) or Δₖ and its shape.
    pub fn kernel(&self, block: usize, second: bool) -> (&[f64], Shape) {
        let block = &self.blocks[block];
        let placed = if second { block.second } else { block.first };
        (placed.of(&self.weights), placed.shape)
    }

    /// A gradient of zeros.
    pub fn gradient(&self) -> Gradient {
        Gradient::zero(self.weights.len())
    }

    /// Adds loss, hits and gradient of up to eight labelled images: red, green and blue planes row
    /// by row. The gradient of the mean over `count` samples is added; with `count = 0` none is.
    pub fn add(&mut self, samples: &[(Vec<f64>, usize)], count: usize, gradient: &mut Gradient) {
        vectorised(Group {
            network: self,
            samples,
            count,
            gradient,
        });
    }
}

struct Group<'a> {
    network: &'a mut Staged,
    samples: &'a [(Vec<f64>, usize)],
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
        let (features, scores) = network.outputs();
        let labels = samples.iter().map(|(_, label)| *label);
        let slopes = gradient.add_scores(&scores, labels, count);
        if count > 0 {
            network.backward(&features, &slopes, gradient);
        }
    }
}

impl Staged {
    #[inline(always)]
    fn forward(&mut self, samples: &[(Vec<f64>, usize)]) {
        for colour in 0..COLOURS {
            for row in 0..SIDE {
                for column in 0..SIDE {
                    let mut values = [0.0; LANES];
                    for (value, (image, _)) in values.iter_mut().zip(samples) {
                        *value = image[(colour * SIDE + row) * SIDE + column];
                    }
                    self.image[colour * plane(SIDE) + pixel(SIDE, row, column)] = values;
                }
            }
        }
        let stem = self.stem;
        let kernel = stem.of(&self.weights);
        stem.shape
            .convolve(kernel, &self.image, &mut self.states[0]);
        layers::rectify(&mut self.states[0]);
        for (number, block) in self.blocks.iter().enumerate() {
            let (before, after) = self.states.split_at_mut(number + 1);
            let (h, next) = (&before[number], &mut after[0]);
            let branch = &mut self.branches[number];
            let (first, second) = (block.first, block.second);
            first.shape.convolve(first.of(&self.weights), h, branch);
            layers::rectify(branch);
            second
                .shape
                .convolve(second.of(&self.weights), branch, next);
            let mut carried = Vec::new();
            let carried: &[Lane] = if let Some(shortcut) = block.shortcut {
                carried.resize(next.len(), [0.0; LANES]);
                let kernel = shortcut.of(&self.weights);
                shortcut.shape.convolve(kernel, h, &mut carried);
                &carried
            } else {
                h
            };
            for (next, h) in next
                .as_flattened_mut()
                .iter_mut()
                .zip(carried.as_flattened())
            {
                *next += h;
            }
            layers::rectify(next);
        }
    }

    /// Pooled features and class scores.
    #[inline(always)]
    fn outputs(&self) -> (Vec<Lane>, [Lane; CLASSES]) {
        let last = &self.states[self.blocks.len()];
        let mut features = vec![[0.0; LANES]; self.features];
        for (channel, feature) in features.iter_mut().enumerate() {
            for row in 0..POOLED_SIDE {
                for column in 0..POOLED_SIDE {
                    let place = channel * plane(POOLED_SIDE) + pixel(POOLED_SIDE, row, column);
                    for lane in 0..LANES {
                        feature[lane] += last[place][lane] / 16.0;
                    }
                }
            }
        }
        let linear = &self.weights[self.linear..];
        let mut scores = [[0.0; LANES]; CLASSES];
        for (class, scores) in scores.iter_mut().enumerate() {
            *scores = [linear[CLASSES * self.features + class]; LANES];
            for (feature, weight) in features.iter().zip(&linear[class * self.features..]) {
                for lane in 0..LANES {
                    scores[lane] += weight * feature[lane];
                }
            }
        }
        (features, scores)
    }

    #[inline(always)]
    fn backward(&self, features: &[Lane], scores: &[Lane; CLASSES], gradient: &mut Gradient) {
        let mut pooled = vec![[0.0; LANES]; self.features];
        for (class, scores) in scores.iter().enumerate() {
            let bias = self.linear + CLASSES * self.features + class;
            gradient.weights[bias] += scores.iter().sum::<f64>();
            for (feature, (value, pooled)) in features.iter().zip(&mut pooled).enumerate() {
                let place = self.linear + class * self.features + feature;
                let products = scores.iter().zip(value);
                gradient.weights[place] += products.map(|(a, b)| a * b).sum::<f64>();
                for lane in 0..LANES {
                    pooled[lane] += self.weights[place] * scores[lane];
                }
            }
        }
        let mut slopes = planes(self.features, POOLED_SIDE);
        for (channel, pooled) in pooled.iter().enumerate() {
            for row in 0..POOLED_SIDE {
                for column in 0..POOLED_SIDE {
                    let place = channel * plane(POOLED_SIDE) + pixel(POOLED_SIDE, row, column);
                    slopes[place] = pooled.map(|slope| slope / 16.0);
                }
            }
        }
        for (number, block) in self.blocks.iter().enumerate().rev() {
            let (first, second) = (block.first, block.second);
            let (h, branch) = (&self.states[number], &self.branches[number]);
            layers::mask(&self.states[number + 1], &mut slopes);
            let entries = second.of_mut(&mut gradient.weights);
            second.shape.correlate(&slopes, branch, entries);
            let mut inner = vec![[0.0; LANES]; branch.len()];
            let kernel = second.of(&self.weights);
            second.shape.carry_back(kernel, &slopes, &mut inner);
            layers::mask(branch, &mut inner);
            let entries = first.of_mut(&mut gradient.weights);
            first.shape.correlate(&inner, h, entries);
            // What reaches h through S, then through the branch.
            let mut through = if let Some(shortcut) = block.shortcut {
                let entries = shortcut.of_mut(&mut gradient.weights);
                shortcut.shape.correlate(&slopes, h, entries);
                let mut through = vec![[0.0; LANES]; h.len()];
                let kernel = shortcut.of(&self.weights);
                shortcut.shape.carry_back(kernel, &slopes, &mut through);
                through
            } else {
                slopes
            };
            let kernel = first.of(&self.weights);
            first.shape.carry_back(kernel, &inner, &mut through);
            slopes = through;
        }
        layers::mask(&self.states[0], &mut slopes);
        let entries = self.stem.of_mut(&mut gradient.weights);
        self.stem.shape.correlate(&slopes, &self.image, entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_stages_have_as_many_blocks_as_the_network() {
        let known = (0..200).filter_map(|depth| Some((depth, stages(depth)?)));
        let mut count = 0;
        for (depth, stages) in known {
            assert_eq!(stages.iter().sum::<usize>(), depth);
            count += 1;
        }
        assert_eq!(count, 16);
    }

    #[test]
    fn the_paper_s_network_has_the_known_number_of_parameters() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        let network = Staged::draw([2, 2, 2, 2], 64, &mut rng);
        let kernel = |from: usize, to: usize| from * to * 9;
        let mut expected = kernel(3, 64) + 4 * kernel(64, 64) + 512 * 10 + 10;
        for (from, to) in [(64, 128), (128, 256), (256, 512)] {
            expected += kernel(from, to) + 3 * kernel(to, to) + from * to;
        }
        assert_eq!(network.weights.len(), expected);
    }

    #[test]
    fn the_gradient_is_the_finite_difference_through_every_stage() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        let mut network = Staged::draw([1, 2, 1, 1], 4, &mut rng);
        let samples: Vec<(Vec<f64>, usize)> = (0..3)
            .map(|label| {
                let pixels = COLOURS * SIDE * SIDE;
                let image = (0..pixels).map(|_| uniform(&mut rng, -1.0, 1.0)).collect();
                (image, label)
            })
            .collect();
        let mut exact = network.gradient();
        network.add(&samples, samples.len(), &mut exact);
        let loss = |network: &mut Staged| {
            let mut gradient = network.gradient();
            network.add(&samples, 0, &mut gradient);
            gradient.loss
        };
        let step = 1e-6;
        let largest = exact.weights.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        assert!(largest > 1e-3, "{largest}");
        for place in (0..network.weights.len()).step_by(97) {
            let kept = network.weights[place];
            network.weights[place] = kept + step;
            let up = loss(&mut network);
            network.weights[place] = kept - step;
            let down = loss(&mut network);
            network.weights[place] = kept;
            let found = (up - down) / (2.0 * step * samples.len() as f64);
            let error = (found - exact.weights[place]).abs();
            assert!(error < 1e-8 + 1e-5 * largest, "{place}: {error}");
        }
    }
}
