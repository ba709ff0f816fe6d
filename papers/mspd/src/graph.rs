//! Networks: undirected, simple and connected graphs on the nodes 0, 1, …, n − 1.

use std::collections::BTreeSet;
use std::fmt;

use harness_numerics::random::{shuffle, unit};
use rand::Rng;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// An undirected, simple, connected graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// `neighbours[offsets[i]..offsets[i + 1]]` are the neighbours of node i, increasing.
    offsets: Vec<usize>,
    neighbours: Vec<usize>,
}

/// Why there is no such graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The family has no member of this size.
    #[error("a {family} has {needs} nodes, not {nodes}")]
    Nodes {
        /// The family's name.
        family: &'static str,
        /// What its number of nodes must be.
        needs: &'static str,
        /// What was asked for.
        nodes: usize,
    },
    /// Some node cannot be reached from node 0.
    #[error("the network is not connected: node {0} cannot be reached from node 0")]
    Disconnected(usize),
    /// A family that differs from replicate to replicate.
    #[error("a random network cannot be built without draws")]
    NeedsDraws,
    /// A file that is not a network.
    #[error("{path}: {problem}")]
    File {
        /// The file.
        path: String,
        /// What is wrong, with the line.
        problem: String,
    },
}

impl Graph {
    /// The graph with these edges, in whatever order and direction; duplicates are merged.
    ///
    /// # Errors
    /// A graph that is not connected.
    pub fn from_edges(
        nodes: usize,
        edges: impl IntoIterator<Item = (usize, usize)>,
    ) -> Result<Self, GraphError> {
        let mut adjacent = vec![BTreeSet::new(); nodes];
        for (a, b) in edges {
            adjacent[a].insert(b);
            adjacent[b].insert(a);
        }
        let mut offsets = vec![0];
        let mut neighbours = Vec::new();
        for row in adjacent {
            neighbours.extend(row);
            offsets.push(neighbours.len());
        }
        let graph = Self {
            offsets,
            neighbours,
        };
        match graph.distances(0).iter().position(Option::is_none) {
            Some(lost) => Err(GraphError::Disconnected(lost)),
            None => Ok(graph),
        }
    }

    /// Number of nodes n.
    pub fn nodes(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of edges.
    pub fn edges(&self) -> usize {
        self.neighbours.len() / 2
    }

    /// The neighbours of a node, increasing.
    #[inline]
    pub fn neighbours(&self, node: usize) -> &[usize] {
        &self.neighbours[self.offsets[node]..self.offsets[node + 1]]
    }

    /// The diameter Δ: the largest number of edges between two nodes.
    pub fn diameter(&self) -> usize {
        let farthest = |node| self.distances(node).into_iter().flatten().max();
        (0..self.nodes()).filter_map(farthest).max().unwrap_or(0)
    }

    /// Edges from one node to each; `None` where there is no path.
    pub fn distances(&self, from: usize) -> Vec<Option<usize>> {
        let mut distances = vec![None; self.nodes()];
        let mut frontier = vec![from];
        let mut distance = 0;
        while !frontier.is_empty() {
            let mut next = Vec::new();
            for node in frontier {
                if distances[node].is_none() {
                    distances[node] = Some(distance);
                    next.extend_from_slice(self.neighbours(node));
                }
            }
            frontier = next;
            distance += 1;
        }
        distances
    }
}

/// A family of networks, or a file with one; the value of the axis `graph`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Network {
    /// Every two nodes are joined.
    Complete,
    /// i to i + 1, and the last to the first.
    Cycle,
    /// i to i + 1.
    Path,
    /// Node 0 to every other.
    Star,
    /// s × s nodes, each joined to those beside, above and below; no wrap.
    Grid,
    /// Every edge with probability min(1, 2 ln n / n), redrawn until connected.
    ErdosRenyi,
    /// Two complete halves and one edge between them.
    Barbell,
    /// The union of two random Hamiltonian cycles.
    Expander,
    /// The edge list in a file.
    File(String),
}

impl Network {
    /// The names of the families, and the form of a file's.
    pub const NAMES: &'static [&'static str] = &[
        "complete",
        "cycle",
        "path",
        "star",
        "grid",
        "erdos-renyi",
        "barbell",
        "expander",
        "file:PATH",
    ];

    /// Whether each replicate has another graph.
    pub const fn is_random(&self) -> bool {
        matches!(self, Self::ErdosRenyi | Self::Expander)
    }

    /// The network of n nodes; a file's number of nodes is its own.
    ///
    /// # Errors
    /// A size that the family does not have, or a file that is not a network.
    pub fn build(&self, nodes: usize, random: &mut impl Rng) -> Result<Graph, GraphError> {
        match self {
            Self::ErdosRenyi => {
                self.check(nodes)?;
                Ok(erdos_renyi(nodes, random))
            }
            Self::Expander => {
                self.check(nodes)?;
                let mut first: Vec<usize> = (0..nodes).collect();
                let mut second = first.clone();
                shuffle(random, &mut first);
                shuffle(random, &mut second);
                Graph::from_edges(nodes, around(&first).chain(around(&second)))
            }
            fixed => fixed.build_fixed(nodes),
        }
    }

    /// Refuses what [`Network::build`] would refuse, without building a family's graph; a file is
    /// read.
    ///
    /// # Errors
    /// As [`Network::build`].
    pub fn check(&self, nodes: usize) -> Result<(), GraphError> {
        needs(nodes, "network", "at least 2", nodes >= 2)?;
        let side = nodes.isqrt();
        match self {
            Self::Cycle => needs(nodes, "cycle", "at least 3", nodes >= 3),
            Self::Grid => needs(nodes, "grid", "a square number of", side * side == nodes),
            Self::Barbell => needs(
                nodes,
                "barbell",
                "an even number of",
                nodes.is_multiple_of(2),
            ),
            Self::Expander => needs(nodes, "random 4-regular network", "at least 3", nodes >= 3),
            Self::File(path) => crate::graph_file::read(path).map(drop),
            Self::Complete | Self::Path | Self::Star | Self::ErdosRenyi => Ok(()),
        }
    }

    /// The network of n nodes, for families without randomness.
    ///
    /// # Errors
    /// As [`Network::build`], and random families.
    pub fn build_fixed(&self, nodes: usize) -> Result<Graph, GraphError> {
        if let Self::File(path) = self {
            return crate::graph_file::read(path);
        }
        self.check(nodes)?;
        let line = (1..nodes).map(|node| (node - 1, node));
        match self {
            Self::Complete => Graph::from_edges(nodes, all_pairs(0, nodes)),
            Self::Cycle => Graph::from_edges(nodes, line.chain([(nodes - 1, 0)])),
            Self::Path => Graph::from_edges(nodes, line),
            Self::Star => Graph::from_edges(nodes, (1..nodes).map(|node| (0, node))),
            Self::Grid => {
                let side = nodes.isqrt();
                let right = (0..nodes).filter(|node| node % side + 1 < side);
                let right = right.map(|node| (node, node + 1));
                let down = (0..nodes - side).map(|node| (node, node + side));
                Graph::from_edges(nodes, right.chain(down))
            }
            Self::Barbell => {
                let half = nodes / 2;
                let halves = all_pairs(0, half).chain(all_pairs(half, nodes));
                Graph::from_edges(nodes, halves.chain([(half - 1, half)]))
            }
            Self::File(_) | Self::ErdosRenyi | Self::Expander => Err(GraphError::NeedsDraws),
        }
    }
}

