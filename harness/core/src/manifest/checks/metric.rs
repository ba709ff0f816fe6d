//! Metrics: declared at all, and of the kind that is read.

use super::grids::{Subject, size_list};
use crate::diagnostics::{Problem, Span};
use crate::manifest::model::{Schedule, Selection, Spacing};
use crate::manifest::reader::Node;
use crate::size::Size;

/// How a metric is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// As one number.
    Any,
    /// Over steps.
    Curve,
}

/// Reports a metric that nobody records, or that is not recorded over steps where it must be.
pub(super) fn metric(subject: Subject<'_>, name: &str, usage: Use, place: Node<'_>, span: Span) {
    let spec = &subject.draft.spec;
    if name.is_empty() || !subject.draft.metrics_sound {
        return;
    }
    let has = |names: &[String]| names.iter().any(|other| other == name);
    let curves = spec.metrics.curves.iter().map(String::as_str);
    if has(&spec.metrics.curves) {
        return;
    }
    if has(&spec.metrics.scalars) {
        if usage == Use::Curve {
            let message = format!("`{name}` is recorded once, not over steps");
            let allowed: Vec<&str> = curves.collect();
            let problem = Problem::new(span, message);
            place.push(problem.note(format!(
                "recorded over steps: {}",
                crate::diagnostics::list(&allowed)
            )));
        }
        return;
    }
    let message = format!("experiment `{}` records no metric `{name}`", spec.name);
    let scalars = spec.metrics.scalars.iter().map(String::as_str);
    let allowed: Vec<&str> = match usage {
        Use::Any => curves.chain(scalars).collect(),
        Use::Curve => curves.collect(),
    };
    place.push(Problem::new(span, message).choose(name, allowed));
}

/// Whether the metric is declared as recorded once.
pub(super) fn is_scalar(subject: Subject<'_>, name: &str) -> bool {
    let scalars = &subject.draft.spec.metrics.scalars;
    scalars.iter().any(|other| other == name)
}

/// Reports a step at which some selected cell records nothing. The size smoke may be too short.
pub(super) fn step(subject: Subject<'_>, select: &Selection, step: u64, place: Node<'_>) {
    let Some(schedule) = &subject.draft.spec.record else {
        return;
    };
    let mut sizes = Vec::new();
    let mut shortest = u64::MAX;
    for (size, points) in subject
        .selected(select)
        .filter(|(size, _)| *size != Size::Smoke)
    {
        let lasts = points
            .iter()
            .filter_map(|point| point.get(&schedule.until)?.as_f64());
        let mut lasts: Vec<u64> = lasts.map(|last| last as u64).collect();
        lasts.sort_unstable();
        lasts.dedup();
        if lasts.iter().any(|last| !records(schedule, *last, step)) {
            sizes.push(size);
        }
        shortest = shortest.min(lasts.first().copied().unwrap_or(u64::MAX));
    }
    if !sizes.is_empty() {
        let message = format!("step {step} is not recorded at {}", size_list(&sizes));
        let mut problem = Problem::new(place.span, message);
        if shortest < 1_000_000 || matches!(schedule.spacing, Spacing::PerDecade(_)) {
            let steps = schedule.steps(shortest);
            let nearest = steps.iter().min_by_key(|other| other.abs_diff(step));
            if let Some(nearest) = nearest {
                problem = problem.label(format!("nearest recorded step: {nearest}"));
            }
        }
        place.push(
            problem.note("`share` reads the recorded step nearest to a share of the last one"),
        );
    }
}

/// Whether a schedule that ends at `last` holds a step.
fn records(schedule: &Schedule, last: u64, step: u64) -> bool {
    if step == last || step == 0 {
        return step == last || schedule.from_zero;
    }
    match schedule.spacing {
        Spacing::Every(stride) => step < last && step.is_multiple_of(stride),
        _ => schedule.steps(last).binary_search(&step).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortcut_agrees_with_the_schedule() {
        for spacing in [Spacing::Every(3), Spacing::PerDecade(3), Spacing::Points(4)] {
            for from_zero in [true, false] {
                let until = "t".to_owned();
                let schedule = Schedule {
                    spacing: spacing.clone(),
                    until,
                    from_zero,
                };
                for last in 1..60 {
                    let steps = schedule.steps(last);
                    for step in 0..70 {
                        assert_eq!(records(&schedule, last, step), steps.contains(&step));
                    }
                }
            }
        }
    }
}
