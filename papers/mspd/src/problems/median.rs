//! Distributed medians: `f_i(θ) = (L_i/√d) ‖θ − c_i‖₁`, with the heavy half of the nodes on one side
//! of the network's bottleneck.

use harness_numerics::random::{uniform, unit};
use rand::Rng;

use super::LocalFunctions;
use crate::random::fill_normal;

/// n weighted ℓ₁ distances whose centres `c_i` lie within about 0.5 of 0.
#[derive(Clone, Debug)]
pub struct Median {
    dimension: usize,
    lipschitz: Vec<f64>,
    /// `L_i/√d`.
    weights: Vec<f64>,
    /// n × d.
    centres: Vec<f64>,
    /// For each coordinate, n + 1 linear pieces of f̄ by increasing breakpoint.
    pieces: Vec<Pieces>,
    optimum: f64,
}

/// `Σ_i w_i |x − c_i| / n` as a piecewise linear function.
#[derive(Clone, Debug)]
struct Pieces {
    breakpoints: Vec<f64>,
    /// On piece k, between breakpoints k − 1 and k, the value is offset + slope × x.
    offsets: Vec<f64>,
    slopes: Vec<f64>,
}

impl Pieces {
    fn new(mut weighted: Vec<(f64, f64)>) -> Self {
        let nodes = weighted.len() as f64;
        weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        let moment: f64 = weighted
            .iter()
            .map(|(centre, weight)| centre * weight)
            .sum();
        let (mut offset, mut slope) = (moment, -total);
        let (mut offsets, mut slopes) = (vec![offset / nodes], vec![slope / nodes]);
        for (centre, weight) in &weighted {
            offset -= 2.0 * weight * centre;
            slope += 2.0 * weight;
            offsets.push(offset / nodes);
            slopes.push(slope / nodes);
        }
        Self {
            breakpoints: weighted.into_iter().map(|(centre, _)| centre).collect(),
            offsets,
            slopes,
        }
    }

    #[inline]
    fn at(&self, x: f64) -> f64 {
        let piece = self.breakpoints.partition_point(|centre| *centre < x);
        self.offsets[piece] + self.slopes[piece] * x
    }

    /// The first breakpoint from which on the slope is not negative: the weighted median.
    fn minimiser(&self) -> f64 {
        let last = self.breakpoints.len() - 1;
        let first = self.slopes[1..].iter().position(|slope| *slope >= 0.0);
        self.breakpoints[first.unwrap_or(last)]
    }
}

impl Median {
    /// The problem with these constants (n) and centres (n × d).
    pub fn new(lipschitz: Vec<f64>, centres: Vec<f64>) -> Self {
        let nodes = lipschitz.len();
        let dimension = centres.len() / nodes;
        let root = (dimension as f64).sqrt();
        let weights: Vec<f64> = lipschitz.iter().map(|constant| constant / root).collect();
        let pieces: Vec<Pieces> = (0..dimension)
            .map(|j| {
                let centre = |node: usize| centres[node * dimension + j];
                Pieces::new(
                    (0..nodes)
                        .map(|node| (centre(node), weights[node]))
                        .collect(),
                )
            })
            .collect();
        let optimum = pieces
            .iter()
            .map(|pieces| pieces.at(pieces.minimiser()))
            .sum();
        Self {
            dimension,
            lipschitz,
            weights,
            centres,
            pieces,
            optimum,
        }
    }

