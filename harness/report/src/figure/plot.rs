//! What a figure shows, before it has a place on the page.

use std::collections::{BTreeMap, BTreeSet};

use harness_core::manifest::{ExperimentSpec, Figure, FigureX};
use harness_core::value::Value;

use crate::axes_text::{decode, decode_value};
use crate::report::{FigureKind, FigureRow};
use crate::summary::Summary;

/// A figure: panels that share series and labels.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    pub(crate) title: String,
    pub(crate) x_label: String,
    pub(crate) y_label: String,
    pub(crate) x_log: bool,
    pub(crate) y_log: bool,
    /// The values of a numeric axis, or a few steps, to be marked if there is room.
    pub(crate) x_values: Vec<f64>,
    /// What the series are called, by their number.
    pub(crate) series: Vec<String>,
    /// What the overlays are called, by their number.
    pub(crate) overlays: Vec<String>,
    pub(crate) panels: Vec<Panel>,
}

/// One coordinate system.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panel {
    /// Empty if there is one panel.
    pub(crate) title: String,
    pub(crate) curves: Vec<Curve>,
}

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    /// Which series it belongs to; `None` for an overlay that is the same for all.
    pub(crate) series: Option<usize>,
    /// Which overlay it is; `None` if it was measured.
    pub(crate) overlay: Option<usize>,
    pub(crate) points: Vec<(f64, Summary)>,
}

impl Plot {
    /// Arranges the rows of a figure's CSV file.
    pub(crate) fn new(experiment: &ExperimentSpec, figure: &Figure, rows: &[FigureRow]) -> Self {
        let mut panels: Vec<(&str, Panel)> = Vec::new();
        let mut series: Vec<&str> = Vec::new();
        for row in rows {
            let number = index_of(&mut series, &row.series);
            let place = panels
                .iter()
                .position(|(name, _)| *name == row.panel)
                .unwrap_or_else(|| {
                    let title = panel_title(figure, &row.panel);
                    let curves = Vec::new();
                    panels.push((&row.panel, Panel { title, curves }));
                    panels.len() - 1
                });
            let overlay = match row.kind {
                FigureKind::Measured => None,
                FigureKind::Overlay => figure
                    .overlays
                    .iter()
                    .position(|overlay| overlay.metric == row.metric),
            };
            let curves = &mut panels[place].1.curves;
            let own = |curve: &&mut Curve| curve.series == Some(number) && curve.overlay == overlay;
            match curves.iter_mut().find(own) {
                Some(curve) => curve.points.push((row.x, row.y)),
                None => curves.push(Curve {
                    series: Some(number),
                    overlay,
                    points: vec![(row.x, row.y)],
                }),
            }
        }
        let mut panels: Vec<Panel> = panels.into_iter().map(|(_, panel)| panel).collect();
        for panel in &mut panels {
            merge_equal_overlays(panel, figure.overlays.len());
        }
        let x_name = match &figure.x {
            FigureX::Step => "step",
            FigureX::Metric(name) | FigureX::Axis(name) => name,
        };
        let mut x_values: Vec<f64> = rows.iter().map(|row| row.x).collect();
        x_values.sort_by(f64::total_cmp);
        x_values.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let round = |x: &f64| x.abs() < 1e5 && libm::fmod(*x, 1.0).abs() < f64::MIN_POSITIVE;
        let few = x_values.len() <= 8 && x_values.iter().all(round);
        if !few && !matches!(figure.x, FigureX::Axis(_)) {
            x_values.clear();
        }
        Self {
            title: figure.title.clone(),
            x_label: label_or(&figure.x_label, experiment, x_name),
            y_label: label_or(&figure.y_label, experiment, &figure.y),
            x_log: figure.x_log,
            y_log: figure.y_log,
            x_values,
            series: series.iter().map(|text| series_label(text)).collect(),
            overlays: figure
                .overlays
                .iter()
                .map(|overlay| label_or(&overlay.label, experiment, &overlay.metric))
                .collect(),
            panels,
        }
    }
}

fn index_of<'a>(seen: &mut Vec<&'a str>, name: &'a str) -> usize {
    seen.iter()
        .position(|known| *known == name)
        .unwrap_or_else(|| {
            seen.push(name);
            seen.len() - 1
        })
}

fn label_or(label: &str, experiment: &ExperimentSpec, name: &str) -> String {
    let described = experiment
        .descriptions
        .get(name)
        .map_or(name, String::as_str);
    if label.is_empty() { described } else { label }.to_owned()
}

/// `data = iris`; empty without panels.
fn panel_title(figure: &Figure, text: &str) -> String {
    match (&figure.panels, decode_value(text)) {
        (Some(axis), Ok(value)) => value_label(axis, &value),
        _ => text.to_owned(),
    }
}

/// `wr, batch = 4`: words speak for themselves, numbers need the axis.
fn series_label(text: &str) -> String {
    let Ok(axes) = decode(text) else {
        return text.to_owned();
    };
    let parts: Vec<String> = axes
        .iter()
        .map(|(name, value)| match value {
            Value::Text(word) => word.clone(),
            other => value_label(name, other),
        })
        .collect();
    parts.join(", ")
}

fn value_label(axis: &str, value: &Value) -> String {
    format!("{axis} = {value}")
}

/// A prediction or bound that is the same for every series of a panel is drawn once.
fn merge_equal_overlays(panel: &mut Panel, overlays: usize) {
    let bits = |curve: &Curve| -> Vec<[u64; 2]> {
        let points = curve.points.iter();
        points
            .map(|(x, y)| [x.to_bits(), y.median.to_bits()])
            .collect()
    };
    for overlay in 0..overlays {
        let mut distinct = BTreeMap::new();
        for (place, curve) in panel.curves.iter().enumerate() {
            if curve.overlay == Some(overlay) {
                distinct
                    .entry(bits(curve))
                    .or_insert_with(Vec::new)
                    .push(place);
            }
        }
        // Series that end earlier draw a part of the longest line.
        let Some((longest, _)) = distinct.iter().max_by_key(|(points, _)| points.len()) else {
            continue;
        };
        let whole: BTreeSet<&[u64; 2]> = longest.iter().collect();
        let is_part = |points: &Vec<[u64; 2]>| points.iter().all(|point| whole.contains(point));
        if !distinct.keys().all(is_part) {
            continue;
        }
        let keep = distinct[longest].first().copied();
        let mut place = 0;
        panel.curves.retain_mut(|curve| {
            let kept = Some(place) == keep;
            place += 1;
            if kept {
                curve.series = None;
            }
            kept || curve.overlay != Some(overlay)
        });
    }
}
