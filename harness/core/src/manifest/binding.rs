//! The manifest against the paper's code and the data sets that are here.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::{Grids, Subject};
use super::claim::{AblationDraft, TestDraft};
use super::paper::Draft;
use super::reader::Node;
use crate::axes::{Axes, AxisError, AxisProblem};
use crate::claims::Statistic;
use crate::diagnostics::Problem;
use crate::experiment::{Paper, Runner};
use crate::size::Size;
use crate::value::Value;

/// The most refusals shown for one experiment; the rest are usually the same slip.
const MOST_REFUSALS: usize = 8;

/// Checks that manifest, code and data sets fit.
pub(super) fn run(draft: &Draft<'_>, grids: &Grids, paper: &Paper, datasets: &[String]) {
    let slug = draft.node.child("paper").child("slug");
    if !draft.paper.slug.is_empty() && draft.paper.slug != paper.slug {
        let message = format!("the slug `{}` is not that of the code", draft.paper.slug);
        let problem = Problem::new(slug.span, message);
        slug.push(problem.label(format!("the code says `{}`", paper.slug)));
    }
    names(draft, paper);
    for experiment in &draft.experiments {
        let subject = grids.subject(experiment);
        known_datasets(subject, datasets);
        if let Some(runner) = paper.runner(&experiment.spec.name) {
            grid_points(subject, runner);
        }
    }
    for claim in &draft.claims {
        for ablation in &claim.ablations {
            for test in &claim.tests {
                substituted(draft, grids, paper, test, ablation);
            }
        }
    }
    checks(draft, paper);
}

/// Experiments must be on both sides.
fn names(draft: &Draft<'_>, paper: &Paper) {
    for experiment in &draft.experiments {
        let name = experiment.spec.name.as_str();
        if !name.is_empty() && paper.runner(name).is_none() {
            let place = experiment.node.child("name");
            let message = format!("the code has no experiment `{name}`");
            let names = paper.experiments.iter().map(|runner| runner.name);
            place.push(Problem::new(place.span, message).choose(name, names));
        }
    }
    for runner in paper.experiments {
        if draft.experiment(runner.name).is_none() {
            let place = draft.node.child("paper");
            let message = format!("the manifest has no experiment `{}`", runner.name);
            let problem = Problem::new(place.span, message);
            place.push(problem.note("the code has it: give an [[experiment]] of this name"));
        }
    }
}

/// Declared data sets must be here.
fn known_datasets(subject: Subject<'_>, datasets: &[String]) {
    let places = subject.draft.node.child("datasets");
    for (index, name) in subject.draft.spec.datasets.iter().enumerate() {
        if !datasets.contains(name) {
            let place = places.nth(index);
            let known = datasets.iter().map(String::as_str);
            place.push(Problem::unknown(place.span, "data set", name, known));
        }
    }
}

/// Every grid point of every size must fit the struct, and read declared data only.
fn grid_points(subject: Subject<'_>, runner: &Runner) {
    let mut points: BTreeMap<&Axes, Size> = BTreeMap::new();
    for (size, at_size) in subject.sizes() {
        for point in at_size {
            points.entry(point).or_insert(size);
        }
    }
    let mut refusals: BTreeSet<String> = BTreeSet::new();
    for (point, size) in points {
        match (runner.validate)(point) {
            Ok(()) => declared(subject, runner, point),
            Err(error) => {
                if refusals.len() < MOST_REFUSALS && refusals.insert(error.to_string()) {
                    let (entry, value) = axis_place(subject, &error, point, size);
                    refuse(subject, &error, entry, value);
                }
            }
        }
    }
}

/// The cells that only an ablation reads must fit the struct as well.
fn substituted(
    draft: &Draft<'_>,
    grids: &Grids,
    paper: &Paper,
    test: &TestDraft<'_>,
    item: &AblationDraft<'_>,
) {
    let name = &test.test.experiment;
    let (Some(experiment), Some(runner)) = (draft.experiment(name), paper.runner(name)) else {
        return;
    };
    let subject = grids.subject(experiment);
    let mut refusals: BTreeSet<String> = BTreeSet::new();
    let mut points: BTreeSet<Axes> = BTreeSet::new();
    for (_, at_size) in subject.sizes() {
        let selected = at_size.iter().filter(|point| test.test.select.takes(point));
        for point in selected {
            let other = item.ablation.apply(name, point);
            // What is wrong with the claim's own cell is shown there.
            if other != *point && (runner.validate)(point).is_ok() {
                points.insert(other);
            }
        }
    }
    let set = item.node.child("set");
    for point in points {
        match (runner.validate)(&point) {
            Ok(()) => declared(subject, runner, &point),
            Err(error) => {
                if refusals.len() < MOST_REFUSALS && refusals.insert(error.to_string()) {
                    let axis = error.axis.as_deref().unwrap_or_default();
                    let place = set.child(axis);
                    refuse(subject, &error, place, place);
                }
            }
        }
    }
}

