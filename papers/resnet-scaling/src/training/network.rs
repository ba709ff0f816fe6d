//! The residual network hₖ₊₁ = hₖ + δₖ σ(hₖ Aₖ + bₖ), rows being samples.

use harness_numerics::random::standard_normal;
use rand::Rng;
use serde::Deserialize;

use crate::real::Real;

/// How the residual branches are scaled: the kinds of δ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// One trained number for all layers, of which the magnitude is used; 1/L at first.
    Shared,
    /// A trained number for each layer, used with its sign; N(0, 1/L²) at first.
    Multi,
    /// 1, not trained.
    None,
}

/// How A and b are drawn at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialisation {
    /// Entries of A from N(0, (s/(L d))²), of b from N(0, (s/(L √d))²).
    XavierDepth,
    /// The same without 1/L.
    Xavier,
}

/// The parameters of a network of width d and depth L.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<T> {
    /// d.
    pub width: usize,
    /// L.
    pub depth: usize,
    /// What δ is.
    pub scaling: Scaling,
    /// For each layer a block of d² + d numbers: A row by row, then b.
    pub weights: Vec<T>,
    /// The trained δ: one, L or none.
    pub scales: Vec<T>,
}

impl<T: Real> Network<T> {
    /// All weights zero; δ = 1/L if shared, 0 if one for each layer.
    pub fn zero(width: usize, depth: usize, scaling: Scaling) -> Self {
        let scales = match scaling {
            Scaling::Shared => vec![T::from_f64(1.0 / depth as f64)],
            Scaling::Multi => vec![T::ZERO; depth],
            Scaling::None => Vec::new(),
        };
        Self {
            width,
            depth,
            scaling,
            weights: vec![T::ZERO; depth * (width * width + width)],
            scales,
        }
    }

    /// Draws a network: layer by layer A and b, then the δ.
    pub fn draw(
        (width, depth): (usize, usize),
        scaling: Scaling,
        initialisation: Initialisation,
        deviation: f64,
        rng: &mut impl Rng,
    ) -> Self {
        let mut network = Self::zero(width, depth, scaling);
        let depth_factor = match initialisation {
            Initialisation::XavierDepth => 1.0 / depth as f64,
            Initialisation::Xavier => 1.0,
        };
        let d = width as f64;
        let of_matrix = deviation * depth_factor / d;
        let of_bias = deviation * depth_factor / d.sqrt();
        for block in network.weights.chunks_exact_mut(width * width + width) {
            let (matrix, bias) = block.split_at_mut(width * width);
            for (entries, size) in [(matrix, of_matrix), (bias, of_bias)] {
                for entry in entries {
                    *entry = T::from_f64(size * standard_normal(rng));
                }
            }
        }
        if scaling == Scaling::Multi {
            for scale in &mut network.scales {
                *scale = T::from_f64(standard_normal(rng) / depth as f64);
            }
        }
        network
    }

    /// Length of a layer's block.
    pub const fn block(&self) -> usize {
        self.width * self.width + self.width
    }

    /// The δ that multiplies the branch of a layer.
    #[inline]
    pub fn scale(&self, layer: usize) -> T {
        match self.scaling {
            Scaling::Shared => self.scales[0].abs(),
            Scaling::Multi => self.scales[layer],
            Scaling::None => T::ONE,
        }
    }

    /// The mean of |δₖ| over the layers.
    pub fn mean_scale(&self) -> f64 {
        if self.scales.is_empty() {
            return 1.0;
        }
        let sum: f64 = self.scales.iter().map(|scale| scale.to_f64().abs()).sum();
        sum / self.scales.len() as f64
    }

    /// Blocks of the tensor whose scaling is measured: (A, b), or |δₖ|(A, b) where every layer has
    /// its own δₖ.
    pub fn measured(&self) -> Vec<f64> {
        let block = self.block();
        let mut tensor: Vec<f64> = self.weights.iter().map(|weight| weight.to_f64()).collect();
        if self.scaling == Scaling::Multi {
            for (layer, scale) in tensor.chunks_exact_mut(block).zip(&self.scales) {
                for entry in layer {
                    *entry *= scale.to_f64().abs();
                }
            }
        }
        tensor
    }
}
