//! From the parts, each a process, to the figures.

mod command;
mod figures;
mod folder;
mod measure;
mod observe;
pub(crate) mod part;
mod process;

use std::error::Error;

pub(crate) use measure::measure;

/// Whatever went wrong; there is nothing to do but to say it.
pub(crate) type Failure = Box<dyn Error>;

/// What the user asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) json: bool,
    /// The most cells of the overhead curve.
    pub(crate) most_cells: usize,
    /// Empty for everything.
    names: Vec<String>,
}

impl Asked {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut asked = Self {
            json: false,
            most_cells: 1_000_000,
            names: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--json" => asked.json = true,
                "--cells" => {
                    let number = rest.next().and_then(|number| number.parse().ok());
                    asked.most_cells = number.ok_or("--cells needs a number")?;
                }
                "tiny" | "ols" | "overhead" | "quick" => asked.names.push(argument.clone()),
                other => return Err(format!("unknown argument `{other}`").into()),
            }
        }
        Ok(asked)
    }

    fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|other| other == name)
    }
}
