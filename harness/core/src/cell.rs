//! A cell: the smallest piece of work, and its identity.

use std::fmt;

use crate::axes::Axes;

/// One run to be made: a pure function of these four things, the root seed and the data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The paper's slug.
    pub paper: String,
    /// The experiment's name.
    pub experiment: String,
    /// One value for every axis of the experiment.
    pub axes: Axes,
    /// Counts from 0.
    pub replicate: u32,
}

impl Cell {
    /// The cell's identity: a hash of names and canonical values, never of positions.
    pub fn id(&self) -> CellId {
        let mut hasher = blake3::Hasher::new_derive_key("optimisation-claims cell v1");
        for part in [&self.paper, &self.experiment, &self.axes.to_string()] {
            hash_text(&mut hasher, part);
        }
        hasher.update(&self.replicate.to_le_bytes());
        CellId(*hasher.finalize().as_bytes())
    }
}

/// `experiment axis=value … replicate=3`.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{} {} replicate={}",
            self.paper, self.experiment, self.axes, self.replicate
        )
    }
}

/// Length first, so that no two lists of texts run together to the same bytes.
pub(crate) fn hash_text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

/// The identity of a cell; shown as hexadecimal digits, of which the first twelve name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub [u8; 32]);

impl CellId {
    /// The twelve digits under which a cell is shown and asked for.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CellId({})", self.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_by_name_and_value() {
        let cell = |axes: Axes, replicate| Cell {
            paper: "p".into(),
            experiment: "e".into(),
            axes,
            replicate,
        };
        let one = cell(Axes::new().with("a", 1).with("b", "x"), 0).id();
        assert_eq!(one, cell(Axes::new().with("b", "x").with("a", 1.0), 0).id());
        assert_ne!(one, cell(Axes::new().with("a", 1).with("b", "x"), 1).id());
        assert_ne!(one, cell(Axes::new().with("a", 1).with("b", "y"), 0).id());
    }
}
