//! Two-class views of real data sets, through the origin and with absorbed labels.

use harness_core::Dataset;

use crate::points::Points;

/// How a data set becomes points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The label that becomes +1.
    pub positive: f64,
    /// The label that becomes −1; `None` for all others.
    pub negative: Option<f64>,
    /// How the features are scaled.
    pub scaling: Scaling,
    /// Whether a constant 1 is appended.
    pub bias: bool,
}

/// How features are scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaling {
    /// Not at all.
    Raw,
    /// Divided by a number.
    Divided(f64),
    /// (x − mean)/std per column, over all rows of the data set, with the population's std.
    /// Constant columns become 0.
    Standardised,
}

impl View {
    /// The points of the view, in the order of the rows.
    pub fn points(&self, data: &Dataset) -> Points {
        let width = data.columns - 1;
        let columns: Vec<(f64, f64)> = (0..width).map(|j| self.shift_and_scale(data, j)).collect();
        let mut values = Vec::new();
        for row in 0..data.rows {
            let Some(label) = self.label(data.label(row)) else {
                continue;
            };
            let features = data.features(row).iter().zip(&columns);
            values.extend(features.map(|(x, (shift, scale))| label * ((x - shift) / scale)));
            if self.bias {
                values.push(label);
            }
        }
        Points::new(width + usize::from(self.bias), values)
    }

    /// +1, −1, or `None` for a row that the view leaves out.
    fn label(&self, label: f64) -> Option<f64> {
        let is = |other: f64| (label - other).abs() < 0.5;
        if is(self.positive) {
            Some(1.0)
        } else if self.negative.is_none_or(is) {
            Some(-1.0)
        } else {
            None
        }
    }

    fn shift_and_scale(&self, data: &Dataset, column: usize) -> (f64, f64) {
        match self.scaling {
            Scaling::Raw => (0.0, 1.0),
            Scaling::Divided(scale) => (0.0, scale),
            Scaling::Standardised => {
                let count = data.rows as f64;
                let entries = || (0..data.rows).map(|row| data.row(row)[column]);
                let mean = entries().sum::<f64>() / count;
                let variance = entries().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
                let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
                (mean, scale)
            }
        }
    }
}

/// Iris: setosa against the rest, standardised.
pub const IRIS_SETOSA: View = View {
    positive: 0.0,
    negative: None,
    scaling: Scaling::Standardised,
    bias: false,
};

/// Digits: 0 against 1, pixels divided by 16.
pub const DIGITS_ZERO_ONE: View = View {
    positive: 0.0,
    negative: Some(1.0),
    scaling: Scaling::Divided(16.0),
    bias: false,
};

/// Digits: 4 against 9, pixels divided by 16.
pub const DIGITS_FOUR_NINE: View = View {
    positive: 4.0,
    negative: Some(9.0),
    ..DIGITS_ZERO_ONE
};

/// Breast cancer: benign against malignant, standardised, with a bias.
pub const BREAST_CANCER: View = View {
    positive: 1.0,
    negative: None,
    scaling: Scaling::Standardised,
    bias: true,
};

/// Wine: the first cultivar against the rest, standardised, with a bias.
pub const WINE: View = View {
    positive: 0.0,
    negative: None,
    scaling: Scaling::Standardised,
    bias: true,
};
