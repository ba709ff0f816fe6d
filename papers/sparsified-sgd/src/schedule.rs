//! Step sizes αₜ.

use serde::Deserialize;

/// A rule that gives the step size of step t = 0, 1, …, T − 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StepSizes {
    /// Always the same.
    Constant(f64),
    /// first/√(1 + t/decay).
    InverseRoot {
        /// α₀.
        first: f64,
        /// Steps until the square of the step size has halved.
        decay: f64,
    },
    /// amplitude (1 + cos(πt/T)) + floor.
    Cosine {
        /// Half the range.
        amplitude: f64,
        /// What is left at the end.
        floor: f64,
        /// T.
        steps: f64,
    },
}

impl StepSizes {
    /// αₜ.
    pub fn at(&self, step: u64) -> f64 {
        let t = step as f64;
        match *self {
            Self::Constant(size) => size,
            Self::InverseRoot { first, decay } => first / (1.0 + t / decay).sqrt(),
            Self::Cosine {
                amplitude,
                floor,
                steps,
            } => amplitude * (1.0 + libm::cos(std::f64::consts::PI * t / steps)) + floor,
        }
    }
}

/// The value of an axis `schedule`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// The same step size throughout.
    Constant,
    /// Falls along half a cosine to a hundredth of its start.
    Cosine,
}
