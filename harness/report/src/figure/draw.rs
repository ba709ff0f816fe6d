//! A plot with its layout becomes marks.

use super::layout::{Entry, Frame, LINE, Layout, NAME_SIZE};
use super::plot::{Curve, Panel, Plot};
use super::scene::{Path, Scene, Text, line};
use super::style::{colour, cross, dash, marker, overlay_colour};
use crate::summary::Summary;

/// About so many markers tell a curve from the others.
const MARKERS: usize = 9;

/// Draws everything; points closer together than `distance` pixels are left out.
pub(crate) fn scene(plot: &Plot, layout: &Layout, distance: f64) -> Scene {
    let mut scene = Scene {
        width: libm::ceil(layout.width),
        height: libm::ceil(layout.height),
        title: plot.title.clone(),
        description: description(plot),
        clips: layout.panels.iter().map(|frame| frame.area).collect(),
        marks: Vec::new(),
    };
    for (number, frame) in layout.panels.iter().enumerate() {
        axes(&mut scene, plot, frame);
        axis_names(&mut scene, layout, frame);
        match plot.panels.get(number) {
            Some(panel) => curves(&mut scene, panel, frame, number, distance),
            None => no_data(&mut scene, frame),
        }
        if let Some(panel) = plot.panels.get(number) {
            let mut title = Text::new(
                frame.area.x + frame.area.width / 2.0,
                frame.area.y - 8.0,
                "middle",
                &panel.title,
            );
            title.bold = true;
            if !panel.title.is_empty() {
                scene.text(title);
            }
        }
    }
    for (entry, x, y) in &layout.legend {
        sample(&mut scene, *entry, (*x, *x + 26.0), (*y - 4.0, *y - 4.0));
        scene.text(Text::new(x + 32.0, *y, "start", entry.name(plot)));
    }
    if let Some(frame) = layout.panels.first() {
        let right = frame.area.right();
        for (entry, end, place) in &layout.labels {
            sample(
                &mut scene,
                *entry,
                (right + 3.0, right + 19.0),
                (*end, *place),
            );
            scene.text(Text::new(
                right + 23.0,
                place + 4.0,
                "start",
                entry.name(plot),
            ));
        }
    }
    scene
}

fn description(plot: &Plot) -> String {
    let named = |names: &[String]| {
        let names: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|n| !n.is_empty())
            .collect();
        names.join("; ")
    };
    let mut text = format!("{} against {}.", plot.y_label, plot.x_label);
    for (what, names) in [
        ("Series", named(&plot.series)),
        ("Dashed", named(&plot.overlays)),
    ] {
        if !names.is_empty() {
            text.extend([" ", what, ": ", &names, "."]);
        }
    }
    text
}

fn no_data(scene: &mut Scene, frame: &Frame) {
    let area = frame.area;
    let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
    scene.text(Text::new(x, y, "middle", "no data"));
}

fn stroke(d: String, colour: &str, width: f64) -> Path {
    Path {
        d,
        stroke: Some(colour.into()),
        stroke_width: width,
        ..Path::default()
    }
}

/// Grid, axis lines and numbers.
fn axes(scene: &mut Scene, plot: &Plot, frame: &Frame) {
    let area = frame.area;
    let x_ticks = frame
        .x
        .ticks_at(&plot.x_values)
        .unwrap_or_else(|| frame.x.ticks((area.width / 55.0) as usize));
    let y_ticks = frame.y.ticks((area.height / 36.0) as usize);
    let mut grid = String::new();
    let mut marks = String::new();
    for tick in &x_ticks {
        let x = tick.pixel;
        let length = if tick.label.is_some() { 5.0 } else { 2.5 };
        marks.push_str(&line([(x, area.bottom()), (x, area.bottom() + length)]));
        if let Some(label) = &tick.label {
            grid.push_str(&line([(x, area.y), (x, area.bottom())]));
            let mut text = Text::new(x, area.bottom() + 18.0, "middle", &label.base);
            text.raised.clone_from(&label.exponent);
            scene.text(text);
        }
    }
    for tick in &y_ticks {
        let y = tick.pixel;
        let length = if tick.label.is_some() { 5.0 } else { 2.5 };
        marks.push_str(&line([(area.x - length, y), (area.x, y)]));
        if let Some(label) = &tick.label {
            grid.push_str(&line([(area.x, y), (area.right(), y)]));
            if frame.y_numbers {
                let mut text = Text::new(area.x - 8.0, y + 4.0, "end", &label.base);
                text.raised.clone_from(&label.exponent);
                scene.text(text);
            }
        }
    }
    marks.push_str(&line([
        (area.x, area.y),
        (area.x, area.bottom()),
        (area.right(), area.bottom()),
    ]));
    scene.path(stroke(grid, "#e4e4e4", 1.0));
    scene.path(stroke(marks, "#555555", 1.0));
}

/// The names of the axes of one panel.
fn axis_names(scene: &mut Scene, layout: &Layout, frame: &Frame) {
    let area = frame.area;
    let mut write = |x, y, words: &String, turned| {
        let mut name = Text::new(x, y, "middle", words);
        name.size = NAME_SIZE;
        name.turned = turned;
        scene.text(name);
    };
    let middle = area.x + area.width / 2.0;
    for (place, words) in layout.x_name.iter().enumerate() {
        write(
            middle,
            area.bottom() + 38.0 + place as f64 * LINE,
            words,
            false,
        );
    }
    if frame.y_name {
        let middle = area.y + area.height / 2.0;
        for (place, words) in layout.y_name.iter().rev().enumerate() {
            write(area.x - 54.0 - place as f64 * LINE, middle, words, true);
        }
    }
}

