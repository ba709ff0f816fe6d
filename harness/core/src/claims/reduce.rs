//! One replicate's runs to one number. Every run that comes here may be read.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::model::{At, Combine, Comparison, Measured, Reading, Statistic};
use super::view::CheckView;
use crate::axes::Axes;
use crate::experiment::Check;
use crate::run::{Curve, Run};
use crate::statistics::{fit_line, mean, median};
use crate::value::Value;

/// A run under the axis values by which the claim knows it.
pub(super) type Labelled<'a> = (Axes, &'a Run);

/// A number, possibly none; or what is wrong with the manifest or the code.
type Number = Result<f64, Measured>;

/// The number of one replicate; not a number where the statistic has no value.
pub(super) fn number(
    statistic: &Statistic,
    runs: &[Labelled<'_>],
    against: &[Labelled<'_>],
    checks: &[Check],
) -> Number {
    match statistic {
        Statistic::Value(reading) => read_all(reading, runs),
        Statistic::Slope { combine, .. } => combined(*combine, runs, |run| slope(statistic, run)),
        Statistic::SlopeOverAxis {
            reading,
            axis,
            x_log,
            y_log,
        } => {
            let points = along(axis, runs, |runs| read_all(reading, runs))?;
            let scaled = |(x, y): &(f64, f64)| (scale(*x, *x_log), scale(*y, *y_log));
            Ok(slope_of(&points.iter().map(scaled).collect::<Vec<_>>()))
        }
        Statistic::Compare {
            reading,
            comparison,
            ..
        } => {
            let (first, second) = (read_all(reading, runs)?, read_all(reading, against)?);
            Ok(match comparison {
                Comparison::Ratio => first / second,
                Comparison::LogRatio => libm::log(first / second),
                Comparison::Difference => first - second,
            })
        }
        Statistic::Bound {
            metric,
            bound,
            upper,
            window,
            combine,
        } => combined(*combine, runs, |run| {
            excess(run, metric, bound, *upper, *window)
        }),
        Statistic::Trend {
            metric,
            points,
            axis,
            increasing,
            combine,
        } => match axis {
            Some(axis) if points.is_empty() => {
                let read = |runs: &[Labelled<'_>]| {
                    combined(*combine, runs, |run| read(run, metric, &At::Last))
                };
                let values = along(axis, runs, read)?;
                Ok(smallest_rise(values.iter().map(|(_, y)| *y), *increasing))
            }
            _ => combined(*combine, runs, |run| {
                let values = points
                    .iter()
                    .map(|point| read(run, metric, &At::Share(*point)));
                let values: Vec<f64> = values.collect::<Result<_, _>>()?;
                if values.len() < 2 {
                    return Err(broken(run, "a trend needs two points"));
                }
                Ok(smallest_rise(values.into_iter(), *increasing))
            }),
        },
        Statistic::Outcome { is, combine } => combined(*combine, runs, |run| {
            Ok(f64::from(u8::from(run.outcome.name() == is)))
        }),
        Statistic::Custom { check } => custom(check, runs, checks),
    }
}

/// What the number is, in a few words.
pub(super) fn describe(statistic: &Statistic) -> String {
    match statistic {
        Statistic::Value(reading) => format!("`{}`", reading.metric),
        Statistic::Slope { metric, .. } => format!("slope of `{metric}`"),
        Statistic::SlopeOverAxis { reading, axis, .. } => {
            format!("slope of `{}` over `{axis}`", reading.metric)
        }
        Statistic::Compare { reading, .. } => format!("comparison of `{}`", reading.metric),
        Statistic::Bound { metric, bound, .. } => format!("`{metric}` against `{bound}`"),
        Statistic::Trend { metric, .. } => format!("trend of `{metric}`"),
        Statistic::Outcome { is, .. } => format!("outcome `{is}`"),
        Statistic::Custom { check } => format!("check `{check}`"),
    }
}

fn broken(run: &Run, problem: &str) -> Measured {
    Measured::Failed(format!("{}: {problem}", run.cell))
}

fn read_all(reading: &Reading, runs: &[Labelled<'_>]) -> Number {
    combined(reading.combine, runs, |run| {
        read(run, &reading.metric, &reading.at)
    })
}

fn read(run: &Run, metric: &str, at: &At) -> Number {
    if let Some(value) = run.records.scalars.get(metric) {
        return Ok(*value);
    }
    let curve = curve(run, metric)?;
    let last = curve.values[curve.values.len() - 1];
    match at {
        At::Last => Ok(last),
        At::Share(share) => {
            let wanted = share * last_step(curve);
            let distance = |(step, _): &(u64, f64)| (*step as f64 - wanted).abs();
            let nearest = curve
                .points()
                .min_by(|a, b| distance(a).total_cmp(&distance(b)));
            Ok(nearest.map_or(f64::NAN, |(_, value)| value))
        }
        At::Step(step) => at_step(run, metric, curve, *step),
        At::Max => Ok(largest(&curve.values)),
        At::Min => Ok(smallest(&curve.values)),
        At::RatioFrom(step) => Ok(last / at_step(run, metric, curve, *step)?),
    }
}

/// A recorded curve; never empty.
fn curve<'a>(run: &'a Run, metric: &str) -> Result<&'a Curve, Measured> {
    run.records
        .curves
        .get(metric)
        .filter(|curve| !curve.values.is_empty() && curve.values.len() == curve.steps.len())
        .ok_or_else(|| broken(run, &format!("metric `{metric}` was not recorded")))
}

fn last_step(curve: &Curve) -> f64 {
    curve.steps.last().map_or(0.0, |step| *step as f64)
}

fn at_step(run: &Run, metric: &str, curve: &Curve, step: u64) -> Number {
    curve
        .steps
        .binary_search(&step)
        .map(|place| curve.values[place])
        .map_err(|_| {
            broken(
                run,
                &format!("metric `{metric}` was not recorded at step {step}"),
            )
        })
}

/// The points with steps between two shares of the last step.
fn in_window(curve: &Curve, window: (f64, f64)) -> impl Iterator<Item = (u64, f64)> + '_ {
    let last = last_step(curve);
    // A share such as 0.07 of 100 is not exactly 7, and step 7 is meant to be inside.
    let slack = 1e-12 * last;
    let (low, high) = (window.0 * last - slack, window.1 * last + slack);
    let inside = move |(step, _): &(u64, f64)| (low..=high).contains(&(*step as f64));
    curve.points().filter(inside)
}

