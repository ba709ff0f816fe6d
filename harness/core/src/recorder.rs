//! Where a running cell writes its measurements.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::experiment::CellError;
use crate::run::{Curve, Records};

/// Collects what one cell measures. Only declared metrics are taken; non-finite values are data.
#[derive(Debug)]
pub struct Recorder<'a> {
    declared: &'a Declared,
    stop: &'a AtomicBool,
    records: Records,
}

/// The metrics that an experiment declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Names of the metrics recorded once, sorted.
    pub scalars: Vec<String>,
    /// Names of the metrics recorded over steps, sorted.
    pub curves: Vec<String>,
}

impl<'a> Recorder<'a> {
    /// An empty recorder; when `stop` becomes true, the next recording ends the cell.
    pub fn new(declared: &'a Declared, stop: &'a AtomicBool) -> Self {
        let curves = declared
            .curves
            .iter()
            .map(|name| (name.clone(), Curve::default()))
            .collect();
        Self {
            declared,
            stop,
            records: Records {
                scalars: BTreeMap::new(),
                curves,
            },
        }
    }

    /// Records a metric once.
    ///
    /// # Errors
    /// An undeclared metric, one recorded twice, or an interrupted run.
    pub fn scalar(&mut self, metric: &str, value: f64) -> Result<(), CellError> {
        self.check_stop()?;
        if self
            .declared
            .scalars
            .binary_search_by(|name| name.as_str().cmp(metric))
            .is_err()
        {
            return Err(undeclared(metric, "scalars", &self.declared.scalars));
        }
        if self
            .records
            .scalars
            .insert(metric.to_owned(), one_nan(value))
            .is_some()
        {
            return Err(CellError::Bug(format!(
                "metric `{metric}` is recorded twice"
            )));
        }
        Ok(())
    }

    /// Records several metrics once each.
    ///
    /// # Errors
    /// As [`Recorder::scalar`].
    pub fn scalars(&mut self, values: &[(&str, f64)]) -> Result<(), CellError> {
        values
            .iter()
            .try_for_each(|(metric, value)| self.scalar(metric, *value))
    }

    /// Records metrics at one step; the steps of a metric must increase.
    ///
    /// # Errors
    /// An undeclared metric, a step that does not increase, or an interrupted run.
    pub fn at(&mut self, step: u64, values: &[(&str, f64)]) -> Result<(), CellError> {
        self.check_stop()?;
        for (metric, value) in values {
            let Some(curve) = self.records.curves.get_mut(*metric) else {
                return Err(undeclared(metric, "metrics", &self.declared.curves));
            };
            if curve.steps.last().is_some_and(|last| *last >= step) {
                let message = format!("metric `{metric}` is recorded at step {step} out of order");
                return Err(CellError::Bug(message));
            }
            curve.steps.push(step);
            curve.values.push(one_nan(*value));
        }
        Ok(())
    }

    /// Ends the cell if the run is being interrupted. Recording does this too.
    ///
    /// # Errors
    /// [`CellError::Interrupted`].
    pub fn check_stop(&self) -> Result<(), CellError> {
        if self.stop.load(Ordering::Relaxed) {
            Err(CellError::Interrupted)
        } else {
            Ok(())
        }
    }

    /// What has been recorded so far.
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// Goes back to what had been recorded when a snapshot was taken.
    pub(crate) fn restore(&mut self, records: Records) {
        self.records = records;
    }

    /// The metrics that were declared and never recorded.
    pub fn missing(&self) -> Vec<&str> {
        let scalars = self.declared.scalars.iter();
        let scalars = scalars.filter(|name| !self.records.scalars.contains_key(*name));
        let curves = self.declared.curves.iter();
        let curves = curves.filter(|name| {
            self.records
                .curves
                .get(*name)
                .is_none_or(|curve| curve.steps.is_empty())
        });
        scalars.chain(curves).map(String::as_str).collect()
    }

    /// Hands over the records; metrics never recorded leave no trace.
    pub fn finish(mut self) -> Records {
        self.records
            .curves
            .retain(|_, curve| !curve.steps.is_empty());
        self.records
    }
}

/// Not-a-number has many bit patterns, and which one an operation gives depends on the processor.
const fn one_nan(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value }
}

fn undeclared(metric: &str, kind: &str, declared: &[String]) -> CellError {
    let declared = declared.join(", ");
    CellError::Bug(format!(
        "metric `{metric}` is not declared under `{kind}` ({declared})"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_declared_metrics_in_order_and_stops_on_request() {
        let declared = Declared {
            scalars: vec!["share".into()],
            curves: vec!["loss".into(), "norm".into()],
        };
        let stop = AtomicBool::new(false);
        let mut recorder = Recorder::new(&declared, &stop);
        assert!(
            recorder
                .at(1, &[("loss", 1.0), ("norm", -f64::NAN)])
                .is_ok()
        );
        assert_eq!(
            recorder.records().curves["norm"].values[0].to_bits(),
            f64::NAN.to_bits()
        );
        assert!(matches!(
            recorder.at(1, &[("loss", 1.0)]),
            Err(CellError::Bug(_))
        ));
        assert!(matches!(
            recorder.at(2, &[("lost", 1.0)]),
            Err(CellError::Bug(_))
        ));
        assert_eq!(recorder.missing(), ["share"]);
        assert!(recorder.scalar("share", 0.5).is_ok());
        assert!(matches!(
            recorder.scalar("share", 0.5),
            Err(CellError::Bug(_))
        ));
        stop.store(true, Ordering::Relaxed);
        assert!(matches!(
            recorder.at(3, &[("loss", 1.0)]),
            Err(CellError::Interrupted)
        ));
        assert_eq!(recorder.finish().curves["loss"].values, [1.0]);
    }
}
