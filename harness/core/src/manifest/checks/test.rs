//! A claim's test against the experiment it reads.

use super::grids::{Subject, size_list};
use super::metric::{self, Use};
use super::recorded;
use super::selection::{self, Crowd, groups};
use crate::axes::Axes;
use crate::claims::{At, Combine, Reading, Statistic, Test, validate_replicates};
use crate::diagnostics::Problem;
use crate::manifest::claim::TestDraft;
use crate::manifest::model::Selection;
use crate::manifest::reader::Node;
use crate::size::Size;

/// Checks one test.
pub(super) fn check(draft: &TestDraft<'_>, subject: &Subject<'_>) {
    let subject = *subject;
    let test = &draft.test;
    let node = draft.node;
    let ((), each_sound) = node.problems.watch(|| {
        selection::axes(subject, &test.each, node.child("each"));
    });
    let selected = selection::selection(subject, &test.select, node);
    replicates(draft, subject);
    if !draft.sound {
        return;
    }
    metrics(test, subject, node);
    if !(selected && each_sound) {
        return;
    }
    let each: Vec<&str> = test.each.iter().map(String::as_str).collect();
    match &test.statistic {
        Statistic::Value(Reading { combine, .. })
        | Statistic::Slope { combine, .. }
        | Statistic::Bound { combine, .. }
        | Statistic::Trend {
            combine,
            axis: None,
            ..
        }
        | Statistic::Outcome { combine, .. } => {
            one_cell(subject, &test.select, *combine, &each, node);
        }
        Statistic::SlopeOverAxis {
            reading,
            axis,
            x_log,
            ..
        } => along(
            draft,
            subject,
            axis,
            node.child("over"),
            *x_log,
            reading.combine,
        ),
        Statistic::Trend {
            axis: Some(axis),
            combine,
            ..
        } => along(draft, subject, axis, node.child("axis"), false, *combine),
        Statistic::Compare {
            reading,
            numerator,
            denominator,
            ..
        } => compare(draft, subject, reading.combine, numerator, denominator),
        Statistic::Custom { .. } => {}
    }
}

/// Every metric that the test reads is recorded, in the way it is read.
fn metrics(test: &Test, subject: Subject<'_>, node: Node<'_>) {
    let check = |name: &str, key: &str, usage| {
        let place = node.child(key);
        metric::metric(subject, name, usage, place, place.span);
    };
    match &test.statistic {
        Statistic::Value(reading)
        | Statistic::SlopeOverAxis { reading, .. }
        | Statistic::Compare { reading, .. } => {
            check(&reading.metric, "metric", Use::Any);
            let at = node.child("at");
            if node.has("at") && metric::is_scalar(subject, &reading.metric) {
                let message = format!("`{}` is recorded once: it has no `at`", reading.metric);
                at.push(Problem::new(at.key_span, message));
            } else if let At::Step(step) | At::RatioFrom(step) = reading.at {
                recorded::step(subject, &test.select, step, at);
            }
        }
        Statistic::Slope {
            metric,
            against,
            x_log,
            window,
            ..
        } => {
            let against = against.as_deref();
            check(metric, "metric", Use::Curve);
            check(against.unwrap_or_default(), "against", Use::Curve);
            let least = u64::from(*x_log && against.is_none());
            recorded::window(subject, &test.select, *window, least, 2, node);
        }
        Statistic::Bound {
            metric,
            bound,
            window,
            ..
        } => {
            check(metric, "metric", Use::Any);
            if !metric::is_scalar(subject, metric) {
                check(bound, "bound", Use::Any);
                recorded::window(subject, &test.select, *window, 0, 1, node);
                return;
            }
            check(bound, "bound", Use::Scalar);
            if node.has("window") {
                let message = format!("`{metric}` is recorded once: it has no `window`");
                let window = node.child("window");
                window.push(Problem::new(window.key_span, message));
            }
        }
        Statistic::Trend { metric, axis, .. } => {
            let usage = if axis.is_some() { Use::Any } else { Use::Curve };
            check(metric, "metric", usage);
        }
        Statistic::Outcome { .. } | Statistic::Custom { .. } => {}
    }
}

/// Where nothing combines cells, each group must be one.
fn one_cell(
    subject: Subject<'_>,
    select: &Selection,
    combine: Combine,
    by: &[&str],
    node: Node<'_>,
) {
    if combine != Combine::Only {
        return;
    }
    if let Some(crowd) = Crowd::find(subject.selected(select), by) {
        report_crowd(&crowd, node);
    }
}

fn report_crowd(crowd: &Crowd, node: Node<'_>) {
    let place = if node.has("combine") {
        node.child("combine")
    } else {
        node
    };
    let remedy = "fix them in `where`, range over them with `each`, \
                  or give `combine` (max, min, mean, median, spread)";
    crowd.report(place, place.span, "the test reads", remedy);
}

