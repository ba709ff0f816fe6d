//! The split of trained weights into a trend over k/L and a noise around it.
//!
//! A network of depth L gives cumulative sums S(i) = L^(β−1) Σ_{k < ⌊L i/T⌋} Aₖ, i = 0..T. A trend
//! Ī, the mean of S over some networks or the S of one network, gives back the weights
//! L^(−β) T (Ī(j+1) − Ī(j)) for the layers with ⌊T k/L⌋ = j.

use crate::training::{Network, Scaling};

/// How the trend is carried from network to network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// T: how many values the trend has.
    pub bins: usize,
    /// The exponent β that is assumed.
    pub exponent: f64,
    /// Whether |δₖ| is folded into (Aₖ, bₖ), which leaves its sign outside: exact for `relu`.
    pub folded: bool,
}

impl Split {
    /// The sums S(0), …, S(T) of a network, one block of (A, b) after another.
    pub fn sums(&self, network: &Network<f64>) -> Vec<f64> {
        let block = network.block();
        let folded = self.folded.then(|| network.measured());
        let tensor = folded.as_deref().unwrap_or(&network.weights);
        let depth = network.depth;
        let factor = libm::pow(depth as f64, self.exponent - 1.0);
        let mut sums = vec![0.0; (self.bins + 1) * block];
        let mut total = vec![0.0; block];
        let mut next = 0;
        for bin in 0..=self.bins {
            let end = depth * bin / self.bins;
            for layer in next..end {
                for (total, entry) in total.iter_mut().zip(&tensor[layer * block..]) {
                    *total += entry;
                }
            }
            next = next.max(end);
            for (sum, total) in sums[bin * block..].iter_mut().zip(&total) {
                *sum = factor * total;
            }
        }
        sums
    }

    /// The network whose weights follow a trend, with the δ of a trained one.
    pub fn network(
        &self,
        sums: &[f64],
        (width, depth): (usize, usize),
        scales: &[f64],
    ) -> Network<f64> {
        let scaling = match scales.len() {
            0 => Scaling::None,
            1 if depth > 1 => Scaling::Shared,
            _ => Scaling::Multi,
        };
        let mut network = Network::zero(width, depth, scaling);
        let block = network.block();
        let factor = libm::pow(depth as f64, -self.exponent) * self.bins as f64;
        for (layer, weights) in network.weights.chunks_exact_mut(block).enumerate() {
            let bin = self.bins * layer / depth;
            let (from, to) = (&sums[bin * block..], &sums[(bin + 1) * block..]);
            for (weight, (from, to)) in weights.iter_mut().zip(from.iter().zip(to)) {
                *weight = factor * (to - from);
            }
        }
        network.scales = scales.to_vec();
        if self.folded && scaling == Scaling::Multi {
            for scale in &mut network.scales {
                *scale = if *scale < 0.0 { -1.0 } else { 1.0 };
            }
        }
        network
    }
}

/// The mean of several networks' sums.
pub fn mean(all: &[&[f64]]) -> Vec<f64> {
    let mut mean = vec![0.0; all.first().map_or(0, |first| first.len())];
    for sums in all {
        for (mean, sum) in mean.iter_mut().zip(*sums) {
            *mean += sum / all.len() as f64;
        }
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: usize = 6;

    fn network(depth: usize, scaling: Scaling, weight: impl Fn(usize) -> f64) -> Network<f64> {
        let mut network = Network::zero(2, depth, scaling);
        for (layer, block) in network.weights.chunks_exact_mut(BLOCK).enumerate() {
            for (place, entry) in block.iter_mut().enumerate() {
                *entry = weight(layer) * (1.0 + place as f64);
            }
        }
        network
    }

    #[test]
    fn as_many_bins_as_layers_give_the_weights_back() {
        let mut trained = network(12, Scaling::Multi, |layer| libm::sin(layer as f64));
        for (layer, scale) in trained.scales.iter_mut().enumerate() {
            *scale = 0.5 - 0.1 * layer as f64;
        }
        for folded in [false, true] {
            let split = Split {
                bins: 12,
                exponent: 0.3,
                folded,
            };
            let back = split.network(&split.sums(&trained), (2, 12), &trained.scales);
            let product = |network: &Network<f64>, place: usize| {
                network.weights[place] * network.scales[place / BLOCK]
            };
            for place in 0..12 * BLOCK {
                assert!((product(&back, place) - product(&trained, place)).abs() < 1e-13);
            }
            assert_eq!(folded, back.scales[9].abs() > 0.99);
        }
    }

    #[test]
    fn a_common_trend_carries_over_and_alternating_noise_does_not() {
        // Aₖ = L^-β (1 + k/L) + an alternating part that cancels over two layers.
        let split = Split {
            bins: 8,
            exponent: 0.2,
            folded: false,
        };
        let at = |depth: usize, noise: f64| {
            network(depth, Scaling::Shared, move |layer| {
                let sign = if layer % 2 == 0 { 1.0 } else { -1.0 };
                let trend = 1.0 + layer as f64 / depth as f64;
                libm::pow(depth as f64, -0.2) * trend + sign * noise
            })
        };
        let sums: Vec<Vec<f64>> = [64, 128].map(|depth| split.sums(&at(depth, 0.5))).to_vec();
        let shared = mean(&[&sums[0], &sums[1]]);
        let smooth = split.network(&shared, (2, 256), &[0.3]);
        let exact = at(256, 0.0);
        for (smooth, exact) in smooth.weights.iter().zip(&exact.weights) {
            let error = (smooth - exact).abs() / exact.abs();
            assert!(error < 0.08, "{error}");
        }
        assert_eq!(smooth.scales, [0.3]);
    }
}
