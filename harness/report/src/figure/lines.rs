//! Figures of plain numbers, for pages that are not a paper's.

use super::{Plot, draw_within_limit, plot};
use crate::error::ReportError;
use crate::summary::Summary;
use crate::templates::environment;

/// A figure with one panel and a line for each series.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// Above the panel.
    pub title: String,
    /// Under the horizontal axis.
    pub x_label: String,
    /// Beside the vertical axis.
    pub y_label: String,
    /// Whether the horizontal axis is logarithmic.
    pub x_log: bool,
    /// Whether the vertical axis is logarithmic.
    pub y_log: bool,
    /// Name and points of each line.
    pub series: Vec<(String, Vec<(f64, f64)>)>,
}

impl Lines {
    /// Draws the figure.
    ///
    /// # Errors
    /// None in practice: the template is compiled in.
    pub fn svg(&self) -> Result<String, ReportError> {
        let point = |(x, y): &(f64, f64)| {
            let summary = Summary {
                n: 1,
                median: *y,
                low: *y,
                high: *y,
            };
            (*x, summary)
        };
        let curves = self.series.iter().enumerate();
        let curves = curves.map(|(number, (_, points))| plot::Curve {
            series: Some(number),
            overlay: None,
            points: points.iter().map(point).collect(),
        });
        let plot = Plot {
            title: self.title.clone(),
            x_label: self.x_label.clone(),
            y_label: self.y_label.clone(),
            x_log: self.x_log,
            y_log: self.y_log,
            x_values: Vec::new(),
            series: self.series.iter().map(|(name, _)| name.clone()).collect(),
            overlays: Vec::new(),
            panels: vec![plot::Panel {
                title: String::new(),
                curves: curves.collect(),
            }],
        };
        draw_within_limit(&environment()?, &plot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_has_its_name_and_line() {
        let lines = Lines {
            title: "Cost".into(),
            x_label: "cells".into(),
            y_label: "seconds".into(),
            x_log: true,
            y_log: true,
            series: vec![
                ("one".into(), vec![(1.0, 1.0), (10.0, 2.0)]),
                ("two".into(), vec![(1.0, 3.0), (10.0, 0.5)]),
            ],
        };
        let svg = lines.svg().expect("a drawing");
        for text in ["Cost", "cells", "seconds", "one", "two"] {
            assert!(svg.contains(&format!(">{text}<")), "{text} in {svg}");
        }
        assert!(svg.matches("<path").count() + svg.matches("<polyline").count() >= 2);
    }
}
