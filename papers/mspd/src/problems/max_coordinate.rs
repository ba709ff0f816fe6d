//! The worst case for computation: `f_i(θ) = max_j θ_j` for every node.
//!
//! A subgradient shows one new coordinate, so after s < D subgradients every combination of what
//! was seen has f̄ ≥ 0: the error is at least R/√D. `L_i = L_ℓ = L_g = 1`.

use super::LocalFunctions;

/// Which subgradient is returned where several coordinates are largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maximiser {
    /// `e_j` with the first largest coordinate j: the resisting answer that makes the floor exact.
    First,
    /// The mean of all `e_j` with a largest coordinate j: as valid, but shows everything at once.
    All,
}

/// `f_i(θ) = max_j θ_j` on the ball B(R) for all n nodes.
#[derive(Clone, Debug)]
pub struct MaxCoordinate {
    nodes: usize,
    dimension: usize,
    radius: f64,
    maximiser: Maximiser,
}

impl MaxCoordinate {
    /// The problem in `dimension` coordinates (D).
    pub const fn new(nodes: usize, dimension: usize, radius: f64, maximiser: Maximiser) -> Self {
        Self {
            nodes,
            dimension,
            radius,
            maximiser,
        }
    }

    /// R/√D, the error below which no span method gets with fewer than D subgradients.
    pub fn floor(&self) -> f64 {
        self.radius / (self.dimension as f64).sqrt()
    }
}

/// The largest coordinate and the first place where it stands.
#[inline]
fn first_largest(x: &[f64]) -> (usize, f64) {
    // Maxima of blocks first: they need no order, so they fit wide registers.
    const BLOCK: usize = 32;
    let mut best = (0, f64::NEG_INFINITY);
    for (block, chunk) in x.chunks(BLOCK).enumerate() {
        let most = chunk
            .iter()
            .fold(f64::NEG_INFINITY, |a, &b| if b > a { b } else { a });
        if most > best.1 {
            best = (block, most);
        }
    }
    let start = best.0 * BLOCK;
    let inside = x[start..].iter().position(|entry| *entry >= best.1);
    (start + inside.unwrap_or(0), best.1)
}

impl LocalFunctions for MaxCoordinate {
    fn nodes(&self) -> usize {
        self.nodes
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    #[inline]
    fn value(&self, _node: usize, x: &[f64]) -> f64 {
        first_largest(x).1
    }

    #[inline]
    fn subgradient(&self, _node: usize, x: &[f64], out: &mut [f64]) {
        let (first, largest) = first_largest(x);
        out.fill(0.0);
        match self.maximiser {
            Maximiser::First => out[first] = 1.0,
            Maximiser::All => {
                let count = x.iter().filter(|entry| **entry >= largest).count();
                for (out, entry) in out.iter_mut().zip(x) {
                    if *entry >= largest {
                        *out = 1.0 / count as f64;
                    }
                }
            }
        }
    }

    fn lipschitz(&self, _node: usize) -> f64 {
        1.0
    }

    fn average(&self, x: &[f64]) -> f64 {
        first_largest(x).1
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
    fn both_answers_are_subgradients() {
        for maximiser in [Maximiser::First, Maximiser::All] {
            assert_consistent(&MaxCoordinate::new(3, 50, 1.0, maximiser), 0.1);
        }
    }

    #[test]
    fn the_first_of_equal_coordinates_is_taken() {
        let problem = MaxCoordinate::new(1, 70, 1.0, Maximiser::First);
        let mut x = vec![0.0; 70];
        let mut out = vec![0.0; 70];
        problem.subgradient(0, &x, &mut out);
        assert_eq!(out.iter().position(|entry| *entry > 0.0), Some(0));
        x[..33].fill(-1.0);
        problem.subgradient(0, &x, &mut out);
        assert_eq!(out.iter().position(|entry| *entry > 0.0), Some(33));
        assert_eq!(out.iter().filter(|entry| **entry > 0.0).count(), 1);
    }
}
