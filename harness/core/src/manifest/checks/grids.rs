//! The grid points of every experiment at every size, made once for all checks.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::axes::Axes;
use crate::diagnostics::{Problem, Span};
use crate::grid;
use crate::manifest::experiment::ExperimentDraft;
use crate::manifest::model::{ExperimentSpec, Selection};
use crate::manifest::paper::Draft;
use crate::size::Size;

/// The most grid points of one experiment at one size; more is taken for a slip.
const MOST_POINTS: usize = 200_000;

/// Grid points by the place of the experiment, for those whose grid can be relied on.
pub(in crate::manifest) struct Grids(BTreeMap<Span, [Rc<Vec<Axes>>; 4]>);

impl Grids {
    /// Makes the points, and reports grids that are too large to be meant.
    pub(in crate::manifest) fn new(draft: &Draft<'_>) -> Self {
        let sound = draft.experiments.iter().filter(|e| e.grid_sound);
        let grids = sound.filter_map(|experiment| {
            let spec = &experiment.spec;
            for size in Size::ALL {
                let counts = spec.axes.values().map(|values| values.at(size).len());
                let count = counts.fold(spec.cases.len().max(1), usize::saturating_mul);
                if count > MOST_POINTS {
                    let place = experiment.node.child("axes");
                    let message = format!("the grid has {count} points at size {size}");
                    let problem = Problem::new(place.span, message);
                    place.push(problem.note(format!("allowed: up to {MOST_POINTS}")));
                    return None;
                }
            }
            let mut last: Option<(Size, Rc<Vec<Axes>>)> = None;
            let points = Size::ALL.map(|size| {
                let same = last
                    .take()
                    .filter(|(other, _)| same_axes(spec, *other, size));
                let points = same.map_or_else(|| Rc::new(grid::points(spec, size)), |(_, p)| p);
                last = Some((size, Rc::clone(&points)));
                points
            });
            Some((experiment.node.span, points))
        });
        Self(grids.collect())
    }

    /// An experiment with its points.
    pub(in crate::manifest) fn subject<'a>(
        &'a self,
        experiment: &'a ExperimentDraft<'a>,
    ) -> Subject<'a> {
        Subject {
            draft: experiment,
            points: self
                .0
                .get(&experiment.node.span)
                .filter(|_| experiment.grid_sound),
        }
    }
}

/// Whether an experiment has the same grid at two sizes.
pub(super) fn same_axes(spec: &ExperimentSpec, one: Size, other: Size) -> bool {
    let mut axes = spec.axes.values();
    axes.all(|values| values.at(one) == values.at(other))
}

/// An experiment with its points, if these can be relied on.
#[derive(Clone, Copy)]
pub(in crate::manifest) struct Subject<'a> {
    pub(in crate::manifest) draft: &'a ExperimentDraft<'a>,
    pub(in crate::manifest) points: Option<&'a [Rc<Vec<Axes>>; 4]>,
}

impl<'a> Subject<'a> {
    /// Each size with its points; nothing if the grid cannot be relied on.
    pub(in crate::manifest) fn sizes(self) -> impl Iterator<Item = (Size, &'a [Axes])> {
        let points = self.points.into_iter().flatten();
        Size::ALL
            .into_iter()
            .zip(points.map(|points| points.as_slice()))
    }

    /// Each size with the points of a selection.
    pub(super) fn selected<'s>(
        self,
        select: &'s Selection,
    ) -> impl Iterator<Item = (Size, Vec<&'a Axes>)> + use<'a, 's> {
        self.sizes().map(move |(size, points)| {
            let taken = points.iter().filter(|point| select.takes(point));
            (size, taken.collect())
        })
    }

    /// Whether the experiment has an axis.
    pub(super) fn has_axis(self, name: &str) -> bool {
        self.draft.spec.axis_names().contains(&name)
    }
}

/// `size quick`, `sizes quick, paper`, `every size`.
pub(super) fn size_list(sizes: &[Size]) -> String {
    let names: Vec<&str> = sizes.iter().map(|size| size.name()).collect();
    match names.as_slice() {
        [only] => format!("size {only}"),
        all if all.len() == Size::ALL.len() => "every size".to_owned(),
        several => format!("sizes {}", several.join(", ")),
    }
}
