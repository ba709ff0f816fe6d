//! An experiment by itself: streams, pairing, recording, figures and tables.

use super::grids::{Subject, size_list};
use super::{figure, recorded, selection, unique};
use crate::diagnostics::Problem;
use crate::seeds::Scope;
use crate::size::Size;
use crate::value::Value;

/// Checks one experiment.
pub(super) fn check(subject: &Subject<'_>) {
    let subject = *subject;
    let spec = &subject.draft.spec;
    let node = subject.draft.node;
    selection::axes(subject, &spec.paired, node.child("paired"));
    streams(subject);
    until(subject);
    let figures = node.child("figure");
    let ids = spec.figures.iter().enumerate();
    unique(
        "figure",
        ids.map(|(i, f)| (f.id.as_str(), figures.nth(i).child("id"))),
    );
    for (index, item) in spec.figures.iter().enumerate() {
        figure::figure(subject, item, figures.nth(index));
    }
    let tables = node.child("table");
    let ids = spec.tables.iter().enumerate();
    unique(
        "table",
        ids.map(|(i, t)| (t.id.as_str(), tables.nth(i).child("id"))),
    );
    for (index, item) in spec.tables.iter().enumerate() {
        figure::table(subject, item, tables.nth(index));
    }
}

/// No stream may vary with an axis whose values compete on the same randomness.
fn streams(subject: Subject<'_>) {
    let spec = &subject.draft.spec;
    for (label, scope) in &spec.streams {
        let Scope::Axes(names) = scope else { continue };
        let places = subject.draft.node.child("streams").child(label);
        selection::axes(subject, names, places);
        let list = names.iter().enumerate();
        unique(
            "axis",
            list.map(|(index, name)| (name.as_str(), places.nth(index))),
        );
        for (index, name) in names.iter().enumerate() {
            if spec.paired.contains(name) {
                let place = places.nth(index);
                let message = format!("stream `{label}` varies with the paired axis `{name}`");
                let note = "the values of a paired axis compete on the same randomness";
                place.push(Problem::new(place.span, message).note(note));
            }
        }
    }
}

/// The axis that ends a run must hold whole numbers of at least 1.
fn until(subject: Subject<'_>) {
    let spec = &subject.draft.spec;
    let Some(schedule) = &spec.record else { return };
    let place = subject.draft.node.child("record").child("until");
    if !selection::axis(subject, &schedule.until, place, place.span) {
        return;
    }
    for size in Size::ALL {
        let values = spec.axis_values(&schedule.until, size);
        if let Some(value) = values.iter().find(|value| !is_step(value)) {
            let message = format!(
                "axis `{}` has the value `{value}` at {}",
                schedule.until,
                size_list(&[size])
            );
            let note = "runs end at the value of this axis: whole numbers of at least 1";
            place.push(Problem::new(place.span, message).note(note));
            return;
        }
    }
    recorded::schedule(subject, schedule, subject.draft.node.child("record"));
}

/// Whether a value can be the last step of a run.
pub(in crate::manifest) fn is_step(value: &Value) -> bool {
    matches!(value, Value::Int(step) if *step >= 1)
}
