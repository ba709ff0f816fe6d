//! The validated form of a manifest.

use std::collections::BTreeMap;

use crate::axes::Axes;
use crate::claims::Claim;
use crate::recorder::Declared;
use crate::seeds::Scope;
use crate::size::{PerSize, Size};
use crate::value::Value;

/// A whole `paper.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Title, authors and summary.
    pub paper: PaperInfo,
    /// In the order of the file.
    pub experiments: Vec<ExperimentSpec>,
    /// In the order of the file.
    pub claims: Vec<Claim>,
    /// In the order of the file.
    pub deviations: Vec<Deviation>,
}

impl Manifest {
    /// The experiment of a name.
    pub fn experiment(&self, name: &str) -> Option<&ExperimentSpec> {
        self.experiments
            .iter()
            .find(|experiment| experiment.name == name)
    }
}

/// What is said of the paper itself: `[paper]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperInfo {
    /// The name of its folder, package and report.
    pub slug: String,
    /// The paper's title.
    pub title: String,
    /// The paper's authors.
    pub authors: Vec<String>,
    /// Year of publication.
    pub year: i64,
    /// Where it was published, as one line.
    pub venue: String,
    /// Names and addresses, such as `arxiv = "1806.01796"`.
    pub links: BTreeMap<String, String>,
    /// What the paper says, in a paragraph or two of Markdown.
    pub summary: String,
}

/// One `[[experiment]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentSpec {
    /// Unique in the paper.
    pub name: String,
    /// What it asks, as a question.
    pub question: String,
    /// A paragraph written after looking at the results; may be empty.
    pub analysis: String,
    /// The product grid, by axis.
    pub axes: BTreeMap<String, PerSize<Vec<Value>>>,
    /// Points that the grid is multiplied with; empty means one point without axes.
    pub cases: Vec<Axes>,
    /// How often every point is run with fresh randomness.
    pub replicates: PerSize<u32>,
    /// Axes whose values compete on the same randomness: no stream may depend on them.
    pub paired: Vec<String>,
    /// The random streams that the code may draw from.
    pub streams: BTreeMap<String, Scope>,
    /// The data sets that its cells may read.
    pub datasets: Vec<String>,
    /// The metrics by name.
    pub metrics: Declared,
    /// What each metric is, in words or a formula.
    pub descriptions: BTreeMap<String, String>,
    /// When curves are recorded; `None` if there are none.
    pub record: Option<Schedule>,
    /// The figures of its report section.
    pub figures: Vec<Figure>,
    /// The tables of its report section.
    pub tables: Vec<TableSpec>,
}

impl ExperimentSpec {
    /// The names of all axes, of the grid and of the cases, sorted.
    pub fn axis_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.axes.keys().map(String::as_str).collect();
        names.extend(self.cases.first().into_iter().flat_map(Axes::names));
        names.sort_unstable();
        names
    }

    /// The values that an axis takes at one size, sorted, each once.
    pub fn axis_values(&self, name: &str, size: Size) -> Vec<Value> {
        let mut values: Vec<Value> = match self.axes.get(name) {
            Some(values) => values.at(size).clone(),
            None => self
                .cases
                .iter()
                .filter_map(|case| case.get(name))
                .cloned()
                .collect(),
        };
        values.sort();
        values.dedup();
        values
    }
}

/// The steps at which curves are recorded: `record = { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// How the steps are spaced.
    pub spacing: Spacing,
    /// The axis whose value is the last step.
    pub until: String,
    /// Whether step 0 is recorded too.
    pub from_zero: bool,
}

/// How recorded steps are spaced.
#[derive(Clone, Debug, PartialEq)]
pub enum Spacing {
    /// `per-decade = k`: the distinct values of round(10^(i/k)), i ≥ 0.
    PerDecade(u32),
    /// `every = k`: k, 2k, 3k, …
    Every(u64),
    /// `points = k`: k steps at equal distances.
    Points(u32),
}

