//! One replicate's runs as a custom statistic sees them.

use crate::axes::Axes;
use crate::run::Run;

/// The runs of one replicate that a test selects, labelled by the axis values of the claim.
///
/// Under an ablation the labels stay and the runs are those of the substituted cells.
#[derive(Clone, Debug)]
pub struct CheckView<'a> {
    /// Label and run, ordered by label.
    pub runs: Vec<(Axes, &'a Run)>,
}

impl<'a> CheckView<'a> {
    /// The first run whose label has all these values.
    pub fn find(&self, values: &Axes) -> Option<&'a Run> {
        let fits = |label: &Axes| {
            values
                .iter()
                .all(|(name, value)| label.get(name) == Some(value))
        };
        self.runs
            .iter()
            .find(|(label, _)| fits(label))
            .map(|(_, run)| *run)
    }
}
