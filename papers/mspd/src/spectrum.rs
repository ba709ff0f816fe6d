//! The spectrum of a graph's Laplacian W: extreme eigenvalues, normalised gap γ, Fiedler vector.

use faer::{Mat, Side};
use harness_numerics::spectrum::{DIGITS, round_significant};

use crate::graph::Graph;
use crate::vectors::scale;

/// What gossip needs to know about a Laplacian.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// `λ_1`, the largest eigenvalue, rounded to ten significant digits.
    pub largest: f64,
    /// λ_{n−1}, the smallest but for the zero of the constant vector; rounded likewise.
    pub smallest: f64,
    /// All known eigenvalues but that zero, rounded: n − 1 of them, or the two extremes where the
    /// graph is too large for all.
    pub eigenvalues: Vec<f64>,
    /// An eigenvector of λ_{n−1}, entries rounded to nine decimals; its sign is such that node 0
    /// has an entry ≤ 0. Arbitrary where the eigenvalue is not simple.
    pub fiedler: Vec<f64>,
}

/// The eigensolver did not converge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the spectrum of a network of {nodes} nodes did not converge")]
pub struct NoSpectrum {
    /// Its number of nodes.
    pub nodes: usize,
}

/// Up to this many nodes all eigenvalues are computed from the dense matrix.
const DENSE: usize = 1024;
/// Dimension of the Krylov space for larger graphs.
const KRYLOV: usize = 600;

impl Spectrum {
    /// The spectrum of a graph's unweighted Laplacian.
    ///
    /// Eigenvectors come from the linear-algebra library, whose last bits differ between CPUs;
    /// eigenvalues are recomputed from them as Rayleigh quotients over the edges, whose error is
    /// quadratic in the vectors', and then rounded.
    ///
    /// # Errors
    /// No convergence, which happens only on large networks with a very small gap.
    pub fn of(graph: &Graph) -> Result<Self, NoSpectrum> {
        let nodes = graph.nodes();
        let vectors = if nodes <= DENSE {
            dense_vectors(graph)
        } else {
            krylov_vectors(graph)
        };
        let vectors = vectors.ok_or(NoSpectrum { nodes })?;
        let eigenvalues: Vec<f64> = vectors
            .iter()
            .map(|vector| round_significant(rayleigh(graph, vector), DIGITS))
            .collect();
        let (Some(&smallest), Some(&largest)) = (eigenvalues.first(), eigenvalues.last()) else {
            return Err(NoSpectrum { nodes });
        };
        let sign = if vectors[0][0] > 0.0 { -1.0 } else { 1.0 };
        let round = |entry: &f64| sign * libm::round(entry * 1e9) * 1e-9;
        Ok(Self {
            largest,
            smallest,
            fiedler: vectors[0].iter().map(round).collect(),
            eigenvalues,
        })
    }

    /// `γ = λ_{n−1}/λ_1`, in (0, 1].
    pub fn gap(&self) -> f64 {
        self.smallest / self.largest
    }
}

/// xᵀWx / xᵀx, from differences over edges: accurate even where the quotient is tiny.
fn rayleigh(graph: &Graph, x: &[f64]) -> f64 {
    let mut energy = 0.0;
    for node in 0..graph.nodes() {
        for &other in graph.neighbours(node) {
            energy += (x[node] - x[other]) * (x[node] - x[other]);
        }
    }
    0.5 * energy / x.iter().map(|entry| entry * entry).sum::<f64>()
}

/// Eigenvectors of all eigenvalues but the zero, by increasing eigenvalue.
fn dense_vectors(graph: &Graph) -> Option<Vec<Vec<f64>>> {
    let nodes = graph.nodes();
    let mut laplacian = Mat::<f64>::zeros(nodes, nodes);
    for node in 0..nodes {
        laplacian[(node, node)] = graph.neighbours(node).len() as f64;
        for &other in graph.neighbours(node) {
            laplacian[(node, other)] = -1.0;
        }
    }
    let vectors = eigenvectors(&laplacian)?;
    Some((1..nodes).map(|index| column(&vectors, index)).collect())
}

fn eigenvectors(matrix: &Mat<f64>) -> Option<Mat<f64>> {
    faer::set_global_parallelism(faer::Par::Seq);
    let decomposition = matrix.self_adjoint_eigen(Side::Lower).ok()?;
    Some(decomposition.U().to_owned())
}

fn column(matrix: &Mat<f64>, index: usize) -> Vec<f64> {
    (0..matrix.nrows())
        .map(|row| matrix[(row, index)])
        .collect()
}