impl Schedule {
    /// The steps for a run of `last` steps, strictly increasing; `last` is always among them.
    pub fn steps(&self, last: u64) -> Vec<u64> {
        let mut steps: Vec<u64> = match self.spacing {
            // Twenty decades hold every `u64`.
            Spacing::PerDecade(count) => (0..=count.saturating_mul(20))
                .map(|index| libm::round(libm::pow(10.0, f64::from(index) / f64::from(count))))
                .map(|step| step as u64)
                .take_while(|step| *step < last)
                .collect(),
            Spacing::Every(stride) => {
                let stride = stride.max(1);
                (stride..last).step_by(stride as usize).collect()
            }
            Spacing::Points(count) => {
                let count = u64::from(count.max(1));
                let share = |index: u64| u128::from(last) * u128::from(index) / u128::from(count);
                (1..count)
                    .map(|index| share(index) as u64)
                    .filter(|step| *step > 0)
                    .collect()
            }
        };
        if self.from_zero {
            steps.push(0);
        }
        steps.push(last);
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

/// Which cells a figure, table or test reads: every named axis has one of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(pub BTreeMap<String, Vec<Value>>);

impl Selection {
    /// Whether a grid point is selected.
    pub fn takes(&self, axes: &Axes) -> bool {
        self.0
            .iter()
            .all(|(name, values)| axes.get(name).is_some_and(|v| values.contains(v)))
    }
}

/// One figure: `[[experiment.figure]]`. Shows the median over replicates with a quantile band.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Unique in the experiment; part of the file name.
    pub id: String,
    /// What the figure shows, as a short sentence.
    pub title: String,
    /// What is on the horizontal axis.
    pub x: FigureX,
    /// The metric on the vertical axis.
    pub y: String,
    /// The label of the horizontal axis.
    pub x_label: String,
    /// The label of the vertical axis.
    pub y_label: String,
    /// Whether the horizontal axis is logarithmic.
    pub x_log: bool,
    /// Whether the vertical axis is logarithmic.
    pub y_log: bool,
    /// Axes whose values are told apart by colour.
    pub series: Vec<String>,
    /// The axis that has one panel for each value.
    pub panels: Option<String>,
    /// Which cells are drawn.
    pub select: Selection,
    /// Predictions and bounds, recorded beside the measurement, drawn dashed.
    pub overlays: Vec<Overlay>,
    /// The paragraph under the figure; may be empty.
    pub caption: String,
}

/// What is on the horizontal axis of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureX {
    /// `x = "step"`.
    Step,
    /// `x = "some-metric"`: the median of another metric recorded at the same steps.
    Metric(String),
    /// `x = "axis:name"`: a numeric axis; the vertical value is the last one recorded.
    Axis(String),
}

/// A prediction or bound in a figure: `overlays = { metric = "label" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// The recorded metric to draw.
    pub metric: String,
    /// What the line is called.
    pub label: String,
}

/// One table: `[[experiment.table]]`. A row for each grid point, a column for each metric
/// (last value: median and range over replicates).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// Unique in the experiment; part of the file name.
    pub id: String,
    /// What the table shows.
    pub title: String,
    /// The metrics shown as columns.
    pub metrics: Vec<String>,
    /// Which cells are shown.
    pub select: Selection,
}

/// A stated difference from the paper or from its claims: `[[deviation]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Unique in the paper.
    pub id: String,
    /// The claims that it touches; empty means all.
    pub claims: Vec<String>,
    /// What differs, why, and what it may change.
    pub says: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_end_at_the_last_step() {
        let schedule = |spacing, from_zero| Schedule {
            spacing,
            until: "t".into(),
            from_zero,
        };
        let decades = schedule(Spacing::PerDecade(2), false);
        assert_eq!(decades.steps(100), [1, 3, 10, 32, 100]);
        assert_eq!(decades.steps(1), [1]);
        assert_eq!(schedule(Spacing::Every(4), true).steps(10), [0, 4, 8, 10]);
        assert_eq!(schedule(Spacing::Points(4), false).steps(10), [2, 5, 7, 10]);
        let fine = schedule(Spacing::PerDecade(10), false).steps(1000);
        assert_eq!(fine[..10], [1, 2, 3, 4, 5, 6, 8, 10, 13, 16]);
    }
}
