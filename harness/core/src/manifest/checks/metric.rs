//! Metrics: declared at all, and of the kind that is read.

use super::grids::Subject;
use crate::diagnostics::{Problem, Span, list};
use crate::manifest::reader::Node;

/// How a metric is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// As one number.
    Any,
    /// Over steps.
    Curve,
    /// Recorded once.
    Scalar,
}

/// Reports a metric that nobody records, or that is recorded in another way than it is read.
pub(super) fn metric(subject: Subject<'_>, name: &str, usage: Use, place: Node<'_>, span: Span) {
    let spec = &subject.draft.spec;
    if name.is_empty() || !subject.draft.metrics_sound {
        return;
    }
    let curves = spec.metrics.curves.iter().map(String::as_str);
    let scalars = spec.metrics.scalars.iter().map(String::as_str);
    let (allowed, others): (Vec<&str>, Vec<&str>) = match usage {
        Use::Any => (curves.chain(scalars).collect(), Vec::new()),
        Use::Curve => (curves.collect(), scalars.collect()),
        Use::Scalar => (scalars.collect(), curves.collect()),
    };
    if allowed.contains(&name) {
        return;
    }
    if others.contains(&name) {
        let (is, must) = match usage {
            Use::Scalar => ("over steps", "once"),
            _ => ("once", "over steps"),
        };
        let problem = Problem::new(span, format!("`{name}` is recorded {is}, not {must}"));
        place.push(problem.note(format!("recorded {must}: {}", list(&allowed))));
        return;
    }
    let message = format!("experiment `{}` records no metric `{name}`", spec.name);
    place.push(Problem::new(span, message).choose(name, allowed));
}

/// Whether the metric is declared as recorded once.
pub(super) fn is_scalar(subject: Subject<'_>, name: &str) -> bool {
    let scalars = &subject.draft.spec.metrics.scalars;
    scalars.iter().any(|other| other == name)
}
