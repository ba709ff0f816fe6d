//! The full-batch methods that compete in the experiment `adaptive`: one file each.
//!
//! The list is made by the build script from the files here. A method's name is its file's name
//! with `-` for `_`, and its constant `METHOD` says how it starts.

use serde::de::{Deserialize, Deserializer, Error};

use crate::losses::Loss;
use crate::points::Points;

/// What every method starts from: the origin, a loss on points, and its two parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// The absorbed samples.
    pub(crate) points: &'a Points,
    /// The loss.
    pub(crate) loss: Loss,
    /// s, or lr.
    pub(crate) step: f64,
    /// ε; methods without it ignore it.
    pub(crate) epsilon: f64,
}

/// Makes so many more steps and gives the weights.
pub(crate) type Advance<'a> = Box<dyn FnMut(u64) -> Vec<f64> + 'a>;

/// A method by name, as an axis names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method {
    /// Starts at the origin.
    pub(crate) start: for<'a> fn(Setting<'a>) -> Advance<'a>,
    /// Whether it may not be run for longer without ε (§9 of the fact sheet: v̂ underflows).
    pub(crate) needs_epsilon: bool,
}

include!(concat!(env!("OUT_DIR"), "/methods.rs"));

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        NAMES
            .iter()
            .position(|known| *known == name)
            .map(|place| METHODS[place])
            .ok_or_else(|| D::Error::unknown_variant(&name, NAMES))
    }
}
