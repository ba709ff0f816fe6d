//! Cones `f_i(θ) = ‖θ − c‖ + s ⟨v_i, θ⟩` whose tilts cancel: f̄ is 1-Lipschitz for every strength s,
//! while `L_ℓ = 1 + s` grows without limit.

use harness_numerics::kernels::inlined::{axpy, dot};
use rand::Rng;

use super::LocalFunctions;
use crate::random::unit_vector;
use crate::vectors::squared_distance;

/// n tilted cones with a common tip c, ‖c‖ = 0.8.
#[derive(Clone, Debug)]
pub struct TiltedCones {
    strength: f64,
    tip: Vec<f64>,
    /// n × d; unit rows that sum to 0 exactly, node by node with its opposite.
    tilts: Vec<f64>,
    nodes: usize,
}

impl TiltedCones {
    /// An instance for an even number of nodes, or one node without a tilt. Draws the tip, then
    /// the tilts of the first half; the second half has the opposite ones.
    pub fn random(nodes: usize, dimension: usize, strength: f64, random: &mut impl Rng) -> Self {
        let tip = unit_vector(random, dimension)
            .iter()
            .map(|entry| 0.8 * entry)
            .collect();
        let half: Vec<f64> = (0..nodes / 2)
            .flat_map(|_| unit_vector(random, dimension))
            .collect();
        let mut tilts = half.clone();
        tilts.extend(half.iter().map(|entry| -entry));
        tilts.resize(nodes * dimension, 0.0);
        Self {
            strength,
            tip,
            tilts,
            nodes,
        }
    }

    #[inline]
    fn tilt(&self, node: usize) -> &[f64] {
        &self.tilts[node * self.tip.len()..][..self.tip.len()]
    }
}

impl LocalFunctions for TiltedCones {
    fn nodes(&self) -> usize {
        self.nodes
    }

    fn dimension(&self) -> usize {
        self.tip.len()
    }

    #[inline]
    fn value(&self, node: usize, x: &[f64]) -> f64 {
        self.average(x) + self.strength * dot(self.tilt(node), x)
    }

    #[inline]
    fn subgradient(&self, node: usize, x: &[f64], out: &mut [f64]) {
        let distance = self.average(x);
        let factor = if distance > 0.0 { 1.0 / distance } else { 0.0 };
        for ((out, x), c) in out.iter_mut().zip(x).zip(&self.tip) {
            *out = factor * (x - c);
        }
        axpy(self.strength, self.tilt(node), out);
    }

    fn lipschitz(&self, _node: usize) -> f64 {
        1.0 + self.strength
    }

    #[inline]
    fn average(&self, x: &[f64]) -> f64 {
        squared_distance(x, &self.tip).sqrt()
    }

    fn optimum(&self) -> f64 {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::assert_consistent;
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn tilts_cancel() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        assert_consistent(&TiltedCones::random(6, 5, 3.0, &mut random), 0.4);
        assert_consistent(&TiltedCones::random(1, 5, 0.0, &mut random), 0.4);
    }
}
