//! Axes and the cells that a figure, table or test selects.

use std::collections::BTreeMap;

use super::grids::{Subject, size_list};
use crate::axes::Axes;
use crate::diagnostics::{Problem, Span, list};
use crate::manifest::model::Selection;
use crate::manifest::reader::Node;
use crate::size::Size;
use crate::value::Value;

/// Reports an axis that the experiment does not have.
pub(super) fn axis(subject: Subject<'_>, name: &str, place: Node<'_>, span: Span) -> bool {
    if name.is_empty() || subject.has_axis(name) {
        return !name.is_empty();
    }
    if subject.draft.grid_sound {
        let spec = &subject.draft.spec;
        let message = format!("experiment `{}` has no axis `{name}`", spec.name);
        place.push(Problem::new(span, message).choose(name, spec.axis_names()));
    }
    false
}

/// Reports the axes of a list that the experiment does not have.
pub(super) fn axes(subject: Subject<'_>, names: &[String], place: Node<'_>) {
    for (index, name) in names.iter().enumerate() {
        let place = place.nth(index);
        axis(subject, name, place, place.span);
    }
}

/// Reports a value that an axis does not have at some size.
pub(super) fn value(subject: Subject<'_>, name: &str, value: &Value, place: Node<'_>) {
    if subject.points.is_none() {
        return;
    }
    let spec = &subject.draft.spec;
    let lacks = |size: &Size| !spec.axis_values(name, *size).contains(value);
    let missing: Vec<Size> = Size::ALL.into_iter().filter(lacks).collect();
    if missing.is_empty() {
        return;
    }
    let mut message = format!("axis `{name}` has no value `{value}`");
    if missing.len() < Size::ALL.len() {
        message = format!("{message} at {}", size_list(&missing));
        let problem = Problem::new(place.span, message);
        place.push(problem.note(format!("it has: {}", by_size(subject, name))));
        return;
    }
    let mut allowed: Vec<Value> = Size::ALL
        .iter()
        .flat_map(|size| spec.axis_values(name, *size))
        .collect();
    allowed.sort();
    allowed.dedup();
    let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
    let problem = Problem::new(place.span, message);
    place.push(problem.choose(&value.to_string(), allowed.iter().map(String::as_str)));
}

/// `smoke: 10; quick: 10, 100`.
fn by_size(subject: Subject<'_>, name: &str) -> String {
    let values = |size| list(&subject.draft.spec.axis_values(name, size));
    let lists = Size::ALL.map(|size| format!("{size}: {}", values(size)));
    lists.join("; ")
}

/// Reports what is wrong with the `where` of an item. Says whether cells are left at every size.
pub(super) fn selection(subject: Subject<'_>, select: &Selection, item: Node<'_>) -> bool {
    let place = item.child("where");
    let ((), sound) = item.problems.watch(|| {
        for (name, values) in &select.0 {
            let entry = place.child(name);
            if axis(subject, name, entry, entry.key_span) {
                for (index, wanted) in values.iter().enumerate() {
                    value(subject, name, wanted, entry.nth(index));
                }
            }
        }
    });
    if !sound {
        return false;
    }
    let empty: Vec<Size> = subject
        .selected(select)
        .filter(|(_, points)| points.is_empty())
        .map(|(size, _)| size)
        .collect();
    if !empty.is_empty() {
        let message = format!("`where` selects no cells at {}", size_list(&empty));
        let note = "no case of the experiment has these values together";
        place.push(Problem::new(place.span, message).note(note));
    }
    empty.is_empty()
}

/// The points by the values of some axes.
pub(super) fn groups<'a>(
    points: impl IntoIterator<Item = &'a Axes>,
    by: &[&str],
) -> BTreeMap<Axes, Vec<&'a Axes>> {
    let mut groups: BTreeMap<Axes, Vec<&Axes>> = BTreeMap::new();
    for point in points {
        let label = point.only(by.iter().copied());
        groups.entry(label).or_default().push(point);
    }
    groups
}

/// Several cells where there must be one.
pub(super) struct Crowd {
    sizes: Vec<Size>,
    count: usize,
    free: Vec<String>,
}

impl Crowd {
    /// The largest group of more than one cell, over all sizes.
    pub(super) fn find<'a>(
        selected: impl Iterator<Item = (Size, Vec<&'a Axes>)>,
        by: &[&str],
    ) -> Option<Self> {
        let mut crowd = Self {
            sizes: Vec::new(),
            count: 1,
            free: Vec::new(),
        };
        for (size, points) in selected {
            let groups = groups(points, by);
            let Some(largest) = groups.values().max_by_key(|group| group.len()) else {
                continue;
            };
            if largest.len() > 1 {
                crowd.sizes.push(size);
            }
            if largest.len() > crowd.count {
                crowd.count = largest.len();
                crowd.free = free(largest);
            }
        }
        (crowd.count > 1).then_some(crowd)
    }

    /// Reports it: `what` says who reads the cells, `remedy` what would tell them apart.
    pub(super) fn report(&self, place: Node<'_>, span: Span, what: &str, remedy: &str) {
        let message = format!(
            "{what} {} cells as one at {}",
            self.count,
            size_list(&self.sizes)
        );
        let free: Vec<String> = self.free.iter().map(|name| format!("`{name}`")).collect();
        let problem = Problem::new(span, message).note(format!("axes left free: {}", list(&free)));
        place.push(problem.note(remedy));
    }
}

/// The axes on which some points differ.
fn free(points: &[&Axes]) -> Vec<String> {
    let Some(first) = points.first() else {
        return Vec::new();
    };
    let differs = |name: &&str| {
        points
            .iter()
            .any(|point| point.get(name) != first.get(name))
    };
    first.names().filter(differs).map(str::to_owned).collect()
}

/// Reports an axis whose values are not numbers, or not positive where logarithms are taken.
pub(super) fn numeric(subject: Subject<'_>, name: &str, log: bool, place: Node<'_>) {
    for size in Size::ALL {
        for value in subject.draft.spec.axis_values(name, size) {
            let problem = match value.as_f64() {
                None => format!("axis `{name}` is not numeric: it has the value `{value}`"),
                Some(number) if log && number <= 0.0 => {
                    format!("axis `{name}` has the value {value}, which has no logarithm")
                }
                Some(_) => continue,
            };
            place.problem(problem);
            return;
        }
    }
}
