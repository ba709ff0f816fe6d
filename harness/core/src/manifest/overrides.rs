//! Other axis values than the manifest's, for one run.

use super::checks::is_step;
use super::model::Manifest;
use crate::diagnostics::{list, nearest};
use crate::size::Size;
use crate::value::Value;

/// Puts other values in the place of an axis of the grid at one size.
///
/// The cells that this gives are planned and run like any others; claims may then select none.
///
/// # Errors
/// An unknown experiment or axis with the names that are allowed, an axis of explicit cases, no
/// values, a value given twice, or a last step that is not a whole number of at least 1.
pub fn override_axis(
    manifest: &mut Manifest,
    size: Size,
    experiment: &str,
    axis: &str,
    values: Vec<Value>,
) -> Result<(), String> {
    let names: Vec<String> = manifest
        .experiments
        .iter()
        .map(|e| e.name.clone())
        .collect();
    let found = manifest
        .experiments
        .iter_mut()
        .find(|e| e.name == experiment);
    let spec = found.ok_or_else(|| unknown("experiment", experiment, "", &names))?;
    let names: Vec<String> = spec.axes.keys().cloned().collect();
    if !spec.axes.contains_key(axis) && spec.axis_names().contains(&axis) {
        return Err(format!(
            "axis `{axis}` of experiment `{experiment}` belongs to its explicit cases and cannot \
             be set; allowed: {}",
            list(&names)
        ));
    }
    let Some(slot) = spec.axes.get_mut(axis) else {
        let place = format!(" of experiment `{experiment}`");
        return Err(unknown("axis", axis, &place, &names));
    };
    if values.is_empty() {
        return Err(format!("axis `{axis}` needs at least one value"));
    }
    for (index, value) in values.iter().enumerate() {
        if values[..index].contains(value) {
            return Err(format!("axis `{axis}` has the value `{value}` twice"));
        }
        let ends_run = spec
            .record
            .as_ref()
            .is_some_and(|record| record.until == axis);
        if ends_run && !is_step(value) {
            return Err(format!(
                "axis `{axis}` cannot be `{value}`: runs end at its value; allowed: whole \
                 numbers of at least 1"
            ));
        }
    }
    slot.set(size, values);
    Ok(())
}

fn unknown(what: &str, given: &str, place: &str, allowed: &[String]) -> String {
    let hint = nearest(given, allowed.iter().map(String::as_str));
    let hint = hint.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
    format!(
        "unknown {what} `{given}`{place}{hint}; allowed: {}",
        list(allowed)
    )
}
