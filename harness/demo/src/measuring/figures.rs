//! The form of what is printed.

use std::fmt::Write as _;

use serde::Serialize;

use super::Failure;

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measurement {
    /// Version of this form.
    schema: u32,
    figures: Vec<Figure>,
    overhead_curve: Vec<CurvePoint>,
}

/// One number.
#[derive(Clone, Debug, Serialize)]
struct Figure {
    id: &'static str,
    value: f64,
    unit: &'static str,
    /// What it should be at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<Peer>,
}

/// Another program's number for the same work.
#[derive(Clone, Copy, Debug, Serialize)]
struct Peer {
    name: &'static str,
    value: f64,
}

/// Cells that do nothing.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct CurvePoint {
    pub(super) cells: usize,
    pub(super) seconds_per_cell: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) peak_bytes: Option<u64>,
}

impl Default for Measurement {
    fn default() -> Self {
        Self {
            schema: 1,
            figures: Vec::new(),
            overhead_curve: Vec::new(),
        }
    }
}

impl Measurement {
    /// Adds a figure: its name and unit, its value, what is asked at most, and benchopt's value.
    pub(super) fn add(
        &mut self,
        (id, unit): (&'static str, &'static str),
        value: f64,
        asked: impl Into<Option<f64>>,
        peer: impl Into<Option<f64>>,
    ) {
        let peer = peer.into().map(|value| Peer {
            name: "benchopt 1.10",
            value,
        });
        self.figures.push(Figure {
            id,
            value,
            unit,
            asked: asked.into(),
            peer,
        });
    }

    pub(super) fn add_point(&mut self, point: CurvePoint) {
        self.overhead_curve.push(point);
    }

    /// One JSON object, or a table for people.
    pub(crate) fn text(&self, json: bool) -> Result<String, Failure> {
        if json {
            Ok(serde_json::to_string_pretty(self)?)
        } else {
            Ok(self.table())
        }
    }

    fn table(&self) -> String {
        let mut text = format!(
            "{:<26}{:>13}{:>13}{:>13}\n",
            "figure", "measured", "asked", "benchopt"
        );
        let number = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:.3e}"));
        for figure in &self.figures {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{:<26}{:>13}{:>13}{:>13}  {}",
                figure.id,
                number(Some(figure.value)),
                number(figure.asked),
                number(figure.peer.map(|peer| peer.value)),
                figure.unit
            );
        }
        if !self.overhead_curve.is_empty() {
            text.push_str("\n     cells   µs per cell   peak MiB\n");
        }
        for point in &self.overhead_curve {
            let microseconds = point.seconds_per_cell * 1e6;
            let mebibytes = point.peak_bytes.unwrap_or(0) / (1 << 20);
            let _ = writeln!(
                text,
                "{:>10}{microseconds:>14.2}{mebibytes:>11}",
                point.cells
            );
        }
        text.truncate(text.trim_end().len());
        text
    }
}