/// A statistic along a numeric axis needs two values of it in every group.
fn along(
    draft: &TestDraft<'_>,
    subject: Subject<'_>,
    axis: &str,
    place: Node<'_>,
    log: bool,
    combine: Combine,
) {
    if !selection::axis(subject, axis, place, place.span) {
        return;
    }
    let test = &draft.test;
    if test.each.iter().any(|name| name == axis) {
        let message = format!("the test runs along axis `{axis}` and ranges over it");
        let each = draft.node.child("each");
        each.problem(message);
        return;
    }
    selection::numeric(subject, axis, log, place);
    let each: Vec<&str> = test.each.iter().map(String::as_str).collect();
    let short = |points: Vec<&Axes>| {
        groups(points, &each).into_values().any(|group| {
            let values = groups(group, &[axis]);
            values.len() < 2
        })
    };
    let sizes: Vec<Size> = subject
        .selected(&test.select)
        .filter_map(|(size, points)| short(points).then_some(size))
        .collect();
    if !sizes.is_empty() {
        let message = format!("axis `{axis}` has a single value at {}", size_list(&sizes));
        place.push(Problem::new(place.span, message).note("give it at least two values there"));
        return;
    }
    let by: Vec<&str> = each.into_iter().chain([axis]).collect();
    one_cell(subject, &test.select, combine, &by, draft.node);
}

/// Both sides of a comparison must have cells in every group, and they must differ.
fn compare(
    draft: &TestDraft<'_>,
    subject: Subject<'_>,
    combine: Combine,
    numerator: &Axes,
    denominator: &Axes,
) {
    let node = draft.node;
    let test = &draft.test;
    if numerator == denominator {
        node.child("denominator")
            .problem("both sides of the comparison are the same cells");
        return;
    }
    let each: Vec<&str> = test.each.iter().map(String::as_str).collect();
    let mut crowd = None;
    for (key, side) in [("numerator", numerator), ("denominator", denominator)] {
        let place = node.child(key);
        let ((), sound) = node
            .problems
            .watch(|| side_values(test, subject, side, place));
        if !sound {
            continue;
        }
        let fits = |point: &Axes| {
            side.iter()
                .all(|(name, value)| point.get(name) == Some(value))
        };
        let sides = subject.selected(&test.select).map(|(size, points)| {
            let all = groups(points.iter().copied(), &each).len();
            let taken: Vec<&Axes> = points.into_iter().filter(|point| fits(point)).collect();
            (size, all, taken)
        });
        let sides: Vec<(Size, usize, Vec<&Axes>)> = sides.collect();
        let empty = sides
            .iter()
            .filter(|(_, all, taken)| groups(taken.iter().copied(), &each).len() < *all);
        let empty: Vec<Size> = empty.map(|(size, ..)| *size).collect();
        if empty.is_empty() {
            let taken = sides.into_iter().map(|(size, _, taken)| (size, taken));
            crowd = crowd.or_else(|| Crowd::find(taken, &each));
        } else {
            let message = format!("`{key}` selects no cells at {}", size_list(&empty));
            let note = "both sides lie within `where`, for every combination of `each`";
            place.push(Problem::new(place.span, message).note(note));
        }
    }
    if combine == Combine::Only
        && let Some(crowd) = crowd
    {
        report_crowd(&crowd, node);
    }
}

/// The axis values of one side.
fn side_values(test: &Test, subject: Subject<'_>, side: &Axes, place: Node<'_>) {
    for (name, value) in side.iter() {
        let entry = place.child(name);
        if !selection::axis(subject, name, entry, entry.key_span) {
            continue;
        }
        if test.each.iter().any(|other| other == name) {
            let message = format!("axis `{name}` is fixed here and ranged over by `each`");
            entry.push(Problem::new(entry.key_span, message));
        } else {
            selection::value(subject, name, value, entry);
        }
    }
}

/// Enough replicates for the interval asked for, at every size but smoke.
fn replicates(draft: &TestDraft<'_>, subject: Subject<'_>) {
    if !(draft.node.has("estimand") && subject.draft.replicates_sound) {
        return;
    }
    let place = draft.node.child("estimand");
    let mut found: Vec<(String, Vec<Size>)> = Vec::new();
    for size in Size::ALL.into_iter().filter(|size| *size != Size::Smoke) {
        let count = *subject.draft.spec.replicates.at(size);
        if let Err(message) = validate_replicates(&draft.test, count) {
            match found.last_mut().filter(|(last, _)| *last == message) {
                Some((_, sizes)) => sizes.push(size),
                None => found.push((message, vec![size])),
            }
        }
    }
    for (message, sizes) in found {
        let problem = Problem::new(place.span, message).label(format!("at {}", size_list(&sizes)));
        let given = subject.draft.node.child("replicates");
        place.push(problem.elsewhere("replicates of the experiment", given.key_span));
    }
}