fn needs(
    nodes: usize,
    family: &'static str,
    needs: &'static str,
    holds: bool,
) -> Result<(), GraphError> {
    let error = GraphError::Nodes {
        family,
        needs,
        nodes,
    };
    if holds { Ok(()) } else { Err(error) }
}

fn all_pairs(from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
    (from..to).flat_map(move |a| (a + 1..to).map(move |b| (a, b)))
}

fn around(order: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    let next = order.iter().cycle().skip(1);
    order.iter().copied().zip(next.copied())
}

fn erdos_renyi(nodes: usize, random: &mut impl Rng) -> Graph {
    let n = nodes as f64;
    let probability = (2.0 * libm::log(n) / n).min(1.0);
    loop {
        let mut edges = Vec::new();
        for pair in all_pairs(0, nodes) {
            if unit(random) < probability {
                edges.push(pair);
            }
        }
        if let Ok(graph) = Graph::from_edges(nodes, edges) {
            return graph;
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Complete => "complete",
            Self::Cycle => "cycle",
            Self::Path => "path",
            Self::Star => "star",
            Self::Grid => "grid",
            Self::ErdosRenyi => "erdos-renyi",
            Self::Barbell => "barbell",
            Self::Expander => "expander",
            Self::File(path) => return write!(f, "file:{path}"),
        })
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Network;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a network")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Network, E> {
                Ok(match name {
                    "complete" => Network::Complete,
                    "cycle" => Network::Cycle,
                    "path" => Network::Path,
                    "star" => Network::Star,
                    "grid" => Network::Grid,
                    "erdos-renyi" => Network::ErdosRenyi,
                    "barbell" => Network::Barbell,
                    "expander" => Network::Expander,
                    other => match other.strip_prefix("file:") {
                        Some(path) => Network::File(path.to_owned()),
                        None => return Err(E::unknown_variant(other, Network::NAMES)),
                    },
                })
            }
        }
        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn build(network: &Network, nodes: usize) -> Result<Graph, GraphError> {
        network.build(nodes, &mut ChaCha8Rng::seed_from_u64(7))
    }

    #[test]
    fn families_have_their_edges_and_diameters() {
        let expected = [
            (Network::Complete, 120, 1),
            (Network::Cycle, 16, 8),
            (Network::Path, 15, 15),
            (Network::Star, 15, 2),
            (Network::Grid, 24, 6),
            (Network::Barbell, 57, 3),
        ];
        for (network, edges, diameter) in expected {
            let graph = build(&network, 16).expect("16 suits all");
            assert_eq!(
                (graph.edges(), graph.diameter()),
                (edges, diameter),
                "{network}"
            );
        }
        let barbell = build(&Network::Barbell, 16).expect("even");
        assert!(barbell.neighbours(7).contains(&8));
    }

    #[test]
    fn random_families_are_connected_and_as_dense_as_said() {
        let graph = build(&Network::Expander, 64).expect("connected");
        assert!((0..64).all(|node| (2..=4).contains(&graph.neighbours(node).len())));
        assert!((112..=128).contains(&graph.edges()));
        let graph = build(&Network::ErdosRenyi, 64).expect("connected");
        let mean = 2016.0 * 2.0 * libm::log(64.0) / 64.0;
        assert!((graph.edges() as f64 - mean).abs() < 80.0);
        assert_ne!(
            graph,
            Network::ErdosRenyi
                .build(64, &mut ChaCha8Rng::seed_from_u64(8))
                .expect("ok")
        );
    }

    #[test]
    fn impossible_sizes_are_refused() {
        let message = |network, nodes| build(&network, nodes).expect_err("impossible").to_string();
        assert_eq!(
            message(Network::Grid, 15),
            "a grid has a square number of nodes, not 15"
        );
        assert_eq!(
            message(Network::Barbell, 7),
            "a barbell has an even number of nodes, not 7"
        );
        assert_eq!(
            Graph::from_edges(3, [(0, 1)]).expect_err("two parts"),
            GraphError::Disconnected(2)
        );
    }
}
