//! The paper's residual convolution networks on 32 × 32 colour images, without biases and batch
//! normalisation: a stem of 3 × 3 kernels with `relu`; four stages of w, 2w, 4w, 8w channels (w = 64
//! in the paper) with strides 1, 2, 2, 2; blocks h ← relu(S h + Δₖ ∗ relu(Aₖ ∗ h)), S the identity or,
//! where the shape changes, a 1 × 1 convolution with the same stride; average pool 4; linear to ten
//! classes; cross entropy.

use harness_numerics::random::uniform;
use rand::Rng;

use super::layers::{LANES, Lane};
use super::loss::{CLASSES, Gradient};
use super::strided::{Shape, plane};

/// Side of an image.
pub const SIDE: usize = 32;
/// Colours of an image.
pub const COLOURS: usize = 3;
/// Side of the planes that are pooled to one number.
pub(super) const POOLED_SIDE: usize = 4;

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
pub(super) struct Placed {
    pub(super) shape: Shape,
    from: usize,
}

impl Placed {
    pub(super) fn of(self, weights: &[f64]) -> &[f64] {
        &weights[self.from..][..self.shape.weights()]
    }

    pub(super) fn of_mut(self, weights: &mut [f64]) -> &mut [f64] {
        &mut weights[self.from..][..self.shape.weights()]
    }
}

/// One residual block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) first: Placed,
    pub(super) second: Placed,
    pub(super) shortcut: Option<Placed>,
}

/// The network and its buffers.
#[derive(Clone, Debug)]
pub struct Staged {
    /// Stem, then A, Δ and S of each block, then the linear weights and biases.
    pub weights: Vec<f64>,
    pub(super) stem: Placed,
    pub(super) blocks: Vec<Block>,
    pub(super) linear: usize,
    pub(super) features: usize,
    pub(super) image: Vec<Lane>,
    pub(super) states: Vec<Vec<Lane>>,
    pub(super) branches: Vec<Vec<Lane>>,
}

pub(super) fn planes(channels: usize, side: usize) -> Vec<Lane> {
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
}