/// The entry and the value of the axis that a grid point is refused for.
fn axis_place<'a>(
    subject: Subject<'a>,
    error: &AxisError,
    point: &Axes,
    size: Size,
) -> (Node<'a>, Node<'a>) {
    let node = subject.draft.node;
    let Some(axis) = error.axis.as_deref() else {
        let name = node.child("name");
        return (name, name);
    };
    let wanted = point.get(axis);
    let is_wanted = |item: &Node<'a>| wanted.is_some() && item.value().as_ref() == wanted;
    if subject.draft.spec.axes.contains_key(axis) {
        let entry = node.child("axes").child(axis);
        let mut sizes = Size::ALL.into_iter().rev();
        let given = sizes.find(|other| *other <= size && entry.has(other.name()));
        let values = given.map_or(entry, |size| entry.child(size.name()));
        let value = values.items().into_iter().find(is_wanted);
        return (entry, value.unwrap_or(values));
    }
    let cases = node.child("case");
    let case = |value: Option<&Value>| {
        let all = subject.draft.spec.cases.iter();
        all.enumerate()
            .find(|(_, case)| value.is_some() && case.get(axis) == value)
            .map(|(index, _)| index)
    };
    match case(wanted) {
        Some(index) => {
            let entry = cases.nth(index).child(axis);
            (entry, entry)
        }
        None if node.has("axes") => (node.child("axes"), node.child("axes")),
        None => (node.child("name"), node.child("name")),
    }
}

/// Reports that the code refuses a grid point.
fn refuse(subject: Subject<'_>, error: &AxisError, entry: Node<'_>, value: Node<'_>) {
    let experiment = &subject.draft.spec.name;
    let axis = error.axis.as_deref().unwrap_or_default();
    let problem = match &error.problem {
        AxisProblem::UnknownAxis { allowed } => {
            let message = format!("the code of experiment `{experiment}` has no axis `{axis}`");
            let allowed = allowed.iter().map(String::as_str);
            Problem::new(entry.key_span, message).choose(axis, allowed)
        }
        AxisProblem::MissingAxis => {
            let message = format!("the code of experiment `{experiment}` needs an axis `{axis}`");
            Problem::new(entry.span, message)
        }
        AxisProblem::UnknownValue { given, allowed } => {
            let message = format!("axis `{axis}` cannot be `{given}`");
            let allowed = allowed.iter().map(String::as_str);
            Problem::new(value.span, message).choose(given, allowed)
        }
        AxisProblem::Invalid(message) if axis.is_empty() => {
            let message = format!("experiment `{experiment}`: {message}");
            Problem::new(value.span, message)
        }
        AxisProblem::Invalid(message) => {
            Problem::new(value.span, format!("axis `{axis}`: {message}"))
        }
    };
    value.push(problem);
}

/// What a cell reads must be declared.
fn declared(subject: Subject<'_>, runner: &Runner, point: &Axes) {
    let spec = &subject.draft.spec;
    for name in (runner.datasets)(point) {
        if spec.datasets.iter().any(|declared| declared == name) {
            continue;
        }
        let node = subject.draft.node;
        let place = if node.has("datasets") {
            node.child("datasets")
        } else {
            node
        };
        let message = format!(
            "experiment `{}` reads the undeclared data set `{name}`",
            spec.name
        );
        let problem = Problem::new(place.span, message);
        place.push(problem.note(format!("add \"{name}\" to `datasets`")));
    }
}

/// Statistics of the paper's own must be on both sides.
fn checks(draft: &Draft<'_>, paper: &Paper) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for test in draft.claims.iter().flat_map(|claim| &claim.tests) {
        let Statistic::Custom { check } = &test.test.statistic else {
            continue;
        };
        used.insert(check);
        if !check.is_empty() && paper.checks.iter().all(|known| known.name != check) {
            let place = test.node.child("check");
            let known = paper.checks.iter().map(|known| known.name);
            place.push(Problem::unknown(place.span, "check", check, known));
        }
    }
    for check in paper
        .checks
        .iter()
        .filter(|check| !used.contains(check.name))
    {
        let place = draft.node.child("paper");
        let message = format!("no test uses the check `{}`", check.name);
        let problem = Problem::new(place.span, message);
        place.push(problem.note("the code has it: use it in a [[claim.all]], or remove it"));
    }
}
