//! Gossip: products of an n × d state with a matrix that respects the network.
//!
//! A round multiplies by the Laplacian W. Chebyshev-accelerated gossip multiplies in K rounds by
//! the polynomial `P_K(W) = I − T_K(c₂(I − c₃W))/T_K(c₂)`, whose normalised gap γ' is at least ¼
//! whatever γ is (arXiv:1702.08704, section 4.2).

#![expect(
    clippy::inline_always,
    reason = "loops are compiled for wider vectors where they are called"
)]

use harness_numerics::kernels::vectorised_call;

use crate::graph::Graph;
use crate::spectrum::Spectrum;

/// The constants of Chebyshev gossip for a Laplacian with a known spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chebyshev {
    /// K = ⌊1/√γ⌋, rounds for one product.
    pub rounds: u32,
    /// c₂ = (1 + γ)/(1 − γ); infinite where γ = 1.
    pub c2: f64,
    /// `c₃ = 2/((1 + γ) λ_1)`; `1/λ_1` where γ = 1.
    pub c3: f64,
    /// q = c₁^K with c₁ = (1 − √γ)/(1 + √γ).
    pub q: f64,
}

impl Chebyshev {
    /// The constants for a spectrum. A gap above 1 − 1e-9 counts as 1.
    pub fn of(spectrum: &Spectrum) -> Self {
        let gap = spectrum.gap();
        if gap > 1.0 - 1e-9 {
            return Self {
                rounds: 1,
                c2: f64::INFINITY,
                c3: 1.0 / spectrum.largest,
                q: 0.0,
            };
        }
        let root = gap.sqrt();
        // 1/√γ is a whole number for stars, up to rounding.
        let rounds = (1.0 / root + 1e-9) as u32;
        let c1 = (1.0 - root) / (1.0 + root);
        Self {
            rounds,
            c2: (1.0 + gap) / (1.0 - gap),
            c3: 2.0 / ((1.0 + gap) * spectrum.largest),
            q: libm::pow(c1, f64::from(rounds)),
        }
    }

    /// `λ_1' = (1 + q)²/(1 + q²)`, at least the largest eigenvalue of `P_K(W)`.
    pub fn largest(&self) -> f64 {
        (1.0 + self.q) * (1.0 + self.q) / (1.0 + self.q * self.q)
    }

    /// √γ' = (1 − q)/(1 + q), at most the root of the normalised gap of `P_K(W)`.
    pub fn root_gap(&self) -> f64 {
        (1.0 - self.q) / (1.0 + self.q)
    }

    /// The eigenvalue of `P_K(W)` that belongs to an eigenvalue of W.
    pub fn eigenvalue(&self, of_laplacian: f64) -> f64 {
        if self.c2.is_infinite() {
            return of_laplacian * self.c3;
        }
        let polynomial = |x: f64| {
            let (mut previous, mut current) = (1.0, x);
            for _ in 1..self.rounds {
                (previous, current) = (current, 2.0 * x * current - previous);
            }
            current
        };
        1.0 - polynomial(self.c2 * (1.0 - self.c3 * of_laplacian)) / polynomial(self.c2)
    }

    /// The largest eigenvalue of `P_K(W)`, from the eigenvalues of W.
    pub fn exact_largest(&self, spectrum: &Spectrum) -> f64 {
        let values = spectrum.eigenvalues.iter();
        values.fold(0.0, |most, value| self.eigenvalue(*value).max(most))
    }
}

/// How a product is carried out; chosen by what is cheaper.
#[derive(Clone, Debug)]
enum Form {
    /// One row of n entries for each node.
    Dense(Vec<f64>),
    /// Row sums over the edges, K times.
    Sparse,
    /// a I + b W, by row sums.
    Affine(f64, f64),
}

/// A gossip matrix, ready to multiply n × d states.
#[derive(Clone, Debug)]
pub struct Gossip {
    graph: Graph,
    constants: Chebyshev,
    form: Form,
    rounds: u32,
    previous: Vec<f64>,
    current: Vec<f64>,
}

impl Gossip {
    /// `P_K(W)`. Products cost K rounds.
    pub fn chebyshev(graph: &Graph, spectrum: &Spectrum) -> Self {
        let constants = Chebyshev::of(spectrum);
        let nodes = graph.nodes();
        let sparse_work = constants.rounds as usize * (2 * graph.edges() + 4 * nodes);
        let mut gossip = Self::new(graph, constants, Form::Sparse, constants.rounds);
        if sparse_work >= nodes * nodes {
            gossip.form = Form::Dense(gossip.dense());
        }
        gossip
    }

