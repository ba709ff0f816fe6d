//! Where everything in a figure stands.

use super::plot::{Panel, Plot};
use super::range::{Ranges, horizontal, vertical};
use super::scale::Scale;
use super::scene::{Rectangle, text_width, wrapped};

/// Width of a figure with several panels: what a page on GitHub shows without scaling.
const FULL_WIDTH: f64 = 840.0;
/// Width of a figure with one panel.
const SINGLE_WIDTH: f64 = 680.0;
/// Room for the numbers of the vertical axis and one line of its name.
const LEFT: f64 = 74.0;
/// Room for the numbers of the horizontal axis and one line of its name.
const BOTTOM: f64 = 46.0;
/// Font size of the names of axes.
pub(crate) const NAME_SIZE: u32 = 13;
/// Distance of lines of text.
pub(crate) const LINE: f64 = 16.0;
/// Widest room for labels at the ends of curves.
const WIDEST_LABELS: f64 = 230.0;

/// The places of panels, legend and labels.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) panels: Vec<Frame>,
    /// The name of the horizontal axes, in lines.
    pub(crate) x_name: Vec<String>,
    /// The name of the vertical axes, in lines.
    pub(crate) y_name: Vec<String>,
    /// What the legend lists, with the place of each entry's left end; empty if the curves carry
    /// labels or need none.
    pub(crate) legend: Vec<(Entry, f64, f64)>,
    /// The labels at the ends of the curves, with the height of the curve's end and of the label.
    pub(crate) labels: Vec<(Entry, f64, f64)>,
}

/// One coordinate system on the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) area: Rectangle,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    /// Whether the numbers of the vertical axis are written here.
    pub(crate) y_numbers: bool,
    /// Whether the name of the vertical axis is written here.
    pub(crate) y_name: bool,
}

/// Something to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A series, by number.
    Series(usize),
    /// An overlay, by number.
    Overlay(usize),
}

impl Entry {
    /// What it is called.
    pub(crate) fn name<'a>(&self, plot: &'a Plot) -> &'a str {
        match self {
            Self::Series(number) => &plot.series[*number],
            Self::Overlay(number) => &plot.overlays[*number],
        }
    }
}

impl Layout {
    /// Finds a place for everything.
    pub(crate) fn new(plot: &Plot) -> Self {
        let entries = entries(plot);
        let (x, y) = (horizontal(plot), vertical(plot));
        if plot.panels.len() <= 1
            && let Some(layout) = Self::labelled(plot, &entries, &x, &y)
        {
            return layout;
        }
        let named = entries.len() > 1 || entries.iter().any(|e| matches!(e, Entry::Overlay(_)));
        let entries = if named { entries } else { Vec::new() };
        let count = plot.panels.len().max(1);
        let columns = match count {
            1 => 1,
            2 | 4 => 2,
            _ => 3,
        };
        let rows = count.div_ceil(columns);
        let width = if columns == 1 {
            SINGLE_WIDTH
        } else {
            FULL_WIDTH
        };
        let height = [320.0, 250.0, 215.0][columns - 1];
        let y_name = name_lines(&plot.y_label, height);
        let left = LEFT + more_lines(&y_name);
        let legend = flow(plot, &entries, left, width);
        let legend_height = legend.last().map_or(0.0, |(_, _, y)| y + LINE * 0.6);
        let title = if count > 1 { 22.0 } else { 8.0 };
        let gap = match (columns, y.shared) {
            (1, _) => 0.0,
            (_, true) => 22.0,
            (_, false) => 58.0,
        };
        let inner = (width - left - 18.0 - gap * (columns - 1) as f64) / columns as f64;
        let x_name = name_lines(&plot.x_label, inner);
        let row_height = title + height + BOTTOM + more_lines(&x_name);
        let frames = (0..count).map(|place| {
            let (row, column) = (place / columns, place % columns);
            let area = Rectangle {
                x: left + column as f64 * (inner + gap),
                y: legend_height + row as f64 * row_height + title,
                width: inner,
                height,
            };
            frame(plot, area, place, column == 0, &x, &y)
        });
        Self {
            width,
            height: legend_height + rows as f64 * row_height + 6.0,
            panels: frames.collect(),
            x_name,
            y_name,
            legend,
            labels: Vec::new(),
        }
    }

    /// One panel whose curves are named at their ends; `None` if that would be unclear.
    fn labelled(plot: &Plot, entries: &[Entry], x: &Ranges, y: &Ranges) -> Option<Self> {
        let panel = plot.panels.first()?;
        let shared_overlays = panel
            .curves
            .iter()
            .all(|curve| curve.overlay.is_none() || curve.series.is_none());
        if entries.len() < 2 || !shared_overlays {
            return None;
        }
        let widest = entries
            .iter()
            .map(|entry| text_width(entry.name(plot), 12.0))
            .fold(0.0, f64::max);
        if widest > WIDEST_LABELS {
            return None;
        }
        let height = 330.0;
        let y_name = name_lines(&plot.y_label, height);
        let left = LEFT + more_lines(&y_name);
        let area = Rectangle {
            x: left,
            y: 14.0,
            width: SINGLE_WIDTH - left - 24.0 - widest.min(150.0),
            height,
        };
        let x_name = name_lines(&plot.x_label, area.width);
        let frame = frame(plot, area, 0, true, x, y);
        let mut labels = Vec::new();
        for entry in entries {
            let end = end_of(panel, *entry, &frame)?;
            labels.push((*entry, end, end));
        }
        spread(&mut labels, area.y + 4.0, area.bottom() - 4.0)?;
        Some(Self {
            width: area.right() + 24.0 + widest + 10.0,
            height: area.bottom() + BOTTOM + more_lines(&x_name) + 6.0,
            panels: vec![frame],
            x_name,
            y_name,
            legend: Vec::new(),
            labels,
        })
    }
}

