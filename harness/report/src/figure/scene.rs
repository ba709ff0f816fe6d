//! A drawing as a list of marks, and its SVG text.

use minijinja::Environment;
use serde::{Serialize, Serializer};

use crate::error::ReportError;
use crate::templates;

/// What is drawn, back to front.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Scene {
    /// In pixels.
    #[serde(serialize_with = "pixels")]
    pub(crate) width: f64,
    /// In pixels.
    #[serde(serialize_with = "pixels")]
    pub(crate) height: f64,
    /// What the drawing shows, for readers who do not see it.
    pub(crate) title: String,
    /// A longer form of the title.
    pub(crate) description: String,
    /// Rectangles that marks may be cut to.
    pub(crate) clips: Vec<Rectangle>,
    /// Back to front.
    pub(crate) marks: Vec<Mark>,
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Rectangle {
    /// Left edge.
    #[serde(serialize_with = "pixels")]
    pub(crate) x: f64,
    /// Upper edge.
    #[serde(serialize_with = "pixels")]
    pub(crate) y: f64,
    /// Extent to the right.
    #[serde(serialize_with = "pixels")]
    pub(crate) width: f64,
    /// Extent downwards.
    #[serde(serialize_with = "pixels")]
    pub(crate) height: f64,
}

impl Rectangle {
    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// One thing drawn.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Mark {
    /// Lines and areas.
    Path(Path),
    /// A line of text.
    Text(Text),
}

/// Lines and areas.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Path {
    /// SVG path data.
    pub(crate) d: String,
    /// A colour.
    pub(crate) fill: Option<String>,
    /// Between 0 and 1.
    pub(crate) fill_opacity: Option<f64>,
    /// A colour.
    pub(crate) stroke: Option<String>,
    /// In pixels.
    #[serde(serialize_with = "pixels")]
    pub(crate) stroke_width: f64,
    /// Lengths of dashes and gaps.
    pub(crate) dash: Option<&'static str>,
    /// Whether corners and ends are round.
    pub(crate) round: bool,
    /// The rectangle that it is cut to.
    pub(crate) clip: Option<usize>,
}

/// A line of text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Text {
    /// Where its anchor stands.
    #[serde(serialize_with = "pixels")]
    pub(crate) x: f64,
    /// Where its baseline stands.
    #[serde(serialize_with = "pixels")]
    pub(crate) y: f64,
    /// `start`, `middle` or `end`.
    pub(crate) anchor: &'static str,
    /// Font size in pixels.
    pub(crate) size: u32,
    /// Whether it is set in bold.
    pub(crate) bold: bool,
    /// Whether it runs upwards.
    pub(crate) turned: bool,
    /// What is written.
    pub(crate) words: String,
    /// An exponent after it.
    pub(crate) raised: String,
}

impl Text {
    /// Text of ordinary size.
    pub(crate) fn new(x: f64, y: f64, anchor: &'static str, words: impl Into<String>) -> Self {
        Self {
            x: tenth(x),
            y: tenth(y),
            anchor,
            size: 12,
            bold: false,
            turned: false,
            words: words.into(),
            raised: String::new(),
        }
    }
}

/// Pixels as a template writes them: without a fraction that is zero.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn pixels<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    let whole = *value as i64;
    if (whole as f64).total_cmp(value).is_eq() {
        serializer.serialize_i64(whole)
    } else {
        serializer.serialize_f64(*value)
    }
}

/// Rounded to a tenth of a pixel, which no eye tells from the exact place.
pub(crate) fn tenth(value: f64) -> f64 {
    libm::round(value * 10.0) / 10.0
}

/// A polyline through points in pixels.
pub(crate) fn line(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut text = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        text.push(if index == 0 { 'M' } else { 'L' });
        text.extend([tenth(x).to_string().as_str(), " ", &tenth(y).to_string()]);
    }
    text
}

impl Scene {
    /// Puts a mark in front of those that are there.
    pub(crate) fn path(&mut self, path: Path) {
        self.marks.push(Mark::Path(path));
    }

    /// Puts a mark in front of those that are there.
    pub(crate) fn text(&mut self, text: Text) {
        self.marks.push(Mark::Text(text));
    }

    /// The drawing as a stand-alone SVG file.
    pub(crate) fn svg(&self, templates: &Environment<'_>) -> Result<String, ReportError> {
        templates::render(templates, "figure.svg", self)
    }
}

/// Roughly how wide a text is in the usual sans-serif fonts, in pixels; rather too wide.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let units = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.28,
        'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' => 0.36,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '=' | '+' | '<' | '>' | '≤' | '≥' | '−' => 0.9,
        'A'..='Z' => 0.72,
        _ => 0.63,
    };
    text.chars().map(units).sum::<f64>() * size
}

/// Breaks a text between words into lines that fit a width, as far as its words allow.
pub(crate) fn wrapped(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), size) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
