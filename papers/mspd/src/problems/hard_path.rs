//! The worst case for communication: two ends of a path that need each other for every coordinate.
//!
//! On a path of n = 3m nodes with D = 2k + 1 and c = 1/√(3(4k + 3)), the first third knows
//! `3c Σ_j |θ_{2j} − θ_{2j+1}|`, the last third `3c (Σ_j |θ_{2j−1} − θ_{2j}| − θ_1)`, the middle
//! nothing, j = 1…k. A new coordinate needs a transfer over m + 1 edges, so for fewer than
//! (2k − 1)(m + 1) rounds every node of every span method has f̄ ≥ 0: error at least cR/√D.

use super::LocalFunctions;

/// The subgradient taken for |x| at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignOfZero {
    /// 0: the resisting answer, which shows no new coordinate.
    Zero,
    /// +1: as valid, but shows coordinates before they are reached.
    Plus,
}

/// The hard instance on a path.
#[derive(Clone, Debug)]
pub struct HardPath {
    third: usize,
    half_dimension: usize,
    radius: f64,
    sign_of_zero: SignOfZero,
    scale: f64,
}

impl HardPath {
    /// n = 3 × `third` nodes, D = 2 × `half_dimension` + 1 coordinates (m and k of the module's
    /// text), on B(R).
    pub fn new(third: usize, half_dimension: usize, radius: f64, sign_of_zero: SignOfZero) -> Self {
        Self {
            third,
            half_dimension,
            radius,
            sign_of_zero,
            scale: 1.0 / (3.0 * (4.0 * half_dimension as f64 + 3.0)).sqrt(),
        }
    }

    /// cR/√D, the error below which no node gets before the wall.
    pub fn floor(&self) -> f64 {
        self.scale * self.radius / (self.dimension() as f64).sqrt()
    }

    /// (2k − 1)(m + 1), the number of rounds before which the floor holds.
    pub const fn wall(&self) -> u64 {
        ((2 * self.half_dimension - 1) * (self.third + 1)) as u64
    }

    /// `L_g = c√(8k + 1)`.
    pub fn global_lipschitz(&self) -> f64 {
        self.scale * (8.0 * self.half_dimension as f64 + 1.0).sqrt()
    }

    /// The first coordinate (from 0) of the pairs that a node knows; `None` in the middle.
    #[inline]
    const fn first_pair(&self, node: usize) -> Option<usize> {
        if node < self.third {
            Some(1)
        } else if node >= 2 * self.third {
            Some(0)
        } else {
            None
        }
    }

    #[inline]
    fn sign(&self, x: f64) -> f64 {
        if x > 0.0 {
            1.0
        } else if x < 0.0 {
            -1.0
        } else {
            match self.sign_of_zero {
                SignOfZero::Zero => 0.0,
                SignOfZero::Plus => 1.0,
            }
        }
    }
}

impl LocalFunctions for HardPath {
    fn nodes(&self) -> usize {
        3 * self.third
    }

    fn dimension(&self) -> usize {
        2 * self.half_dimension + 1
    }

    #[inline]
    fn value(&self, node: usize, x: &[f64]) -> f64 {
        let Some(first) = self.first_pair(node) else {
            return 0.0;
        };
        let mut sum = if first == 0 { -x[0] } else { 0.0 };
        for pair in x[first..].chunks_exact(2) {
            sum += (pair[0] - pair[1]).abs();
        }
        3.0 * self.scale * sum
    }

    #[inline]
    fn subgradient(&self, node: usize, x: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let Some(first) = self.first_pair(node) else {
            return;
        };
        let factor = 3.0 * self.scale;
        for (pair, out) in x[first..]
            .chunks_exact(2)
            .zip(out[first..].chunks_exact_mut(2))
        {
            let sign = factor * self.sign(pair[0] - pair[1]);
            out[0] = sign;
            out[1] = -sign;
        }
        if first == 0 {
            out[0] -= factor;
        }
    }

    fn lipschitz(&self, node: usize) -> f64 {
        let twice = 2.0 * self.half_dimension as f64;
        match self.first_pair(node) {
            Some(1) => 3.0 * self.scale * twice.sqrt(),
            Some(_) => 3.0 * self.scale * (twice + 3.0).sqrt(),
            None => 0.0,
        }
    }

    fn average(&self, x: &[f64]) -> f64 {
        let steps: f64 = x.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum();
        self.scale * (steps - x[0])
    }

    fn optimum(&self) -> f64 {
        -self.floor()
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::assert_consistent;
    use super::*;

    #[test]
    fn subgradients_and_constants_fit() {
        for (third, half) in [(3, 1), (3, 4), (6, 8)] {
            for sign in [SignOfZero::Zero, SignOfZero::Plus] {
                let problem = HardPath::new(third, half, 1.0, sign);
                assert_consistent(&problem, 0.05);
                assert!((problem.local_lipschitz() - 1.0).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn the_optimum_is_attained_on_the_diagonal() {
        let problem = HardPath::new(3, 4, 1.0, SignOfZero::Zero);
        let diagonal = vec![1.0 / 3.0; 9];
        assert!((problem.average(&diagonal) - problem.optimum()).abs() < 1e-15);
        assert!((problem.floor() - 0.044_151_078_569).abs() < 1e-12);
        assert_eq!(
            (
                problem.wall(),
                HardPath::new(6, 4, 1.0, SignOfZero::Zero).wall()
            ),
            (28, 49)
        );
        assert!(problem.global_lipschitz() < 1.0);
    }
}