    /// A random instance. `side[i]` says on which side of the network node i stands: `L_i` is about
    /// 1.5 on the heavy side (`true`) and 0.5 on the other, `c_i` about ±0.4 u. Draws n jitters, d
    /// signs and n × d normals, in this order.
    pub fn random(side: &[bool], dimension: usize, random: &mut impl Rng) -> Self {
        let signs: Vec<f64> = side
            .iter()
            .map(|heavy| if *heavy { 1.0 } else { -1.0 })
            .collect();
        let lipschitz = signs
            .iter()
            .map(|sign| (1.0 + 0.5 * sign) * uniform(random, 0.8, 1.2))
            .collect();
        let root = (dimension as f64).sqrt();
        let directions: Vec<f64> = (0..dimension)
            .map(|_| {
                if unit(random) < 0.5 {
                    -1.0 / root
                } else {
                    1.0 / root
                }
            })
            .collect();
        let mut centres = vec![0.0; side.len() * dimension];
        fill_normal(random, &mut centres);
        for (row, sign) in centres.chunks_exact_mut(dimension).zip(&signs) {
            for (entry, direction) in row.iter_mut().zip(&directions) {
                *entry = 0.4 * sign * direction + 0.2 / root * *entry;
            }
        }
        Self::new(lipschitz, centres)
    }

    /// The instance without randomness in d = 4, by which implementations are compared.
    pub fn fixed(nodes: usize) -> Self {
        let sign = |node: usize| if node < nodes / 2 { 1.0 } else { -1.0 };
        let lipschitz = (0..nodes).map(|node| 1.0 + 0.5 * sign(node)).collect();
        let centre = |(node, k): (usize, usize)| {
            let direction = if k.is_multiple_of(2) { 0.5 } else { -0.5 };
            let phase = 1.3 * node as f64 + 2.1 * k as f64;
            0.4 * sign(node) * direction + 0.1 * libm::cos(phase)
        };
        let places = (0..nodes).flat_map(|node| (0..4).map(move |k| (node, k)));
        Self::new(lipschitz, places.map(centre).collect())
    }
}

impl LocalFunctions for Median {
    fn nodes(&self) -> usize {
        self.lipschitz.len()
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    #[inline]
    fn value(&self, node: usize, x: &[f64]) -> f64 {
        let centre = &self.centres[node * self.dimension..][..self.dimension];
        let sum: f64 = x.iter().zip(centre).map(|(x, c)| (x - c).abs()).sum();
        self.weights[node] * sum
    }

    #[inline]
    fn subgradient(&self, node: usize, x: &[f64], out: &mut [f64]) {
        let centre = &self.centres[node * self.dimension..][..self.dimension];
        let weight = self.weights[node];
        for (out, (x, c)) in out.iter_mut().zip(x.iter().zip(centre)) {
            let above = if x > c { weight } else { 0.0 };
            let below = if x < c { weight } else { 0.0 };
            *out = above - below;
        }
    }

    fn lipschitz(&self, node: usize) -> f64 {
        self.lipschitz[node]
    }

    fn average(&self, x: &[f64]) -> f64 {
        self.pieces
            .iter()
            .zip(x)
            .map(|(pieces, x)| pieces.at(*x))
            .sum()
    }

    fn optimum(&self) -> f64 {
        self.optimum
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::assert_consistent;
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_fixed_instance_has_its_published_numbers() {
        let problem = Median::fixed(16);
        assert_consistent(&problem, 0.4);
        assert!((problem.optimum() - 0.288_527_830_504_989).abs() < 1e-14);
        assert!((problem.average(&[0.0; 4]) - 0.414_566_667_717_641).abs() < 1e-14);
        assert!((problem.local_lipschitz() - 1.118_033_988_749_895).abs() < 1e-14);
        for (nodes, optimum) in [
            (8, 0.278_932_739_568),
            (32, 0.280_356_341_968),
            (64, 0.285_353_006_704),
        ] {
            assert!(
                (Median::fixed(nodes).optimum() - optimum).abs() < 1e-11,
                "{nodes}"
            );
        }
    }

    #[test]
    fn random_instances_are_consistent_and_heavy_on_one_side() {
        let side: Vec<bool> = (0..20).map(|node| node % 3 == 0).collect();
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let problem = Median::random(&side, 6, &mut random);
        assert_consistent(&problem, 0.4);
        for (node, heavy) in side.iter().enumerate() {
            let range = if *heavy { 1.2..1.8 } else { 0.4..0.6 };
            assert!(range.contains(&problem.lipschitz(node)));
        }
    }
}
