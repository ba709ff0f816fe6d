//! A network with one hidden layer as a model over rows.

use super::Model;
use crate::network::{Network, Workspace};

/// Mean cross-entropy of a classifier over its training rows.
#[derive(Clone, Debug)]
pub struct NetworkModel {
    /// The shape.
    pub network: Network,
    /// The inputs, row by row.
    pub inputs: Vec<f64>,
    /// The class of every row.
    pub classes: Vec<u32>,
    workspace: Workspace,
    batch: Vec<f64>,
    batch_classes: Vec<u32>,
}

/// Rows that a forward pass takes at a time.
const CHUNK: usize = 64;

impl NetworkModel {
    /// A model of labelled rows.
    pub fn new(network: Network, inputs: Vec<f64>, classes: Vec<u32>) -> Self {
        Self {
            network,
            inputs,
            classes,
            workspace: Workspace::default(),
            batch: Vec::new(),
            batch_classes: Vec::new(),
        }
    }

    /// The share of rows whose class gets the largest output; of equal ones the lowest class.
    pub fn accuracy(&mut self, at: &[f64]) -> f64 {
        let width = self.network.inputs;
        let mut right = 0;
        let rows = self.inputs.chunks(CHUNK * width);
        for (inputs, classes) in rows.zip(self.classes.chunks(CHUNK)) {
            self.network.forward(at, inputs, &mut self.workspace);
            let outputs = self.workspace.outputs(self.network.classes);
            for (outputs, class) in outputs.zip(classes) {
                right += usize::from(largest(outputs) == *class as usize);
            }
        }
        right as f64 / self.classes.len() as f64
    }
}

fn largest(outputs: &[f64]) -> usize {
    let mut best = 0;
    for (place, value) in outputs.iter().enumerate() {
        if *value > outputs[best] {
            best = place;
        }
    }
    best
}

impl Model for NetworkModel {
    fn dimension(&self) -> usize {
        self.network.parameters()
    }

    fn rows(&self) -> usize {
        self.classes.len()
    }

    fn add_gradient(&mut self, at: &[f64], rows: &[u32], factor: f64, out: &mut [f64]) {
        let width = self.network.inputs;
        self.batch.clear();
        self.batch_classes.clear();
        for row in rows {
            let row = *row as usize;
            self.batch
                .extend_from_slice(&self.inputs[row * width..(row + 1) * width]);
            self.batch_classes.push(self.classes[row]);
        }
        let share = factor / rows.len() as f64;
        self.network.forward(at, &self.batch, &mut self.workspace);
        let workspace = &mut self.workspace;
        self.network
            .add_gradient(at, &self.batch, &self.batch_classes, share, workspace, out);
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        let width = self.network.inputs;
        let mut sum = 0.0;
        let rows = self.inputs.chunks(CHUNK * width);
        for (inputs, classes) in rows.zip(self.classes.chunks(CHUNK)) {
            self.network.forward(at, inputs, &mut self.workspace);
            sum += self.network.losses(classes, &mut self.workspace);
        }
        sum / self.classes.len() as f64
    }
}