fn scale(value: f64, log: bool) -> f64 {
    match log {
        false => value,
        true if value > 0.0 => libm::log(value),
        true => f64::NAN,
    }
}

fn slope_of(points: &[(f64, f64)]) -> f64 {
    fit_line(points).map_or(f64::NAN, |line| line.slope)
}

fn slope(statistic: &Statistic, run: &Run) -> Number {
    let Statistic::Slope {
        metric,
        against,
        x_log,
        y_log,
        window,
        ..
    } = statistic
    else {
        return Ok(f64::NAN);
    };
    let mut points = Vec::new();
    for (step, y) in in_window(curve(run, metric)?, *window) {
        let x = match against {
            Some(other) => at_step(run, other, curve(run, other)?, step)?,
            // The start has no place on a logarithmic axis.
            None if *x_log && step == 0 => continue,
            None => step as f64,
        };
        points.push((scale(x, *x_log), scale(y, *y_log)));
    }
    if points.len() < 2 {
        let problem = format!("the slope of `{metric}` needs two recorded steps in its window");
        return Err(broken(run, &problem));
    }
    Ok(slope_of(&points))
}

/// The largest relative excess over a bound.
fn excess(run: &Run, metric: &str, bound: &str, upper: bool, window: (f64, f64)) -> Number {
    let fixed = run.records.scalars.get(bound);
    let against = |value: f64, bound: f64| {
        if upper {
            relative_excess(value, bound)
        } else {
            relative_excess(-value, -bound)
        }
    };
    if let Some(value) = run.records.scalars.get(metric) {
        let problem = || {
            broken(
                run,
                &format!("bound `{bound}` is not a scalar as `{metric}` is"),
            )
        };
        return fixed
            .map(|bound| against(*value, *bound))
            .ok_or_else(problem);
    }
    let mut excesses = Vec::new();
    for (step, value) in in_window(curve(run, metric)?, window) {
        let bound = match fixed {
            Some(bound) => *bound,
            None => at_step(run, bound, curve(run, bound)?, step)?,
        };
        excesses.push(against(value, bound));
    }
    if excesses.is_empty() {
        let problem = format!("no step of `{metric}` lies in the window of its bound");
        return Err(broken(run, &problem));
    }
    Ok(largest(&excesses))
}

