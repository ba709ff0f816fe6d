//! Statistics that no test kind expresses.

use harness_core::claims::CheckView;
use harness_core::{Axes, Check, Run};

/// All checks that the manifest may name.
pub(crate) const ALL: &[Check] = &[Check {
    name: "iterations-where-grid-is-fine",
    evaluate: iterations_where_grid_is_fine,
}];

/// A floor above this share of the target makes a draw too coarse to compare iterations on.
const COARSE: f64 = 0.2;

/// Passes with interpolated gradients divided by passes with exact ones, of one method; exactly 1
/// where the floor is above 0.2 ε, since the fact sheet leaves such draws out. How many are left out
/// is a test of its own.
fn iterations_where_grid_is_fine(view: &CheckView<'_>) -> f64 {
    let scalar = |gradient: &str, metric: &str| {
        let run = view.find(&Axes::new().with("gradient", gradient));
        let value = run.and_then(|run: &Run| run.records.scalars.get(metric).copied());
        value.unwrap_or(f64::NAN)
    };
    if scalar("interpolated", "floor-over-target") > COARSE {
        return 1.0;
    }
    scalar("interpolated", "passes") / scalar("exact", "passes")
}