    /// W itself. Products cost one round.
    pub fn laplacian(graph: &Graph, spectrum: &Spectrum) -> Self {
        Self::new(graph, Chebyshev::of(spectrum), Form::Affine(0.0, 1.0), 1)
    }

    /// The averaging matrix `I − 2W/((1 + γ) λ_1)`, which shrinks disagreement by (1 − γ)/(1 + γ).
    /// Products cost one round.
    pub fn averaging(graph: &Graph, spectrum: &Spectrum) -> Self {
        let factor = 2.0 / ((1.0 + spectrum.gap()) * spectrum.largest);
        Self::new(
            graph,
            Chebyshev::of(spectrum),
            Form::Affine(1.0, -factor),
            1,
        )
    }

    fn new(graph: &Graph, constants: Chebyshev, form: Form, rounds: u32) -> Self {
        Self {
            graph: graph.clone(),
            constants,
            form,
            rounds,
            previous: Vec::new(),
            current: Vec::new(),
        }
    }

    /// Number of nodes n.
    pub fn nodes(&self) -> usize {
        self.graph.nodes()
    }

    /// Rounds that one product costs.
    pub const fn rounds(&self) -> u32 {
        self.rounds
    }

    /// The constants of the Chebyshev polynomial of this network.
    pub const fn constants(&self) -> Chebyshev {
        self.constants
    }

    /// out ← (gossip matrix) × state, both of shape n × d.
    pub fn apply(&mut self, state: &[f64], out: &mut [f64]) {
        let dimension = state.len() / self.nodes();
        match &self.form {
            Form::Dense(matrix) => {
                vectorised_call(
                    #[inline(always)]
                    || dense_product(matrix, state, out, dimension),
                );
            }
            Form::Affine(a, b) => {
                let graph = &self.graph;
                vectorised_call(
                    #[inline(always)]
                    || affine(graph, *a, *b, state, out, dimension),
                );
            }
            Form::Sparse => self.recurrence(state, out, dimension),
        }
    }

    /// The matrix `P_K(W)` by its recurrence, so that entries beyond K hops are exact zeros.
    fn dense(&mut self) -> Vec<f64> {
        let nodes = self.nodes();
        let mut identity = vec![0.0; nodes * nodes];
        for node in 0..nodes {
            identity[node * (nodes + 1)] = 1.0;
        }
        let mut matrix = vec![0.0; nodes * nodes];
        self.recurrence(&identity, &mut matrix, nodes);
        matrix
    }

    /// The Chebyshev recurrence with K sparse products.
    fn recurrence(&mut self, state: &[f64], out: &mut [f64], dimension: usize) {
        let Chebyshev { rounds, c2, c3, .. } = self.constants;
        let graph = &self.graph;
        if c2.is_infinite() {
            vectorised_call(
                #[inline(always)]
                || affine(graph, 0.0, c3, state, out, dimension),
            );
            return;
        }
        let (previous, current) = (&mut self.previous, &mut self.current);
        previous.resize(state.len(), 0.0);
        current.resize(state.len(), 0.0);
        previous.copy_from_slice(state);
        let (mut a_previous, mut a) = (1.0, c2);
        vectorised_call(
            #[inline(always)]
            || affine(graph, c2, -c2 * c3, state, current, dimension),
        );
        for _ in 1..rounds {
            (a_previous, a) = (a, 2.0 * c2 * a - a_previous);
            vectorised_call(
                #[inline(always)]
                || chebyshev_step(graph, 2.0 * c2, c3, current, previous, dimension),
            );
            std::mem::swap(previous, current);
        }
        for ((out, x), y) in out.iter_mut().zip(state).zip(current.iter()) {
            *out = x - y / a;
        }
    }
}

/// Calls a function of a constant width for column ranges of 8, then 4, then 1, that make up a row:
/// so the sums of a range stay in registers. A leading constant is its first parameter.
macro_rules! by_blocks {
    (@ $dimension:expr, $block:ident [$($leading:ident)?] ($($argument:expr),*)) => {{
        let mut start = 0;
        while start + 8 <= $dimension {
            $block::<$($leading,)? 8>($($argument,)* start);
            start += 8;
        }
        if start + 4 <= $dimension {
            $block::<$($leading,)? 4>($($argument,)* start);
            start += 4;
        }
        while start < $dimension {
            $block::<$($leading,)? 1>($($argument,)* start);
            start += 1;
        }
    }};
    ($dimension:expr, $block:ident($($argument:expr),*)) => {
        by_blocks!(@ $dimension, $block [] ($($argument),*))
    };
    ($dimension:expr, $block:ident::<$leading:ident>($($argument:expr),*)) => {
        by_blocks!(@ $dimension, $block [$leading] ($($argument),*))
    };
}

