//! What a record holds: who ran, what the key was made of, how it ended and what it recorded.

use std::collections::BTreeMap;

use harness_core::run::{Curve, Records};
use harness_core::{Cell, Outcome};
use serde::{Deserialize, Serialize};

use crate::key::KeyParts;

/// A finished cell as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Which cell it was, in words.
    pub identity: Identity,
    /// What its key was made of.
    pub parts: KeyParts,
    /// How it ended.
    pub outcome: Outcome,
    /// What it recorded.
    pub records: Records,
}

/// A cell in words: enough to show it and to compare it with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// The paper's slug.
    pub paper: String,
    /// The experiment's name.
    pub experiment: String,
    /// Axis names with the canonical text of their values, sorted by name.
    pub axes: Vec<(String, String)>,
    /// Counts from 0.
    pub replicate: u32,
}

impl From<&Cell> for Identity {
    fn from(cell: &Cell) -> Self {
        Self {
            paper: cell.paper.clone(),
            experiment: cell.experiment.clone(),
            axes: cell
                .axes
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_string()))
                .collect(),
            replicate: cell.replicate,
        }
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.paper, self.experiment)?;
        for (name, value) in &self.axes {
            write!(f, " {name}={value}")?;
        }
        write!(f, " replicate={}", self.replicate)
    }
}

/// The layout on disk, as it is read. Curves that share their steps keep them once, as increments.
#[derive(Deserialize)]
struct Layout {
    identity: Identity,
    parts: KeyParts,
    outcome: Outcome,
    scalars: BTreeMap<String, f64>,
    step_increments: Vec<Vec<u64>>,
    curves: Vec<(String, u32, Vec<f64>)>,
}

/// The same layout, as it is written: nothing is copied.
#[derive(Serialize)]
struct LayoutOf<'a> {
    identity: &'a Identity,
    parts: KeyParts,
    outcome: &'a Outcome,
    scalars: &'a BTreeMap<String, f64>,
    step_increments: Vec<Vec<u64>>,
    curves: Vec<(&'a str, u32, &'a [f64])>,
}

impl Stored {
    /// The bytes of the payload.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        let mut step_lists: Vec<&[u64]> = Vec::new();
        let mut curves = Vec::with_capacity(self.records.curves.len());
        for (name, curve) in &self.records.curves {
            let known = step_lists.iter().position(|steps| *steps == curve.steps);
            let place = known.unwrap_or_else(|| {
                step_lists.push(&curve.steps);
                step_lists.len() - 1
            });
            curves.push((name.as_str(), place as u32, curve.values.as_slice()));
        }
        postcard::to_allocvec(&LayoutOf {
            identity: &self.identity,
            parts: self.parts,
            outcome: &self.outcome,
            scalars: &self.records.scalars,
            step_increments: step_lists.into_iter().map(increments).collect(),
            curves,
        })
    }

    /// Reads a payload; `None` if it is not one.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let layout: Layout = postcard::from_bytes(bytes).ok()?;
        let step_lists: Option<Vec<Vec<u64>>> =
            layout.step_increments.into_iter().map(sums).collect();
        let step_lists = step_lists?;
        let mut curves = BTreeMap::new();
        for (name, place, values) in layout.curves {
            let steps = step_lists.get(place as usize)?.clone();
            if steps.len() != values.len() {
                return None;
            }
            curves.insert(name, Curve { steps, values });
        }
        Some(Self {
            identity: layout.identity,
            parts: layout.parts,
            outcome: layout.outcome,
            records: Records {
                scalars: layout.scalars,
                curves,
            },
        })
    }
}

/// Differences of increasing steps, which are shorter to write than the steps.
fn increments(steps: &[u64]) -> Vec<u64> {
    let mut last = 0;
    let difference = |step: &u64| {
        let difference = step.wrapping_sub(last);
        last = *step;
        difference
    };
    steps.iter().map(difference).collect()
}

fn sums(increments: Vec<u64>) -> Option<Vec<u64>> {
    let mut last = 0_u64;
    let sum = |increment: u64| {
        last = last.checked_add(increment)?;
        Some(last)
    };
    increments.into_iter().map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Ingredients;

    #[test]
    fn every_bit_reads_back() {
        let curve = |steps: &[u64], values: &[f64]| Curve {
            steps: steps.to_vec(),
            values: values.to_vec(),
        };
        let nan = f64::from_bits(0x7ff8_0000_0000_1234);
        let records = Records {
            scalars: BTreeMap::from([("a".into(), -0.0), ("b".into(), f64::INFINITY)]),
            curves: BTreeMap::from([
                ("loss".into(), curve(&[0, 1, u64::MAX], &[1.0, nan, 1e-300])),
                ("norm".into(), curve(&[0, 1, u64::MAX], &[1.0, 2.0, 3.0])),
                ("rare".into(), curve(&[7], &[5e-324])),
            ]),
        };
        let stored = Stored {
            identity: Identity {
                paper: "p".into(),
                experiment: "e".into(),
                axes: vec![("a".into(), "1".into())],
                replicate: 3,
            },
            parts: Ingredients::default().parts(),
            outcome: Outcome::Diverged { step: 9 },
            records,
        };
        let bytes = stored.encode().expect("it can be written");
        let back = Stored::decode(&bytes).expect("it can be read");
        assert_eq!(back.identity, stored.identity);
        assert_eq!(back.outcome, stored.outcome);
        let digest = |stored: &Stored| stored.records.digest(&stored.outcome);
        assert_eq!(digest(&back), digest(&stored));
        assert_eq!(
            back.records.curves["loss"].values[1].to_bits(),
            nan.to_bits()
        );
        assert_eq!(Stored::decode(&bytes[..bytes.len() - 1]), None);
    }
}
