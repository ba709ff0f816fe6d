//! Recorded steps: what a test reads of a curve must have been written down.

use super::experiment::is_step;
use super::grids::{Subject, size_list};
use crate::diagnostics::Problem;
use crate::manifest::model::{Schedule, Selection, Spacing};
use crate::manifest::reader::Node;
use crate::size::Size;

/// The most steps that one run records; more is taken for a slip.
const MOST_STEPS: u64 = 1_000_000;

/// Reports a schedule that records more steps than can be meant.
pub(super) fn schedule(subject: Subject<'_>, schedule: &Schedule, place: Node<'_>) {
    let Spacing::Every(stride) = schedule.spacing else {
        return;
    };
    for (size, lasts) in lasts(subject, schedule, &Selection::default()) {
        let count = lasts.last().map_or(0, |last| last / stride);
        if count > MOST_STEPS {
            let message = format!("a run records {count} steps at {}", size_list(&[size]));
            let problem = Problem::new(place.span, message);
            place.push(problem.note(format!("allowed: up to {MOST_STEPS}")));
            return;
        }
    }
}

/// The different last steps of the selected cells, ascending, at each size.
fn lasts(subject: Subject<'_>, schedule: &Schedule, select: &Selection) -> Vec<(Size, Vec<u64>)> {
    let sizes = subject.selected(select);
    let of_size = |(size, points): (Size, Vec<&crate::Axes>)| {
        let values = points
            .iter()
            .filter_map(|point| point.get(&schedule.until))
            .filter(|value| is_step(value));
        let mut lasts: Vec<u64> = values.filter_map(|v| Some(v.as_f64()? as u64)).collect();
        lasts.sort_unstable();
        lasts.dedup();
        (size, lasts)
    };
    sizes.map(of_size).collect()
}

/// The steps of a run, unless there are more than can be meant.
fn steps(schedule: &Schedule, last: u64) -> Option<Vec<u64>> {
    let too_many = matches!(schedule.spacing, Spacing::Every(stride) if last / stride > MOST_STEPS);
    (!too_many).then(|| schedule.steps(last))
}

/// Reports a step at which some selected cell records nothing.
pub(super) fn step(subject: Subject<'_>, select: &Selection, step: u64, place: Node<'_>) {
    let Some(schedule) = &subject.draft.spec.record else {
        return;
    };
    let mut sizes = Vec::new();
    let mut nearest = None;
    for (size, lasts) in lasts(subject, schedule, select) {
        let missing = lasts.into_iter().find_map(|last| {
            let steps = steps(schedule, last)?;
            steps.binary_search(&step).is_err().then_some(steps)
        });
        if let Some(steps) = missing {
            sizes.push(size);
            nearest = nearest.or(steps.into_iter().min_by_key(|other| other.abs_diff(step)));
        }
    }
    if let Some(nearest) = nearest {
        let message = format!("step {step} is not recorded at {}", size_list(&sizes));
        let problem = Problem::new(place.span, message);
        let problem = problem.label(format!("nearest recorded step there: {nearest}"));
        let note = "`share` reads the recorded step nearest to a share of the last one";
        place.push(problem.note(note));
    }
}

/// Reports a window in which some selected cell records fewer than `needed` steps from `least` on.
pub(super) fn window(
    subject: Subject<'_>,
    select: &Selection,
    window: (f64, f64),
    least: u64,
    needed: usize,
    test: Node<'_>,
) {
    let Some(schedule) = &subject.draft.spec.record else {
        return;
    };
    let lacks = |last: u64| {
        let (low, high) = (window.0 * last as f64, window.1 * last as f64);
        let slack = 1e-12 * last as f64;
        let inside = |step: &&u64| {
            **step >= least && (low - slack..=high + slack).contains(&(**step as f64))
        };
        let steps = steps(schedule, last);
        steps.is_some_and(|steps| steps.iter().filter(inside).count() < needed)
    };
    let sizes: Vec<Size> = lasts(subject, schedule, select)
        .into_iter()
        .filter_map(|(size, lasts)| lasts.into_iter().any(lacks).then_some(size))
        .collect();
    if !sizes.is_empty() {
        let place = if test.has("window") {
            test.child("window")
        } else {
            test
        };
        let message = format!(
            "the window from {} to {} holds too few recorded steps at {}",
            window.0,
            window.1,
            size_list(&sizes)
        );
        let problem = Problem::new(place.span, message);
        place.push(problem.note(format!(
            "needed: {needed}; record more steps, run longer, or widen the window"
        )));
    }
}
