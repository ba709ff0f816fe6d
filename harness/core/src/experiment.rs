//! What a paper gives to the harness.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::axes::{Axes, AxisError};
use crate::claims::CheckView;
use crate::context::Context;
use crate::recorder::Recorder;
use crate::run::Outcome;

/// One paper: its manifest, its experiments and the statistics that only it needs.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// The name of its folder, package and report.
    pub slug: &'static str,
    /// The text of its `paper.toml`.
    pub manifest: &'static str,
    /// One for each `[[experiment]]` of the manifest.
    pub experiments: &'static [Runner],
    /// Statistics used by claim tests of kind `custom`; usually none.
    pub checks: &'static [Check],
}

impl Paper {
    /// The runner of an experiment.
    pub fn runner(&self, experiment: &str) -> Option<&Runner> {
        self.experiments
            .iter()
            .find(|runner| runner.name == experiment)
    }
}

/// An experiment *is* its grid point: the fields of the struct are the axes of the manifest.
pub trait Experiment: DeserializeOwned {
    /// The name under which the manifest declares it.
    const NAME: &'static str;

    /// Refuses grid points that have the right types but are not possible.
    ///
    /// # Errors
    /// The axis at fault, usually made by [`AxisError::invalid`].
    fn validate(&self) -> Result<(), AxisError> {
        Ok(())
    }

    /// The data sets that this cell reads.
    fn datasets(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Does the work. Must depend on nothing but the fields, the streams and the data.
    ///
    /// # Errors
    /// Bugs and interruptions; a method that diverges is an [`Outcome`].
    fn run(&self, context: &Context<'_>, recorder: &mut Recorder<'_>)
    -> Result<Outcome, CellError>;
}

/// Why a cell stopped without an outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// The whole run is being stopped.
    #[error("interrupted")]
    Interrupted,
    /// The manifest and the code do not fit, or an invariant broke.
    #[error("{0}")]
    Bug(String),
}

/// An experiment behind function pointers, so that a paper can list several.
#[derive(Clone, Copy)]
pub struct Runner {
    /// The experiment's name.
    pub name: &'static str,
    /// Checks that a grid point fits the struct.
    pub validate: fn(&Axes) -> Result<(), AxisError>,
    /// The data sets that a grid point reads.
    pub datasets: fn(&Axes) -> Vec<&'static str>,
    /// Runs a grid point.
    pub run: fn(&Axes, &Context<'_>, &mut Recorder<'_>) -> Result<Outcome, CellError>,
}

impl Runner {
    /// The runner of an experiment.
    pub const fn of<E: Experiment>() -> Self {
        Self {
            name: E::NAME,
            validate: |axes| axes.fill::<E>()?.validate(),
            datasets: |axes| {
                axes.fill::<E>()
                    .map(|cell| cell.datasets())
                    .unwrap_or_default()
            },
            run: |axes, context, recorder| {
                let cell: E = axes
                    .fill()
                    .map_err(|error| CellError::Bug(error.to_string()))?;
                cell.run(context, recorder)
            },
        }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Runner({})", self.name)
    }
}

/// A statistic that no test kind expresses: one number from one replicate's runs.
#[derive(Clone, Copy)]
pub struct Check {
    /// The name used by `check = "…"` in the manifest.
    pub name: &'static str,
    /// Not a number where the runs do not allow an answer.
    pub evaluate: fn(&CheckView<'_>) -> f64,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.name)
    }
}
