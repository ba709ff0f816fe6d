//! What the machine can do at most, and what share of it a kernel reaches.
//!
//! The limits are benchmarks themselves, named `machine/…`. What an element of a kernel stands for
//! is written in brackets in its group's name: `[16 B]` moved, `[2 flop]` or `[2 flop-f32]`
//! multiplied or added, `[1 exp]` or `[1 tanh]` evaluated.

use crate::history::Row;
use crate::quantity;

/// Benchmarks of this folder measure the machine, not our code.
pub const MACHINE: &str = "machine/";

/// The limits of one machine at one point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Bytes of a working set and the bytes a second that a triad over it moves, smallest first.
    pub bandwidth: Vec<(f64, f64)>,
    /// Products and sums a second, not fused.
    pub multiply_add: Option<f64>,
    /// The same in single precision.
    pub multiply_add_single: Option<f64>,
    /// Fused, for reference.
    pub fused: Option<f64>,
    /// Fused, in single precision.
    pub fused_single: Option<f64>,
    /// Seconds of one exponential in a row of a thousand.
    pub exp: Option<f64>,
    /// Seconds of one hyperbolic tangent in a row of a thousand.
    pub tanh: Option<f64>,
}

/// What an element of a benchmark stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    Bytes(f64),
    Operations(f64),
    SingleOperations(f64),
    Exponentials(f64),
    Tangents(f64),
}

impl Work {
    fn parse(text: &str) -> Option<Self> {
        let (amount, unit) = text.split_once(' ')?;
        let amount: f64 = amount.parse().ok()?;
        match unit {
            "B" => Some(Self::Bytes(amount)),
            "flop" => Some(Self::Operations(amount)),
            "flop-f32" => Some(Self::SingleOperations(amount)),
            "exp" => Some(Self::Exponentials(amount)),
            "tanh" => Some(Self::Tangents(amount)),
            _ => None,
        }
    }
}

/// How close a kernel comes to the limit that applies to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// What it does a second, for people.
    pub rate: String,
    /// Of the limit; may pass 1 where the work is cheaper than what was calibrated.
    pub share: f64,
}

impl Limits {
    /// Reads the limits from the rows of one point.
    pub fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Self {
        let mut limits = Self::default();
        for row in rows {
            let Some(name) = row.bench.strip_prefix(MACHINE) else {
                continue;
            };
            let seconds = row.median().value;
            let elements = row.elements as f64;
            let rate = Some(elements / seconds);
            match name {
                "operations/multiply-add-f64" => limits.multiply_add = rate,
                "operations/multiply-add-f32" => limits.multiply_add_single = rate,
                "operations/fused-f64" => limits.fused = rate,
                "operations/fused-f32" => limits.fused_single = rate,
                "functions/exp" => limits.exp = Some(seconds / elements),
                "functions/tanh" => limits.tanh = Some(seconds / elements),
                _ if name.starts_with("triad/") => {
                    let bytes = elements * 24.0;
                    limits.bandwidth.push((bytes, bytes / seconds));
                }
                _ => {}
            }
        }
        limits.bandwidth.sort_by(|a, b| a.0.total_cmp(&b.0));
        limits
    }

    /// What the benchmark reaches; `None` if it states no work or the machine was not measured.
    pub fn reached(&self, row: &Row) -> Option<Reached> {
        let per_second = row.elements as f64 / row.median().value;
        let (amount, unit, limit) = match Work::parse(&row.work)? {
            Work::Bytes(amount) => {
                let working_set = amount * row.elements as f64;
                let fits = self.bandwidth.iter().find(|(size, _)| *size >= working_set);
                let (_, limit) = fits.or(self.bandwidth.last())?;
                (amount, "B", *limit)
            }
            Work::Operations(amount) => (amount, "flop", self.multiply_add?),
            Work::SingleOperations(amount) => (amount, "flop", self.multiply_add_single?),
            Work::Exponentials(amount) => (amount, "exp", 1.0 / self.exp?),
            Work::Tangents(amount) => (amount, "tanh", 1.0 / self.tanh?),
        };
        let rate = per_second * amount;
        Some(Reached {
            rate: quantity::rate(rate, unit),
            share: rate / limit,
        })
    }
}
