//! Why a cell is not in the store: what differs from the nearest cell that is.

use std::collections::BTreeMap;
use std::fmt;

use harness_core::Cell;

use crate::key::{Component, KeyParts};
use crate::plan::{Job, Plan};
use crate::store::{Identity, Store};

/// Why one planned cell has to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The cell.
    pub cell: Cell,
    /// Why its result is not there.
    pub reason: Reason,
}

/// What is stored instead of a cell's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No cell of the experiment.
    NothingStored,
    /// This very cell, made from something else.
    Changed {
        /// What differs from the stored cell that differs least.
        components: Vec<Component>,
    },
    /// Other cells of the experiment.
    New {
        /// The stored cell whose axes differ least.
        nearest: Identity,
        /// The axes that differ.
        axes: Vec<AxisDifference>,
        /// What differs besides the axes and the replicate.
        components: Vec<Component>,
    },
}

/// An axis in which two cells differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisDifference {
    /// The axis.
    pub axis: String,
    /// Its value in the stored cell, if it has that axis.
    pub stored: Option<String>,
    /// Its value in the planned cell, if it has that axis.
    pub planned: Option<String>,
}

impl fmt::Display for AxisDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            axis,
            stored,
            planned,
        } = self;
        match (stored, planned) {
            (Some(stored), Some(planned)) => write!(f, "{axis}={stored} instead of {planned}"),
            (Some(stored), None) => write!(f, "{axis}={stored}, an axis gone since"),
            (None, _) => write!(f, "no axis {axis}"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.cell)?;
        match &self.reason {
            Reason::NothingStored => f.write_str("nothing of this experiment is stored"),
            Reason::Changed { components } => {
                write!(f, "stored, but made from something else: ")?;
                list(f, components)
            }
            Reason::New {
                nearest,
                axes,
                components,
            } => {
                f.write_str("not stored; the nearest has ")?;
                list(f, axes)?;
                if nearest.replicate != self.cell.replicate {
                    let comma = if axes.is_empty() { "" } else { ", " };
                    write!(f, "{comma}replicate={}", nearest.replicate)?;
                }
                if !components.is_empty() {
                    f.write_str(" and differs in ")?;
                    list(f, components)?;
                }
                Ok(())
            }
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

type AxisTexts = Vec<(String, String)>;

/// The stored cells of one experiment: by axes, then (replicate, parts) in the order of storing.
type StoredPoints = BTreeMap<AxisTexts, Vec<(u32, KeyParts)>>;

/// Explains every miss of a plan. Reads all stored records.
pub(crate) fn explain(plan: &Plan<'_>, store: &Store) -> Vec<Explanation> {
    let stored = stored_cells(store);
    let nothing = StoredPoints::new();
    let mut nearest_point: Option<(AxisTexts, Option<&AxisTexts>)> = None;
    let mut explanations = Vec::new();
    for job in plan.misses() {
        let identity = Identity::from(&job.cell);
        let experiment = (identity.paper.clone(), identity.experiment.clone());
        let points = stored.get(&experiment).unwrap_or(&nothing);
        let reason = changed(job, &identity, points).unwrap_or_else(|| {
            // The replicates of a point follow one another and share the nearest point.
            let nearest = match &nearest_point {
                Some((axes, nearest)) if *axes == identity.axes => *nearest,
                _ => points
                    .keys()
                    .min_by_key(|axes| differences(axes, &identity.axes).len()),
            };
            nearest_point = Some((identity.axes.clone(), nearest));
            new(job, &identity, points, nearest)
        });
        explanations.push(Explanation {
            cell: job.cell.clone(),
            reason,
        });
    }
    explanations
}

fn stored_cells(store: &Store) -> BTreeMap<(String, String), StoredPoints> {
    let mut places: Vec<_> = store
        .index()
        .places
        .iter()
        .map(|(key, place)| (*place, *key))
        .collect();
    places.sort_unstable();
    let mut reader = store.reader();
    let mut stored: BTreeMap<(String, String), StoredPoints> = BTreeMap::new();
    for (place, key) in places {
        // A record damaged since the store was opened explains nothing; running reports it.
        let Ok(record) = reader.read(&key, place) else {
            continue;
        };
        let Identity {
            paper,
            experiment,
            axes,
            replicate,
        } = record.identity;
        let points = stored.entry((paper, experiment)).or_default();
        let cells = points.entry(axes).or_default();
        cells.push((replicate, record.parts));
    }
    stored
}

/// The same cell under another key, if there is one.
fn changed(job: &Job, identity: &Identity, points: &StoredPoints) -> Option<Reason> {
    let cells = points.get(&identity.axes)?.iter();
    let same = cells.filter(|(replicate, _)| *replicate == identity.replicate);
    let components = same
        .map(|(_, parts)| job.parts.differences(parts))
        .min_by_key(Vec::len)?;
    Some(Reason::Changed { components })
}

fn new(
    job: &Job,
    identity: &Identity,
    points: &StoredPoints,
    nearest: Option<&AxisTexts>,
) -> Reason {
    let cells = nearest.and_then(|axes| Some((axes, points.get(axes)?)));
    let closest = cells.and_then(|(axes, cells)| {
        let distance = |(replicate, parts): &&(u32, KeyParts)| {
            let same_replicate = *replicate == identity.replicate;
            (!same_replicate, job.parts.differences(parts).len())
        };
        Some((axes, cells.iter().min_by_key(distance)?))
    });
    let Some((axes, (replicate, parts))) = closest else {
        return Reason::NothingStored;
    };
    let mut components = job.parts.differences(parts);
    // Every seed path names the replicate.
    let other_replicate = *replicate != identity.replicate;
    components.retain(|component| match component {
        Component::Parameters => false,
        Component::Seeds => !other_replicate,
        _ => true,
    });
    Reason::New {
        axes: differences(axes, &identity.axes),
        nearest: Identity {
            axes: axes.clone(),
            replicate: *replicate,
            ..identity.clone()
        },
        components,
    }
}

fn differences(stored: &AxisTexts, planned: &AxisTexts) -> Vec<AxisDifference> {
    let find = |axes: &AxisTexts, name: &str| {
        let found = axes.iter().find(|(axis, _)| axis == name);
        found.map(|(_, value)| value.clone())
    };
    let mut names: Vec<&String> = stored.iter().chain(planned).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let difference = |axis: &String| AxisDifference {
        axis: axis.clone(),
        stored: find(stored, axis),
        planned: find(planned, axis),
    };
    names
        .into_iter()
        .map(difference)
        .filter(|difference| difference.stored != difference.planned)
        .collect()
}
