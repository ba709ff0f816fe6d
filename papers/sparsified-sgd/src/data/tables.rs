//! Committed and optional data sets as the experiments use them.

use std::collections::BTreeMap;

use harness_core::Dataset;

use super::csr::Csr;
use super::linear::unit_rows;
use crate::models::NonconvexLogistic;

/// Labelled images, split into rows to train on and rows to test on.
#[derive(Clone, Debug)]
pub struct Images {
    /// Numbers in an image.
    pub width: usize,
    /// Training images, row by row, entries from 0 to 1.
    pub training: Vec<f64>,
    /// Their classes.
    pub training_classes: Vec<u32>,
    /// Test images: every fifth of the data set.
    pub testing: Vec<f64>,
    /// Their classes.
    pub testing_classes: Vec<u32>,
}

/// Whether a row is kept for testing.
const fn is_test(index: usize) -> bool {
    index % 5 == 4
}

/// Images whose entries run from 0 to `most`; the last column is the class.
pub fn images(dataset: &Dataset, most: f64) -> Images {
    let mut images = Images {
        width: dataset.columns - 1,
        training: Vec::new(),
        training_classes: Vec::new(),
        testing: Vec::new(),
        testing_classes: Vec::new(),
    };
    for row in 0..dataset.rows {
        let (values, classes) = if is_test(row) {
            (&mut images.testing, &mut images.testing_classes)
        } else {
            (&mut images.training, &mut images.training_classes)
        };
        values.extend(dataset.features(row).iter().map(|value| value / most));
        classes.push(dataset.label(row) as u32);
    }
    images
}

/// The 1,797 digits of 8 × 8 grey values from 0 to 16.
pub fn digits(dataset: &Dataset) -> Images {
    images(dataset, 16.0)
}

/// Columns standardised (population deviation), then unit rows; benign is +1.
pub fn breast_cancer(dataset: &Dataset, regularisation: f64) -> NonconvexLogistic {
    let (rows, columns) = (dataset.rows, dataset.columns - 1);
    let mut matrix: Vec<f64> = (0..rows)
        .flat_map(|row| dataset.features(row).iter().copied())
        .collect();
    for column in 0..columns {
        let entries = || matrix.iter().skip(column).step_by(columns);
        let mean = entries().sum::<f64>() / rows as f64;
        let squares = entries().map(|entry| (entry - mean) * (entry - mean));
        let deviation = (squares.sum::<f64>() / rows as f64).sqrt();
        for entry in matrix.iter_mut().skip(column).step_by(columns) {
            *entry = (*entry - mean) / deviation;
        }
    }
    unit_rows(&mut matrix, columns);
    let labels = (0..rows).map(|row| if dataset.label(row) > 0.5 { 1.0 } else { -1.0 });
    NonconvexLogistic::new(matrix, labels.collect(), columns, regularisation)
}

/// A news corpus as triples: each row of the table is (document, term, count, class), both numbered
/// from 0. Weights (1 + ln tf)(ln((1 + m)/(1 + df)) + 1) over all documents, unit rows; classes 0
/// and 4 (business and technology) are +1. Every fifth document is for testing: gives the
/// training rows with labels, then the test rows with labels.
pub fn news(dataset: &Dataset) -> [(Csr, Vec<f64>); 2] {
    let mut documents: BTreeMap<usize, (Vec<(u32, f64)>, f64)> = BTreeMap::new();
    let mut frequency: BTreeMap<u32, f64> = BTreeMap::new();
    for row in 0..dataset.rows {
        if let [document, term, count, class] = dataset.row(row) {
            let entry = documents.entry(*document as usize).or_default();
            entry.0.push((*term as u32, *count));
            entry.1 = *class;
            *frequency.entry(*term as u32).or_default() += 1.0;
        }
    }
    let columns = frequency.keys().last().map_or(0, |term| *term as usize + 1);
    let count = documents.len() as f64;
    let mut sets = [
        (Csr::new(columns), Vec::new()),
        (Csr::new(columns), Vec::new()),
    ];
    for (place, (mut terms, class)) in documents.into_values().enumerate() {
        terms.sort_by_key(|(term, _)| *term);
        for (term, weight) in &mut terms {
            let rarity = libm::log((1.0 + count) / (1.0 + frequency[term])) + 1.0;
            *weight = (1.0 + libm::log(*weight)) * rarity;
        }
        let (features, labels) = &mut sets[usize::from(is_test(place))];
        // A term that stands twice in a document leaves the document out.
        if features.push(&terms).is_ok() {
            let positive = !(0.5..=3.5).contains(&class);
            labels.push(if positive { 1.0 } else { -1.0 });
        }
    }
    for (features, _) in &mut sets {
        features.normalise_rows();
    }
    sets
}
