//! Figures: lines with a band over replicates, predictions and bounds dashed, as SVG with real text.
//!
//! Own layout and a template rather than a plotting library: dashes, clipping, places between
//! pixels, exponents and labels at the ends of curves are what makes these figures readable.

mod draw;
mod layout;
mod lines;
mod plot;
mod range;
mod scale;
mod scene;
mod style;

use harness_core::manifest::{ExperimentSpec, Figure};
use minijinja::Environment;

use crate::error::ReportError;
use crate::report::FigureRow;

pub use lines::Lines;
use plot::Plot;

/// No figure is larger than this, in bytes.
pub const LARGEST_SVG: usize = 100_000;

/// Draws one figure from the rows of its CSV file.
pub(crate) fn svg(
    templates: &Environment<'_>,
    experiment: &ExperimentSpec,
    figure: &Figure,
    rows: &[FigureRow],
) -> Result<String, ReportError> {
    draw_within_limit(templates, &Plot::new(experiment, figure, rows))
}

fn draw_within_limit(templates: &Environment<'_>, plot: &Plot) -> Result<String, ReportError> {
    let layout = layout::Layout::new(plot);
    // Points closer together than this many pixels are left out until the drawing is small enough.
    let mut distance = 0.0;
    loop {
        let svg = draw::scene(plot, &layout, distance).svg(templates)?;
        if svg.len() < LARGEST_SVG || distance > 100.0 {
            return Ok(svg);
        }
        distance = if distance > 0.0 { distance * 2.0 } else { 1.0 };
    }
}