/// Bands behind, then measured lines, then predictions and bounds in front.
fn curves(scene: &mut Scene, panel: &Panel, frame: &Frame, clip: usize, distance: f64) {
    let measured = || panel.curves.iter().filter(|curve| curve.overlay.is_none());
    let of_series = |curve: &Curve| curve.series.unwrap_or(0);
    for curve in measured() {
        let d: String = pieces(curve, frame, distance)
            .iter()
            .map(|piece| band(piece))
            .collect();
        if !d.is_empty() {
            scene.path(Path {
                d,
                fill: Some(colour(of_series(curve)).into()),
                fill_opacity: Some(0.16),
                clip: Some(clip),
                ..Path::default()
            });
        }
    }
    for curve in measured() {
        measured_line(scene, curve, frame, clip, distance);
    }
    for curve in &panel.curves {
        if let Some(overlay) = curve.overlay {
            let d: String = pieces(curve, frame, distance)
                .iter()
                .map(|piece| line(piece.iter().map(|point| (point.x, point.y))))
                .collect();
            if !d.is_empty() {
                let mut path = stroke(d, overlay_colour(curve.series), 1.4);
                path.dash = Some(dash(overlay));
                path.clip = Some(clip);
                scene.path(path);
            }
        }
    }
}

fn measured_line(scene: &mut Scene, curve: &Curve, frame: &Frame, clip: usize, distance: f64) {
    let series = curve.series.unwrap_or(0);
    let pieces = pieces(curve, frame, distance);
    let mut d = String::new();
    for piece in &pieces {
        if let [point] = piece.as_slice() {
            // One point alone has no band: its spread is a bar.
            d.push_str(&line([(point.x, point.low), (point.x, point.high)]));
        } else {
            d.push_str(&line(piece.iter().map(|point| (point.x, point.y))));
        }
    }
    if !d.is_empty() {
        let mut path = stroke(d, colour(series), 2.0);
        path.round = true;
        path.clip = Some(clip);
        scene.path(path);
    }
    let points: Vec<&Point> = pieces.iter().flatten().collect();
    let every = points.len().div_ceil(MARKERS).max(1);
    // Shifted from series to series, so that markers of curves that coincide stand side by side.
    let first = if every > 1 { series % every } else { 0 };
    let markers: String = points
        .iter()
        .enumerate()
        .filter(|(place, _)| place % every == first)
        .filter(|(_, point)| frame.y.shows(point.y))
        .map(|(_, point)| marker(series, point.x, point.y))
        .collect();
    if !markers.is_empty() {
        scene.path(Path {
            d: markers,
            fill: Some(colour(series).into()),
            stroke: Some("#ffffff".into()),
            stroke_width: 0.8,
            ..Path::default()
        });
    }
    let diverged = curve
        .points
        .last()
        .is_some_and(|(_, y)| y.median == f64::INFINITY);
    if let (true, Some(point)) = (diverged, points.last()) {
        scene.path(stroke(cross(point.x, point.y), colour(series), 2.0));
    }
}

/// A point in pixels.
#[derive(Clone, Copy, Debug)]
struct Point {
    x: f64,
    y: f64,
    low: f64,
    high: f64,
}

/// The stretches of a curve between values that have no place on the axes.
fn pieces(curve: &Curve, frame: &Frame, distance: f64) -> Vec<Vec<Point>> {
    let place = |(x, y): &(f64, Summary)| {
        Some(Point {
            x: frame.x.place(*x)?,
            y: frame.y.place(y.median)?,
            low: frame.y.band_place(y.low)?,
            high: frame.y.band_place(y.high)?,
        })
    };
    let places: Vec<Option<Point>> = curve.points.iter().map(place).collect();
    let stretches = places.split(Option::is_none);
    stretches
        .map(|stretch| thinned(stretch.iter().flatten().copied().collect(), distance))
        .filter(|piece| !piece.is_empty())
        .collect()
}

fn thinned(points: Vec<Point>, distance: f64) -> Vec<Point> {
    let count = points.len();
    let mut kept: Vec<Point> = Vec::new();
    for (place, point) in points.into_iter().enumerate() {
        let far = kept
            .last()
            .is_none_or(|last| (point.x - last.x).abs() >= distance);
        if far || place + 1 == count {
            kept.push(point);
        }
    }
    kept
}

/// The area between the ends of the band.
fn band(piece: &[Point]) -> String {
    let wide = piece
        .iter()
        .any(|point| (point.low - point.high).abs() > 0.3);
    if piece.len() < 2 || !wide {
        return String::new();
    }
    let upper = piece.iter().map(|point| (point.x, point.high));
    let lower = piece.iter().rev().map(|point| (point.x, point.low));
    line(upper.chain(lower)) + "Z"
}

/// A short piece of an entry's line, with its marker.
fn sample(scene: &mut Scene, entry: Entry, (left, right): (f64, f64), (from, to): (f64, f64)) {
    let middle = left.midpoint(right);
    let moved = (from - to).abs() > LINE / 8.0;
    let points = if moved {
        vec![(left, from), (middle, to), (right, to)]
    } else {
        vec![(left, to), (right, to)]
    };
    match entry {
        Entry::Series(series) => {
            scene.path(stroke(
                line(points),
                colour(series),
                if moved { 1.0 } else { 2.0 },
            ));
            let x = if moved { right - 3.0 } else { middle };
            scene.path(Path {
                d: marker(series, x, to),
                fill: Some(colour(series).into()),
                ..Path::default()
            });
        }
        Entry::Overlay(overlay) => {
            let mut path = stroke(line(points), overlay_colour(None), 1.4);
            path.dash = Some(dash(overlay));
            scene.path(path);
        }
    }
}
