//! Which range of numbers the axes of each panel show.

use super::plot::{Panel, Plot};
use super::scale::coordinate;

/// A range of coordinates (logarithms on a logarithmic axis).
pub(crate) type Range = (f64, f64);

/// A panel that would use less than this share of a common range gets its own.
const SHARED_FROM: f64 = 0.3;

/// The ranges of one axis over all panels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranges {
    /// One for each panel.
    pub(crate) of: Vec<Range>,
    /// Whether they are all the same.
    pub(crate) shared: bool,
}

/// The horizontal ranges.
pub(crate) fn horizontal(plot: &Plot) -> Ranges {
    let log = plot.x_log;
    let of = |panel: &Panel| {
        let curves = panel.curves.iter();
        let points = curves.flat_map(|curve| &curve.points);
        extent(points.filter_map(|(x, y)| {
            coordinate(y.median, plot.y_log)?;
            coordinate(*x, log)
        }))
    };
    arrange(plot, of, 0.012)
}

/// The vertical ranges.
pub(crate) fn vertical(plot: &Plot) -> Ranges {
    arrange(plot, |panel| vertical_extent(plot, panel), 0.05)
}

/// What the measured medians cover, extended by bands and overlays, but not to more than three
/// times as much: a bound that is far away must not squash what it bounds.
fn vertical_extent(plot: &Plot, panel: &Panel) -> Option<Range> {
    let log = plot.y_log;
    let seen = |x: f64, y: f64| {
        coordinate(x, plot.x_log)?;
        coordinate(y, log)
    };
    let measured = || panel.curves.iter().filter(|curve| curve.overlay.is_none());
    let medians = extent(
        measured()
            .flat_map(|curve| &curve.points)
            .filter_map(|(x, y)| seen(*x, y.median)),
    );
    let bands = measured()
        .flat_map(|curve| &curve.points)
        .flat_map(|(x, y)| [seen(*x, y.low), seen(*x, y.high)]);
    let overlays = panel
        .curves
        .iter()
        .filter(|curve| curve.overlay.is_some())
        .flat_map(|curve| &curve.points)
        .map(|(x, y)| seen(*x, y.median));
    let all = extent(bands.chain(overlays).flatten());
    let (Some((low, high)), Some((all_low, all_high))) = (medians, all) else {
        return medians.or(all);
    };
    let reach = (high - low).max(if log {
        1.0
    } else {
        (high.abs() + low.abs()) * 0.05
    });
    Some((
        low.min(all_low.max(low - reach)),
        high.max(all_high.min(high + reach)),
    ))
}

fn arrange(plot: &Plot, of: impl Fn(&Panel) -> Option<Range>, padding: f64) -> Ranges {
    let own: Vec<Option<Range>> = plot.panels.iter().map(of).collect();
    let common = extent(own.iter().flatten().flat_map(|(low, high)| [*low, *high]));
    let common = common.unwrap_or((0.0, 1.0));
    let length = common.1 - common.0;
    let shared = own
        .iter()
        .flatten()
        .all(|(low, high)| high - low >= SHARED_FROM * length);
    let pad = |(low, high): Range| {
        let length = high - low;
        if length <= 1e-12 * (low.abs() + high.abs()) {
            // One value only: a little room on both sides.
            let room = (0.1 * low.abs()).max(0.1);
            return (low - room, high + room);
        }
        (low - padding * length, high + padding * length)
    };
    let of = own
        .into_iter()
        .map(|range| {
            pad(if shared {
                common
            } else {
                range.unwrap_or(common)
            })
        })
        .collect();
    Ranges { of, shared }
}

fn extent(values: impl IntoIterator<Item = f64>) -> Option<Range> {
    values.into_iter().fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}