/// Ritz vectors of both ends by the Lanczos method with full reorthogonalisation, started and kept
/// orthogonal to the constant vector; `None` if a residual stays above 1e-7 λ, at which the
/// quotients are good to about 1e-10.
fn krylov_vectors(graph: &Graph) -> Option<Vec<Vec<f64>>> {
    use harness_numerics::kernels::{axpy, dot};
    let nodes = graph.nodes();
    let steps = KRYLOV.min(nodes - 1);
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(steps + 1);
    // A start without symmetry: the fractional parts of multiples of the golden ratio.
    let start = |node: usize| (node as f64 + 1.0) * 0.618_033_988_749_894_9;
    let mut next: Vec<f64> = (0..nodes).map(|node| start(node).fract() - 0.5).collect();
    let mut tridiagonal = Mat::<f64>::zeros(steps, steps);
    let mut residual = 0.0;
    for step in 0..steps {
        for _ in 0..2 {
            let mean = next.iter().sum::<f64>() / nodes as f64;
            for entry in &mut next {
                *entry -= mean;
            }
            for vector in &basis {
                axpy(-dot(vector, &next), vector, &mut next);
            }
        }
        let length = dot(&next, &next).sqrt();
        if step > 0 {
            tridiagonal[(step, step - 1)] = length;
            tridiagonal[(step - 1, step)] = length;
        }
        if length < 1e-10 {
            // The Krylov space is invariant: its Ritz vectors are exact.
            let part = tridiagonal.submatrix(0, 0, step, step).to_owned();
            return ritz(&part, &basis, 0.0);
        }
        scale(1.0 / length, &mut next);
        basis.push(next.clone());
        let vector = &basis[step];
        for (node, entry) in next.iter_mut().enumerate() {
            let row = graph.neighbours(node);
            let sum: f64 = row.iter().map(|&other| vector[other]).sum();
            *entry = row.len() as f64 * vector[node] - sum;
        }
        tridiagonal[(step, step)] = dot(vector, &next);
        axpy(-tridiagonal[(step, step)], vector, &mut next);
        if step > 0 {
            axpy(-tridiagonal[(step, step - 1)], &basis[step - 1], &mut next);
        }
        residual = dot(&next, &next).sqrt();
    }
    ritz(&tridiagonal, &basis, residual)
}

fn ritz(tridiagonal: &Mat<f64>, basis: &[Vec<f64>], residual: f64) -> Option<Vec<Vec<f64>>> {
    let steps = tridiagonal.nrows();
    let vectors = eigenvectors(tridiagonal)?;
    let combine = |index: usize| {
        let mut sum = vec![0.0; basis[0].len()];
        for (row, vector) in basis.iter().take(steps).enumerate() {
            harness_numerics::kernels::axpy(vectors[(row, index)], vector, &mut sum);
        }
        sum
    };
    let converged = [0, steps - 1]
        .iter()
        .all(|&index| residual * vectors[(steps - 1, index)].abs() < 1e-7);
    converged.then(|| vec![combine(0), combine(steps - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Network;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn spectrum(network: &Network, nodes: usize) -> Spectrum {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let graph = network.build(nodes, &mut random).expect("possible");
        Spectrum::of(&graph).expect("converges")
    }

    fn assert_close(value: f64, expected: f64) {
        assert!((value / expected - 1.0).abs() < 3e-10, "{value} {expected}");
    }

    #[test]
    fn gaps_have_their_closed_forms() {
        use std::f64::consts::PI;
        for n in [4, 16, 64] {
            let size = n as f64;
            let tan = |x: f64| libm::tan(x) * libm::tan(x);
            let sin = libm::sin(PI / size);
            assert_close(spectrum(&Network::Complete, n).gap(), 1.0);
            assert_close(spectrum(&Network::Star, n).gap(), 1.0 / size);
            assert_close(spectrum(&Network::Path, n).gap(), tan(PI / (2.0 * size)));
            assert_close(spectrum(&Network::Cycle, n).gap(), sin * sin);
            let side = size.sqrt();
            assert_close(
                spectrum(&Network::Grid, n).gap(),
                tan(PI / (2.0 * side)) / 2.0,
            );
        }
        assert_close(spectrum(&Network::Barbell, 16).gap(), 0.020_842_383_436);
    }

    #[test]
    fn all_eigenvalues_of_a_path_are_found() {
        let path = spectrum(&Network::Path, 9);
        for (index, value) in (1..).zip(&path.eigenvalues) {
            let angle = std::f64::consts::PI * f64::from(index) / 9.0;
            assert_close(*value, 2.0 - 2.0 * libm::cos(angle));
        }
        assert!(path.fiedler.is_sorted() || path.fiedler.iter().rev().is_sorted());
        assert!(path.fiedler[0] <= 0.0);
    }

    #[test]
    fn krylov_and_dense_agree() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        for network in [Network::Expander, Network::ErdosRenyi, Network::Barbell] {
            let graph = network.build(300, &mut random).expect("possible");
            let dense = Spectrum::of(&graph).expect("converges");
            let ends = krylov_vectors(&graph).expect("converges");
            assert_close(rayleigh(&graph, &ends[0]), dense.smallest);
            assert_close(rayleigh(&graph, &ends[1]), dense.largest);
        }
    }
}
