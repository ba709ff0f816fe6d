//! How rows are dealt to nodes.

use harness_numerics::random;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// The value of an axis `split`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// A random arrangement of the rows is cut.
    Uniform,
    /// The rows are sorted by label, equal labels in their order, and cut.
    Sorted,
}

/// Deals rows to nodes at random.
pub fn uniform(rows: usize, nodes: usize, random: &mut ChaCha8Rng) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    random::shuffle(random, &mut order);
    cut(&order, nodes)
}

/// Gives each node rows of neighbouring labels.
pub fn sorted(labels: &[f64], nodes: usize) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    order.sort_by(|a, b| labels[*a as usize].total_cmp(&labels[*b as usize]));
    cut(&order, nodes)
}

/// Consecutive parts, the first (rows mod nodes) one row longer.
pub fn cut(order: &[u32], nodes: usize) -> Vec<Vec<u32>> {
    let (size, longer) = (order.len() / nodes, order.len() % nodes);
    let mut rest = order;
    (0..nodes)
        .map(|node| {
            let (part, others) = rest.split_at(size + usize::from(node < longer));
            rest = others;
            part.to_vec()
        })
        .collect()
}
