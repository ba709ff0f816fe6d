//! Data-parallel SGD over P simulated nodes, with or without error correction.
//!
//! One step, on every node p: acc ← α G^p(v) + ε^p, send s^p = Q(acc), ε^p ← acc − s^p; then
//! v ← v − (1/P) Σₚ s^p, summed in the order of the nodes. P = 1 is the sequential version.

use harness_numerics::{kernels, random};
use rand_chacha::ChaCha8Rng;

use crate::compressors::{Compressor, Message, VALUE_BITS, index_bits};
use crate::lemma::Observation;
use crate::models::Model;

/// What a node computes its gradient from.
#[derive(Clone, Debug)]
pub enum Batches {
    /// So many rows of the node's own part, drawn with replacement at every step.
    Drawn(usize),
    /// The whole part: exact local gradients.
    Whole,
}

/// One node.
pub struct Node {
    rows: Vec<u32>,
    /// Decides which rows are drawn; the same for all methods.
    batch_random: ChaCha8Rng,
    /// Decides what a random compressor does.
    compressor_random: ChaCha8Rng,
    compressor: Box<dyn Compressor>,
    /// ε before a step; what the node would like to send during one.
    pub residual: Vec<f64>,
    message: Message,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node of {} rows", self.rows.len())
    }
}

/// All nodes, and what they share.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Node>,
    corrects_errors: bool,
    batches: Batches,
    batch: Vec<u32>,
    gradient: Vec<f64>,
    /// The parameters v, the same on all nodes.
    pub parameters: Vec<f64>,
    /// Steps made.
    pub steps: u64,
    /// Bits that all nodes together have sent.
    sent: u64,
    /// Bits that one node has received: the sum of the messages, whose supports fill in.
    pub bits_down: u64,
    /// The last step at which a coordinate was sent, counted from 1.
    touched: Vec<u64>,
}

impl Cluster {
    /// Nodes without residuals, as many as the shorter of `parts` and `streams`: the rows of each
    /// node, and its streams for drawing rows and for compressing.
    pub fn new(
        parameters: Vec<f64>,
        parts: Vec<Vec<u32>>,
        batches: Batches,
        corrects_errors: bool,
        mut compressor: impl FnMut() -> Box<dyn Compressor>,
        streams: Vec<(ChaCha8Rng, ChaCha8Rng)>,
    ) -> Self {
        let dimension = parameters.len();
        let nodes = parts.into_iter().zip(streams).map(|(rows, streams)| {
            let (batch_random, compressor_random) = streams;
            Node {
                rows,
                batch_random,
                compressor_random,
                compressor: compressor(),
                residual: vec![0.0; dimension],
                message: Message::default(),
            }
        });
        Self {
            nodes: nodes.collect(),
            corrects_errors,
            batches,
            batch: Vec::new(),
            gradient: Vec::new(),
            touched: vec![0; dimension],
            parameters,
            steps: 0,
            sent: 0,
            bits_down: 0,
        }
    }

    /// The nodes in order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// One step.
    pub fn step(&mut self, model: &mut impl Model, step_size: f64) {
        self.work(model, step_size, None);
        self.exchange();
    }

    /// One step, of which everything that the analysis speaks of is noted.
    pub fn observed_step(
        &mut self,
        model: &mut impl Model,
        step_size: f64,
        seen: &mut Observation,
    ) {
        seen.start(self.parameters.len());
        self.work(model, step_size, Some(seen));
        self.exchange();
    }

    /// Gradients and compression, node by node.
    fn work(&mut self, model: &mut impl Model, step_size: f64, mut seen: Option<&mut Observation>) {
        let share = 1.0 / self.nodes.len() as f64;
        for node in &mut self.nodes {
            let rows = match self.batches {
                Batches::Whole => &node.rows,
                Batches::Drawn(size) => {
                    self.batch.clear();
                    let count = node.rows.len() as u32;
                    for _ in 0..size {
                        let place = random::below(&mut node.batch_random, count);
                        self.batch.push(node.rows[place as usize]);
                    }
                    &self.batch
                }
            };
            if !self.corrects_errors {
                node.residual.fill(0.0);
            }
            if let Some(seen) = &mut seen {
                // The gradient by itself is needed only here; otherwise it is added in place.
                self.gradient.clear();
                self.gradient.resize(node.residual.len(), 0.0);
                model.add_gradient(&self.parameters, rows, step_size, &mut self.gradient);
                kernels::axpy(1.0, &self.gradient, &mut node.residual);
                seen.add_node(share, &self.gradient, &node.residual);
            } else {
                model.add_gradient(&self.parameters, rows, step_size, &mut node.residual);
            }
            node.compressor.compress(
                &node.residual,
                &mut node.compressor_random,
                &mut node.message,
            );
            if let Some(seen) = &mut seen {
                seen.add_message(share, &node.message);
            }
        }
    }

    /// All nodes apply the mean of all messages.
    fn exchange(&mut self) {
        self.steps += 1;
        let share = 1.0 / self.nodes.len() as f64;
        let dimension = self.parameters.len() as u64;
        let mut dense = false;
        let mut received = 0;
        for node in &mut self.nodes {
            node.message.add_to(-share, &mut self.parameters);
            if self.corrects_errors {
                node.message.subtract_from(&mut node.residual);
            }
            dense |= node.message.dense;
            self.sent += node.message.bits;
            for index in &node.message.indices {
                let touched = &mut self.touched[*index as usize];
                received += u64::from(*touched != self.steps);
                *touched = self.steps;
            }
        }
        self.bits_down += if dense {
            dimension * VALUE_BITS
        } else {
            received * (VALUE_BITS + index_bits(self.parameters.len()))
        };
    }

    /// Bits that one node has sent, on average over nodes.
    pub fn bits_up(&self) -> f64 {
        self.sent as f64 / self.nodes.len() as f64
    }

    /// mean ← (1/P) Σₚ ε^p.
    pub fn mean_residual(&self, mean: &mut Vec<f64>) {
        mean.clear();
        mean.resize(self.parameters.len(), 0.0);
        let share = 1.0 / self.nodes.len() as f64;
        if self.corrects_errors {
            for node in &self.nodes {
                kernels::axpy(share, &node.residual, mean);
            }
        }
    }

    /// Whether all parameters are finite.
    pub fn is_finite(&self) -> bool {
        kernels::squared_norm(&self.parameters).is_finite()
    }
}
