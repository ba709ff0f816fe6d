//! The scheme of the authors' preliminary public code, whose memory is too weak to correct errors.
//!
//! f(y) = ½‖Ay − b‖² over P blocks of rows with exact local gradients g^p. With a memory: send
//! a^p = Q(δ ε^p + g^p), then ε^p ← ε^p + g^p − β a^p and y ← y − β Σₚ a^p.

use harness_numerics::{kernels, random};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use crate::data::unit_rows;
use crate::reference;
use crate::selection::Selector;

/// The value of an axis `arm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arm {
    /// The weak memory, everything sent.
    WeakDense,
    /// The weak memory, one of the n/K blocks of neighbouring coordinates, drawn by every node.
    WeakBlock,
    /// The weak memory, `TopK`.
    WeakTopk,
    /// No memory, everything sent.
    NoneDense,
    /// No memory, a random block.
    NoneBlock,
    /// No memory, `TopK`.
    NoneTopk,
    /// `TopK` with error correction as published.
    Published,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Selection {
    All,
    Block,
    Largest,
}

impl Arm {
    const fn selection(self) -> Selection {
        match self {
            Self::WeakDense | Self::NoneDense => Selection::All,
            Self::WeakBlock | Self::NoneBlock => Selection::Block,
            Self::WeakTopk | Self::NoneTopk | Self::Published => Selection::Largest,
        }
    }

    const fn is_weak(self) -> bool {
        matches!(self, Self::WeakDense | Self::WeakBlock | Self::WeakTopk)
    }
}

/// The blocks of rows by their Gram matrices.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    dimension: usize,
    /// Aₚᵀ Aₚ of every block.
    grams: Vec<Vec<f64>>,
    /// Aₚᵀ b of every block.
    products: Vec<Vec<f64>>,
    /// ½‖b‖² = f(0).
    pub start: f64,
    /// min f.
    pub minimum: f64,
}

impl LeastSquares {
    /// Rows uniform on [0, 1)ⁿ scaled to unit length, labels ±1 by coin flips.
    pub fn drawn(dimension: usize, rows: usize, nodes: usize, random: &mut ChaCha8Rng) -> Self {
        let mut matrix: Vec<f64> = (0..rows * dimension)
            .map(|_| random::unit(random))
            .collect();
        unit_rows(&mut matrix, dimension);
        let labels: Vec<f64> = (0..rows)
            .map(|_| {
                if random::below(random, 2) == 0 {
                    -1.0
                } else {
                    1.0
                }
            })
            .collect();
        Self::new(&matrix, &labels, dimension, nodes)
    }

    /// Equal blocks of neighbouring rows; `nodes` must divide their number.
    pub fn new(matrix: &[f64], labels: &[f64], dimension: usize, nodes: usize) -> Self {
        let block = labels.len() / nodes;
        let mut grams = Vec::new();
        let mut products = Vec::new();
        for (rows, labels) in matrix
            .chunks_exact(block * dimension)
            .zip(labels.chunks_exact(block))
        {
            let mut gram = vec![0.0; dimension * dimension];
            for row in rows.chunks_exact(dimension) {
                for (entry, out) in row.iter().zip(gram.chunks_exact_mut(dimension)) {
                    kernels::axpy(*entry, row, out);
                }
            }
            let mut product = vec![0.0; dimension];
            kernels::transposed_vector(rows, labels, &mut product);
            grams.push(gram);
            products.push(product);
        }
        let mut problem = Self {
            dimension,
            grams,
            products,
            start: 0.5 * kernels::squared_norm(labels),
            minimum: 0.0,
        };
        problem.minimum = problem.value(&problem.solution());
        problem
    }

    /// The least-squares solution.
    pub fn solution(&self) -> Vec<f64> {
        let mut target = vec![0.0; self.dimension];
        for product in &self.products {
            kernels::axpy(1.0, product, &mut target);
        }
        let operator = |direction: &[f64], out: &mut [f64]| self.whole(direction, out);
        reference::solve(operator, &target, 1e-11)
    }