/// (value − bound)/|bound| for a bound from above; −1 where the bound is infinite and harmless.
fn relative_excess(value: f64, bound: f64) -> f64 {
    let equal = value.is_finite() && value.total_cmp(&bound).is_eq();
    // Either zero equals the other.
    if equal || value.abs() <= 0.0 && bound.abs() <= 0.0 {
        0.0
    } else if bound >= f64::INFINITY && value < f64::INFINITY {
        -1.0
    } else {
        (value - bound) / bound.abs()
    }
}

/// The smallest difference between neighbours, positive where the values go the claimed way.
fn smallest_rise(values: impl Iterator<Item = f64>, increasing: bool) -> f64 {
    let values: Vec<f64> = values.collect();
    let rise = |pair: &[f64]| {
        if increasing {
            pair[1] - pair[0]
        } else {
            pair[0] - pair[1]
        }
    };
    let rises: Vec<f64> = values.windows(2).map(rise).collect();
    smallest(&rises)
}

/// One value for each value of a numeric axis, in ascending order of the axis.
fn along(
    axis: &str,
    runs: &[Labelled<'_>],
    value: impl Fn(&[Labelled<'_>]) -> Number,
) -> Result<Vec<(f64, f64)>, Measured> {
    let mut places: BTreeMap<Value, Vec<Labelled<'_>>> = BTreeMap::new();
    for (label, run) in runs {
        let place = label
            .get(axis)
            .ok_or_else(|| broken(run, &format!("axis `{axis}` is missing")))?;
        places
            .entry(place.clone())
            .or_default()
            .push((label.clone(), *run));
    }
    if places.len() < 2 {
        let problem = format!("axis `{axis}` needs two values to compare");
        return Err(Measured::Failed(problem));
    }
    let point = |(place, runs): (&Value, &Vec<Labelled<'_>>)| {
        let x = place
            .as_f64()
            .ok_or_else(|| Measured::Failed(format!("axis `{axis}` is not numeric: {place}")))?;
        Ok((x, value(runs)?))
    };
    places.iter().map(point).collect()
}

fn combined(combine: Combine, runs: &[Labelled<'_>], value: impl Fn(&Run) -> Number) -> Number {
    let values = runs.iter().map(|(_, run)| value(run));
    let values: Vec<f64> = values.collect::<Result<_, _>>()?;
    if values.is_empty() {
        return Err(Measured::Failed("no cell is selected".to_owned()));
    }
    Ok(match combine {
        Combine::Only if values.len() > 1 => {
            let labels: Vec<String> = runs.iter().map(|(label, _)| label.to_string()).collect();
            return Err(Measured::Failed(format!(
                "one cell expected, {} selected ({}); narrow `where`, list axes in `each`, or say \
                 how to `combine`",
                values.len(),
                labels.join("; ")
            )));
        }
        Combine::Only => values[0],
        Combine::Max => largest(&values),
        Combine::Min => smallest(&values),
        Combine::Mean => mean(&values),
        Combine::Median => median(&values),
        Combine::Spread => {
            let least = smallest(&values);
            if least > 0.0 {
                largest(&values) / least - 1.0
            } else {
                f64::NAN
            }
        }
    })
}

/// Not a number if one is not, unlike `f64::max`.
fn largest(values: &[f64]) -> f64 {
    let none = values.iter().any(|value| value.is_nan());
    let largest = values.iter().copied().max_by(f64::total_cmp);
    largest.filter(|_| !none).unwrap_or(f64::NAN)
}

/// Not a number if one is not, unlike `f64::min`.
fn smallest(values: &[f64]) -> f64 {
    let none = values.iter().any(|value| value.is_nan());
    let smallest = values.iter().copied().min_by(f64::total_cmp);
    smallest.filter(|_| !none).unwrap_or(f64::NAN)
}

fn custom(name: &str, runs: &[Labelled<'_>], checks: &[Check]) -> Number {
    let Some(check) = checks.iter().find(|check| check.name == name) else {
        return Err(Measured::Failed(format!("the paper has no check `{name}`")));
    };
    let view = CheckView {
        runs: runs.to_vec(),
    };
    catch_unwind(AssertUnwindSafe(|| (check.evaluate)(&view)))
        .map_err(|_| Measured::Failed(format!("check `{name}` panicked")))
}
