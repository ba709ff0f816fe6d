//! Colours, dashes and markers: told apart without colour vision, and on white.

use super::scene::tenth;

/// The palette of Okabe and Ito (2008) in an order of decreasing contrast; its yellow, invisible
/// as a line on white, is darkened. Black is kept for predictions and bounds, then reused.
const COLOURS: [&str; 8] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#9a8700", "#000000",
];

/// The same colours at half brightness, for a dashed line on top of its own series.
const DARK: [&str; 8] = [
    "#003959", "#6a2f00", "#004f39", "#663c53", "#734f00", "#2b5a74", "#4d4300", "#000000",
];

/// Dashes of predictions and bounds.
const DASHES: [&str; 4] = ["6 3.5", "2 2.5", "9 3 2 3", "12 4"];

/// The outline of a plus sign; turned, of a cross.
const PLUS: [(f64, f64); 12] = [
    (-1.3, -3.9),
    (1.3, -3.9),
    (1.3, -1.3),
    (3.9, -1.3),
    (3.9, 1.3),
    (1.3, 1.3),
    (1.3, 3.9),
    (-1.3, 3.9),
    (-1.3, 1.3),
    (-3.9, 1.3),
    (-3.9, -1.3),
    (-1.3, -1.3),
];

/// Colour of a series.
pub(crate) fn colour(series: usize) -> &'static str {
    COLOURS[series % COLOURS.len()]
}

/// Colour of a line that belongs to a series, or to all of them.
pub(crate) fn overlay_colour(series: Option<usize>) -> &'static str {
    series.map_or("#222222", |series| DARK[series % DARK.len()])
}

/// Dashes of an overlay.
pub(crate) fn dash(overlay: usize) -> &'static str {
    DASHES[overlay % DASHES.len()]
}

/// The outline of a series' marker around a point, as path data; closed, to be filled.
pub(crate) fn marker(series: usize, x: f64, y: f64) -> String {
    let polygon = |corners: &[(f64, f64)]| {
        let corners: Vec<String> = corners
            .iter()
            .map(|(dx, dy)| format!("{} {}", tenth(x + dx), tenth(y + dy)))
            .collect();
        format!("M{}Z", corners.join("L"))
    };
    match series % 8 {
        0 => format!(
            "M{} {}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z",
            tenth(x - 3.0),
            tenth(y)
        ),
        1 => polygon(&[(-2.7, -2.7), (2.7, -2.7), (2.7, 2.7), (-2.7, 2.7)]),
        2 => polygon(&[(0.0, -3.8), (3.5, 2.4), (-3.5, 2.4)]),
        3 => polygon(&[(0.0, -3.9), (3.9, 0.0), (0.0, 3.9), (-3.9, 0.0)]),
        4 => polygon(&[(0.0, 3.8), (3.5, -2.4), (-3.5, -2.4)]),
        5 => polygon(&PLUS),
        6 => polygon(&PLUS.map(|(dx, dy)| (0.72 * (dx - dy), 0.72 * (dx + dy)))),
        _ => polygon(&[
            (0.0, -3.8),
            (3.6, -1.1),
            (2.2, 3.1),
            (-2.2, 3.1),
            (-3.6, -1.1),
        ]),
    }
}

/// A cross, where a curve ends because the median run diverged.
pub(crate) fn cross(x: f64, y: f64) -> String {
    let (left, right) = (tenth(x - 4.0), tenth(x + 4.0));
    let (top, bottom) = (tenth(y - 4.0), tenth(y + 4.0));
    format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}")
}
