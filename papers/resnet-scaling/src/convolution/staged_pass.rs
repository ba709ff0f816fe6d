//! Forward and backward pass of [`super::staged`] by hand, for eight images at a time.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::kernels::vectorised;

use super::layers::{self, LANES, Lane};
use super::loss::{CLASSES, Gradient};
use super::staged::{COLOURS, POOLED_SIDE, SIDE, Staged, planes};
use super::strided::{pixel, plane};

impl Staged {
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
    use harness_numerics::random::uniform;
    use rand::SeedableRng;

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
