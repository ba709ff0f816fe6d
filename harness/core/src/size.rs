//! The four sizes at which every experiment can be run.

use std::fmt;
use std::str::FromStr;

/// How much work is done. Only the manifest depends on it: the code of a paper sees parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// Seconds for all papers together; what the tests run.
    Smoke,
    /// Minutes for all papers together; what `reproduce` runs by default.
    Quick,
    /// The sizes of the published experiments, as far as one machine allows.
    Paper,
    /// Larger than published, for the curious; no report of it is kept.
    Large,
}

impl Size {
    /// All sizes, smallest first.
    pub const ALL: [Self; 4] = [Self::Smoke, Self::Quick, Self::Paper, Self::Large];

    /// The word used in manifests, on the command line and in paths.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Quick => "quick",
            Self::Paper => "paper",
            Self::Large => "large",
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|size| size.name() == text)
            .ok_or_else(|| format!("unknown size `{text}`; allowed: smoke, quick, paper, large"))
    }
}

/// One value for each size. A size that a manifest leaves out takes the next smaller size's value.
#[derive(Clone, Debug, PartialEq)]
pub struct PerSize<T>([T; 4]);

impl<T: Clone> PerSize<T> {
    /// The same value at every size.
    pub fn same(value: T) -> Self {
        Self([value.clone(), value.clone(), value.clone(), value])
    }

    /// Values from smallest to largest; `None` repeats the one before. `None` if the first is missing.
    pub fn filled(values: [Option<T>; 4]) -> Option<Self> {
        let [smoke, quick, paper, large] = values;
        let smoke = smoke?;
        let quick = quick.unwrap_or_else(|| smoke.clone());
        let paper = paper.unwrap_or_else(|| quick.clone());
        let large = large.unwrap_or_else(|| paper.clone());
        Some(Self([smoke, quick, paper, large]))
    }

    /// The value at one size.
    pub fn at(&self, size: Size) -> &T {
        &self.0[size as usize]
    }

    /// Replaces the value at one size.
    pub fn set(&mut self, size: Size, value: T) {
        self.0[size as usize] = value;
    }
}
