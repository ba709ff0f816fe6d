//! What a compressor sends: a reusable buffer.

use harness_numerics::kernels;

/// A vector as it was sent: sparse, or with all its entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The coordinates of `values`, all different; empty if all entries are sent.
    pub indices: Vec<u32>,
    /// The values sent.
    pub values: Vec<f64>,
    /// Whether `values` holds all entries in order.
    pub dense: bool,
    /// Bits on the wire.
    pub bits: u64,
}

impl Message {
    /// Makes this an empty sparse message of so many bits.
    pub fn start_sparse(&mut self, bits: u64) {
        self.indices.clear();
        self.values.clear();
        self.dense = false;
        self.bits = bits;
    }

    /// Makes this a message of so many bits in which all entries are sent. What they are is left
    /// to the caller, who must write every one.
    pub fn start_dense(&mut self, dimension: usize, bits: u64) {
        self.indices.clear();
        self.values.resize(dimension, 0.0);
        self.dense = true;
        self.bits = bits;
    }

    /// target ← target + factor · message.
    pub fn add_to(&self, factor: f64, target: &mut [f64]) {
        if self.dense {
            kernels::axpy(factor, &self.values, target);
        } else {
            for (index, value) in self.indices.iter().zip(&self.values) {
                target[*index as usize] += factor * value;
            }
        }
    }

    /// target ← target − message: exactly 0 where the message is a copy.
    pub fn subtract_from(&self, target: &mut [f64]) {
        if self.dense {
            for (target, value) in target.iter_mut().zip(&self.values) {
                *target -= value;
            }
        } else {
            for (index, value) in self.indices.iter().zip(&self.values) {
                target[*index as usize] -= value;
            }
        }
    }
}