    /// `out` ← `AᵀA` · direction.
    fn whole(&self, direction: &[f64], out: &mut [f64]) {
        let mut part = vec![0.0; self.dimension];
        out.fill(0.0);
        for gram in &self.grams {
            kernels::matrix_vector(gram, direction, &mut part);
            kernels::axpy(1.0, &part, out);
        }
    }

    /// f(y) = ½ yᵀ `AᵀA` y − bᵀ A y + ½‖b‖².
    pub fn value(&self, point: &[f64]) -> f64 {
        let mut image = vec![0.0; self.dimension];
        self.whole(point, &mut image);
        let linear = self.products.iter();
        let linear: f64 = linear.map(|product| kernels::dot(product, point)).sum();
        0.5 * kernels::dot(&image, point) - linear + self.start
    }
}

/// A run of one arm.
#[derive(Clone, Debug)]
pub struct Preliminary {
    arm: Arm,
    kept: usize,
    /// β, and δ of the same size.
    step_size: f64,
    /// y.
    pub point: Vec<f64>,
    memories: Vec<Vec<f64>>,
    gradient: Vec<f64>,
    wanted: Vec<f64>,
    sent: Vec<f64>,
    chosen: Vec<u32>,
    selectors: Vec<Selector>,
    random: ChaCha8Rng,
}

impl Preliminary {
    /// At y = 0 without residuals.
    pub fn new(
        problem: &LeastSquares,
        arm: Arm,
        kept: usize,
        step_size: f64,
        random: ChaCha8Rng,
    ) -> Self {
        let zero = vec![0.0; problem.dimension];
        Self {
            arm,
            kept,
            step_size,
            point: zero.clone(),
            memories: vec![zero.clone(); problem.grams.len()],
            gradient: zero.clone(),
            wanted: zero.clone(),
            sent: zero,
            chosen: Vec::new(),
            selectors: vec![Selector::new(); problem.grams.len()],
            random,
        }
    }

    /// One step of all nodes.
    pub fn step(&mut self, problem: &LeastSquares) {
        let beta = self.step_size;
        self.sent.fill(0.0);
        for node in 0..self.memories.len() {
            kernels::matrix_vector(&problem.grams[node], &self.point, &mut self.gradient);
            kernels::axpy(-1.0, &problem.products[node], &mut self.gradient);
            let memory = &mut self.memories[node];
            // `wanted` is what Q is applied to; `unit` turns what is sent into a step of y.
            let unit = if self.arm == Arm::Published {
                1.0
            } else {
                beta
            };
            self.wanted.copy_from_slice(&self.gradient);
            if self.arm == Arm::Published {
                self.wanted.copy_from_slice(memory);
                kernels::axpy(beta, &self.gradient, &mut self.wanted);
                memory.copy_from_slice(&self.wanted);
            } else if self.arm.is_weak() {
                kernels::axpy(beta, memory, &mut self.wanted);
                kernels::axpy(1.0, &self.gradient, memory);
            }
            choose(
                self.arm.selection(),
                self.kept,
                &self.wanted,
                &mut self.selectors[node],
                &mut self.random,
                &mut self.chosen,
            );
            for index in &self.chosen {
                let index = *index as usize;
                let step = unit * self.wanted[index];
                self.sent[index] += step;
                memory[index] -= step;
            }
        }
        kernels::axpy(-1.0, &self.sent, &mut self.point);
    }
}

fn choose(
    selection: Selection,
    kept: usize,
    values: &[f64],
    selector: &mut Selector,
    random: &mut ChaCha8Rng,
    chosen: &mut Vec<u32>,
) {
    let dimension = values.len() as u32;
    match selection {
        Selection::Largest => selector.select(values, kept, chosen),
        Selection::All => {
            chosen.clear();
            chosen.extend(0..dimension);
        }
        Selection::Block => {
            let kept = kept as u32;
            let start = kept * random::below(random, dimension / kept);
            chosen.clear();
            chosen.extend(start..start + kept);
        }
    }
}