/// out ← M X for a dense n × n matrix M. Four rows at a time, so that additions need not wait for
/// each other; every entry is still summed in the order of the nodes.
#[inline(always)]
fn dense_product(matrix: &[f64], state: &[f64], out: &mut [f64], dimension: usize) {
    const TILE: usize = 4;
    const ONE: usize = 1;
    let nodes = state.len() / dimension;
    let tiles = out.chunks_mut(TILE * dimension);
    for (rows, out) in matrix.chunks(TILE * nodes).zip(tiles) {
        if out.len() == TILE * dimension {
            by_blocks!(dimension, tile::<TILE>(rows, state, out, dimension));
        } else {
            let rest = rows.chunks_exact(nodes);
            for (row, out) in rest.zip(out.chunks_exact_mut(dimension)) {
                by_blocks!(dimension, tile::<ONE>(row, state, out, dimension));
            }
        }
    }
}

/// One block of columns of R rows of M X.
#[inline(always)]
fn tile<const R: usize, const B: usize>(
    rows: &[f64],
    state: &[f64],
    out: &mut [f64],
    dimension: usize,
    start: usize,
) {
    let nodes = rows.len() / R;
    let rows: [&[f64]; R] = std::array::from_fn(|row| &rows[row * nodes..][..nodes]);
    let mut sums = [[0.0; B]; R];
    for column in 0..nodes {
        let entries = &state[column * dimension + start..][..B];
        for (row, sums) in rows.iter().zip(&mut sums) {
            let weight = row[column];
            for (sum, entry) in sums.iter_mut().zip(entries) {
                *sum += weight * entry;
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        out[row * dimension + start..][..B].copy_from_slice(sums);
    }
}

/// out ← a X + b W X.
#[inline(always)]
fn affine(graph: &Graph, a: f64, b: f64, state: &[f64], out: &mut [f64], dimension: usize) {
    let finish = |own: f64, difference: f64, _| a * own + b * difference;
    laplacian(graph, state, out, dimension, finish);
}

/// previous ← factor (current − c₃ W current) − previous.
#[inline(always)]
fn chebyshev_step(
    graph: &Graph,
    factor: f64,
    c3: f64,
    current: &[f64],
    previous: &mut [f64],
    dimension: usize,
) {
    let finish = |own: f64, difference: f64, old| factor * (own - c3 * difference) - old;
    laplacian(graph, current, previous, dimension, finish);
}

/// out ← finish(X, W X, out), entry by entry.
#[inline(always)]
fn laplacian(
    graph: &Graph,
    state: &[f64],
    out: &mut [f64],
    dimension: usize,
    finish: impl Fn(f64, f64, f64) -> f64,
) {
    for (node, out) in out.chunks_exact_mut(dimension).enumerate() {
        let neighbours = graph.neighbours(node);
        let finish = &finish;
        by_blocks!(
            dimension,
            laplacian_block(node, neighbours, state, out, finish)
        );
    }
}

#[inline(always)]
fn laplacian_block<const B: usize>(
    node: usize,
    neighbours: &[usize],
    state: &[f64],
    out: &mut [f64],
    finish: &impl Fn(f64, f64, f64) -> f64,
    start: usize,
) {
    let dimension = out.len();
    let mut sums = [0.0; B];
    for &other in neighbours {
        let row = &state[other * dimension + start..][..B];
        for (sum, entry) in sums.iter_mut().zip(row) {
            *sum += entry;
        }
    }
    let degree = neighbours.len() as f64;
    let own = &state[node * dimension + start..][..B];
    let out = &mut out[start..start + B];
    for ((out, own), sum) in out.iter_mut().zip(own).zip(&sums) {
        *out = finish(*own, degree * own - sum, *out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Network;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn setting(network: &Network, nodes: usize) -> (Graph, Spectrum) {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let graph = network.build(nodes, &mut random).expect("possible");
        let spectrum = Spectrum::of(&graph).expect("converges");
        (graph, spectrum)
    }

    const NETWORKS: [Network; 8] = [
        Network::Complete,
        Network::Cycle,
        Network::Path,
        Network::Star,
        Network::Grid,
        Network::ErdosRenyi,
        Network::Barbell,
        Network::Expander,
    ];

    #[test]
    fn constants_of_sixteen_nodes() {
        let expected = [
            (Network::Star, 0.0625, 4, 0.593_729_184_9, 1.254_918_350_6),
            (
                Network::Path,
                0.009_700_556_535,
                10,
                0.572_380_688_2,
                1.271_956_603_8,
            ),
            (
                Network::Cycle,
                0.038_060_233_744,
                5,
                0.572_380_688_2,
                1.271_956_603_8,
            ),
            (
                Network::Grid,
                0.085_786_437_627,
                3,
                0.516_691_788_8,
                1.318_659_476_3,
            ),
            (
                Network::Barbell,
                0.020_842_383_436,
                6,
                0.493_569_198_8,
                1.339_074_213_4,
            ),
        ];
        for (network, gap, rounds, gap_after, largest) in expected {
            let (_, spectrum) = setting(&network, 16);
            let constants = Chebyshev::of(&spectrum);
            assert!((spectrum.gap() - gap).abs() < 1e-10, "{network}");
            assert_eq!(constants.rounds, rounds, "{network}");
            let root = constants.root_gap();
            assert!(
                (root * root - gap_after).abs() < 1e-9,
                "{network} {}",
                root * root
            );
            assert!((constants.largest() - largest).abs() < 1e-9, "{network}");
        }
        let (_, spectrum) = setting(&Network::Barbell, 16);
        let constants = Chebyshev::of(&spectrum);
        let values = spectrum
            .eigenvalues
            .iter()
            .map(|value| constants.eigenvalue(*value));
        let least = values.fold(f64::INFINITY, f64::min);
        let exact = least / constants.exact_largest(&spectrum);
        assert!((exact - 0.833_661_417_3).abs() < 1e-8, "{exact}");
    }

    #[test]
    fn the_polynomial_is_a_gossip_matrix_with_the_stated_spectrum() {
        for network in NETWORKS {
            let (graph, spectrum) = setting(&network, 16);
            let mut gossip = Gossip::chebyshev(&graph, &spectrum);
            let constants = gossip.constants();
            let matrix = gossip.dense();
            for row in 0..16 {
                let sum: f64 = matrix[row * 16..][..16].iter().sum();
                assert!(sum.abs() < 1e-13, "{network}: rows sum to zero");
                for column in 0..16 {
                    let (one, other) = (matrix[row * 16 + column], matrix[column * 16 + row]);
                    assert!((one - other).abs() < 1e-13, "{network}: symmetric");
                    let hops = graph.distances(row)[column].expect("connected");
                    let far = hops > constants.rounds as usize;
                    assert!(
                        !far || one.to_bits() << 1 == 0,
                        "{network}: zero beyond K hops"
                    );
                }
            }
            let values = harness_numerics::spectrum::symmetric_eigenvalues(&matrix, 16);
            let values = values.expect("symmetric");
            let exact = constants.exact_largest(&spectrum);
            assert!((values[15] - exact).abs() < 1e-8, "{network}");
            let margin = 1e-9;
            let inverse = 2.0 * constants.q / (1.0 + constants.q * constants.q);
            assert!(values[15] <= 1.0 + inverse + margin, "{network}");
            assert!(values[1] >= 1.0 - inverse - margin, "{network}");
            assert!(exact <= constants.largest() + margin, "{network}");
            let root = constants.root_gap();
            assert!(
                root >= 0.5 - margin,
                "{network}: the gap is at least a quarter"
            );
            assert!(values[1] / values[15] >= root * root - margin, "{network}");
        }
    }

    #[test]
    fn every_form_gives_the_same_product() {
        for network in NETWORKS {
            let (graph, spectrum) = setting(&network, 16);
            let mut gossip = Gossip::chebyshev(&graph, &spectrum);
            let state: Vec<f64> = (0..16 * 70)
                .map(|i| libm::cos(1.7 * f64::from(i)))
                .collect();
            let mut products = Vec::new();
            for form in [Form::Sparse, Form::Dense(gossip.dense())] {
                gossip.form = form;
                let mut out = vec![0.0; state.len()];
                gossip.apply(&state, &mut out);
                products.push(out);
            }
            for (a, b) in products[0].iter().zip(&products[1]) {
                assert!((a - b).abs() < 1e-12, "{network}: {a} {b}");
            }
        }
    }

    #[test]
    fn averaging_keeps_the_mean_and_shrinks_the_rest() {
        let (graph, spectrum) = setting(&Network::Path, 16);
        let mut gossip = Gossip::averaging(&graph, &spectrum);
        let state: Vec<f64> = (0..16).map(|i| libm::cos(1.7 * f64::from(i))).collect();
        let mean = state.iter().sum::<f64>() / 16.0;
        let mut out = vec![0.0; 16];
        gossip.apply(&state, &mut out);
        assert!((out.iter().sum::<f64>() / 16.0 - mean).abs() < 1e-15);
        let length = |x: &[f64]| {
            x.iter()
                .map(|x| (x - mean) * (x - mean))
                .sum::<f64>()
                .sqrt()
        };
        let factor = (1.0 - spectrum.gap()) / (1.0 + spectrum.gap());
        assert!(length(&out) <= factor * length(&state) * (1.0 + 1e-12));
    }
}