fn name_lines(name: &str, room: f64) -> Vec<String> {
    wrapped(name, f64::from(NAME_SIZE), room)
}

/// The room that lines after the first take.
fn more_lines(lines: &[String]) -> f64 {
    LINE * lines.len().saturating_sub(1) as f64
}

fn frame(plot: &Plot, area: Rectangle, place: usize, first: bool, x: &Ranges, y: &Ranges) -> Frame {
    let scale = |log, ranges: &Ranges, pixels| Scale {
        log,
        range: ranges.of.get(place).copied().unwrap_or((0.0, 1.0)),
        pixels,
    };
    Frame {
        area,
        x: scale(plot.x_log, x, (area.x, area.right())),
        y: scale(plot.y_log, y, (area.bottom(), area.y)),
        y_numbers: first || !y.shared,
        y_name: first,
    }
}

/// Everything that needs a name: the series if there are several, and the overlays drawn.
fn entries(plot: &Plot) -> Vec<Entry> {
    let drawn = |overlay: usize| {
        let mut curves = plot.panels.iter().flat_map(|panel| &panel.curves);
        curves.any(|curve| curve.overlay == Some(overlay))
    };
    let series = (0..plot.series.len()).filter(|number| !plot.series[*number].is_empty());
    let overlays = (0..plot.overlays.len()).filter(|number| drawn(*number));
    let named: Vec<Entry> = series.map(Entry::Series).collect();
    named
        .into_iter()
        .chain(overlays.map(Entry::Overlay))
        .collect()
}

/// Where the curve of an entry ends, if that is near the right edge of the panel.
fn end_of(panel: &Panel, entry: Entry, frame: &Frame) -> Option<f64> {
    let curve = panel.curves.iter().find(|curve| match entry {
        Entry::Series(number) => curve.series == Some(number) && curve.overlay.is_none(),
        Entry::Overlay(number) => curve.overlay == Some(number),
    })?;
    let (x, y) = curve
        .points
        .iter()
        .rev()
        .find_map(|(x, y)| Some((frame.x.place(*x)?, frame.y.place(y.median)?)))?;
    (frame.area.right() - x < 40.0 && frame.y.shows(y)).then_some(y)
}

/// Moves labels apart, keeping their order; `None` if one would stand far from its curve.
fn spread(labels: &mut [(Entry, f64, f64)], top: f64, bottom: f64) -> Option<()> {
    const FARTHEST: f64 = 36.0;
    labels.sort_by(|a, b| a.1.total_cmp(&b.1));
    // Blocks of labels that touch, each centred on the mean of its curves' ends.
    let mut blocks: Vec<(usize, usize, f64)> = Vec::new();
    for (place, label) in labels.iter().enumerate() {
        let mut block = (place, place + 1, label.1);
        while let Some(previous) = blocks.last().copied() {
            let reach = |(first, last, _): (usize, usize, f64)| (last - first) as f64 * LINE / 2.0;
            if previous.2 + reach(previous) <= block.2 - reach(block) {
                break;
            }
            blocks.pop();
            let (first, last) = (previous.0, block.1);
            let sum: f64 = labels[first..last].iter().map(|label| label.1).sum();
            block = (first, last, sum / (last - first) as f64);
        }
        let half = (block.1 - block.0) as f64 * LINE / 2.0;
        block.2 = block.2.min(bottom - half).max(top + half);
        blocks.push(block);
    }
    let mut previous = top;
    for (first, last, centre) in blocks {
        let start = (centre - (last - first) as f64 * LINE / 2.0).max(previous);
        for (row, label) in labels[first..last].iter_mut().enumerate() {
            label.2 = start + (row as f64 + 0.5) * LINE;
        }
        previous = start + (last - first) as f64 * LINE;
    }
    let fits = previous <= bottom + 1.0;
    let near = labels
        .iter()
        .all(|label| (label.1 - label.2).abs() <= FARTHEST);
    (fits && near).then_some(())
}

/// Legend entries side by side, in as many lines as they need.
fn flow(plot: &Plot, entries: &[Entry], left: f64, width: f64) -> Vec<(Entry, f64, f64)> {
    const SAMPLE: f64 = 36.0;
    const APART: f64 = 20.0;
    let (mut x, mut y) = (left, 18.0);
    entries
        .iter()
        .map(|entry| {
            let needed = SAMPLE + text_width(entry.name(plot), 12.0);
            if x > left && x + needed > width - 8.0 {
                x = left;
                y += LINE + 2.0;
            }
            let place = (*entry, x, y);
            x += needed + APART;
            place
        })
        .collect()
}
