//! What a claim, its measurements and its verdict are.

use crate::axes::Axes;
use crate::manifest::Selection;

/// One `[[claim]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Unique in the paper, `C1`, `C2`, …
    pub id: String,
    /// The claim in a sentence.
    pub says: String,
    /// Where it stands in the paper.
    pub source: String,
    /// The criterion of the fact sheet, verbatim.
    pub sheet: String,
    /// Whether the paper stands or falls with it.
    pub weight: Weight,
    /// Why the tolerances are what they are.
    pub tolerance: String,
    /// Every test must be met; empty only if `untested` is given.
    pub tests: Vec<Test>,
    /// Substitutions under which the claim must come out *not reproduced*.
    pub ablations: Vec<Ablation>,
    /// Why no ablation makes sense; empty if there is one.
    pub no_ablation: String,
    /// Why the claim is not tested at all; `None` if it is.
    pub untested: Option<String>,
}

/// How much of the paper rests on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The paper stands or falls with it.
    Headline,
    /// Everything else.
    Secondary,
}

/// One condition of a claim: a statistic with its criterion. `[[claim.all]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Unique in the claim; a short phrase for tables.
    pub name: String,
    /// The experiment whose cells it reads.
    pub experiment: String,
    /// Which of its cells.
    pub select: Selection,
    /// Axes over which the test ranges: one part of the claim for each combination of values.
    pub each: Vec<String>,
    /// How one replicate's runs become one number.
    pub statistic: Statistic,
    /// What that number must be.
    pub criterion: Criterion,
    /// What is judged over replicates.
    pub estimand: Estimand,
}

/// How one replicate's runs become one number.
#[derive(Clone, Debug, PartialEq)]
pub enum Statistic {
    /// A metric's value: `kind = "threshold"`, or `kind = "equals"` with a region around a value.
    Value(Reading),
    /// A fitted slope over the steps of one run: `kind = "slope"`.
    Slope {
        /// The metric on the vertical axis.
        metric: String,
        /// `None` for the step, else another metric of the same run.
        against: Option<String>,
        /// Whether the logarithm of the horizontal value is taken.
        x_log: bool,
        /// Whether the logarithm of the vertical value is taken.
        y_log: bool,
        /// The steps used: from `window.0 × last` to `window.1 × last`, both included.
        window: (f64, f64),
        /// How several cells become one number.
        combine: Combine,
    },
    /// A fitted log–log slope of a reading over a numeric axis: `kind = "slope"`, `over = axis`.
    SlopeOverAxis {
        /// What is read from each cell.
        reading: Reading,
        /// The numeric axis on the horizontal axis.
        axis: String,
        /// Whether the logarithm of the axis is taken.
        x_log: bool,
        /// Whether the logarithm of the reading is taken.
        y_log: bool,
    },
    /// One reading against another of the same replicate: `kind = "ratio"`. Each side reads
    /// those of the selected cells that have its axis values.
    Compare {
        /// What is read from both sides.
        reading: Reading,
        /// Axis values of the first side; the rest as selected.
        numerator: Axes,
        /// Axis values of the second side; the rest as selected.
        denominator: Axes,
        /// How the two become one number.
        comparison: Comparison,
    },
    /// A metric against a bound recorded beside it: `kind = "bound"`. The number is the largest
    /// value over the window of (metric − bound)/|bound| for an upper bound, (bound −
    /// metric)/|bound| for a lower one: at most 0 where the bound holds.
    Bound {
        /// The bounded metric.
        metric: String,
        /// The metric that holds the bound.
        bound: String,
        /// Whether the bound is from above.
        upper: bool,
        /// The steps looked at, as in `Slope`.
        window: (f64, f64),
        /// How several cells become one number.
        combine: Combine,
    },
    /// A sequence that must go one way: `kind = "trend"`. The number is the smallest difference
    /// between neighbours, positive where the trend holds without exception.
    Trend {
        /// The metric.
        metric: String,
        /// Shares of the last step at which it is read, increasing; empty means along `axis`.
        points: Vec<f64>,
        /// The numeric axis along which it is read, where there are no points.
        axis: Option<String>,
        /// Whether it must rise.
        increasing: bool,
        /// How several cells become one number (where read at points).
        combine: Combine,
    },
    /// 1 if a cell ended in this way, else 0: `kind = "outcome"`.
    Outcome {
        /// One of [`crate::run::Outcome::NAMES`].
        is: String,
        /// How several cells become one number.
        combine: Combine,
    },
    /// A statistic in the paper's own code: `kind = "custom"`.
    Custom {
        /// The name of one of the paper's checks.
        check: String,
    },
}

/// A metric of a cell reduced to one number, and several cells to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// A scalar metric or a curve.
    pub metric: String,
    /// Where a curve is read.
    pub at: At,
    /// How several cells become one number.
    pub combine: Combine,
}

/// Where a curve is read. Scalars ignore it.
#[derive(Clone, Debug, PartialEq)]
pub enum At {
    /// The last recorded value: the default.
    Last,
    /// The value at the recorded step nearest to this share of the last step.
    Share(f64),
    /// The value at exactly this step.
    Step(u64),
    /// The largest value.
    Max,
    /// The smallest value.
    Min,
    /// The last value divided by the value at this step: `at = { from = step }`.
    RatioFrom(u64),
}

/// How several cells of one replicate become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// There must be exactly one cell: the default.
    Only,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The arithmetic mean.
    Mean,
    /// The middle value, or the mean of the two middle ones.
    Median,
    /// The largest divided by the smallest, less 1; not a number unless all are positive.
    Spread,
}

/// How the two sides of a comparison become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// First divided by second.
    Ratio,
    /// Natural logarithm of first divided by second.
    LogRatio,
    /// First minus second.
    Difference,
}

/// The region in which a number meets the claim. Ends may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Whether the ends themselves are outside.
    pub open: bool,
}

impl Criterion {
    /// Whether a number meets the claim; not-a-number does not. An infinite end excludes nothing,
    /// open or not.
    pub fn holds(&self, value: f64) -> bool {
        !value.is_nan() && !self.lies_above(value) && !self.lies_below(value)
    }

    /// Whether the whole region lies above a number.
    pub fn lies_above(&self, value: f64) -> bool {
        value < self.low || self.open && self.low.is_finite() && value <= self.low
    }

    /// Whether the whole region lies below a number.
    pub fn lies_below(&self, value: f64) -> bool {
        value > self.high || self.open && self.high.is_finite() && value >= self.high
    }
}

/// What is judged over replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimand {
    /// The mean, by Student's t interval.
    Mean,
    /// The median, by the exact order-statistic interval; needs six replicates.
    Median,
    /// The share of replicates that meet the criterion, by Clopper–Pearson, which must be
    /// at least `at_least`.
    Share {
        /// Between 0 and 1.
        at_least: f64,
    },
    /// The share of replicates that violate the criterion, which must be at most `p`.
    ViolationsAtMost {
        /// Between 0 and 1.
        p: f64,
    },
    /// Every replicate: one that misses refutes.
    Surely,
    /// The statistic has no randomness: its one value is judged, and all replicates must agree to
    /// the bit.
    Deterministic,
}

/// A substitution that must break the claim: `[[claim.ablation]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ablation {
    /// Unique in the claim; a short phrase for tables.
    pub name: String,
    /// Axis values put in the place of the claim's own.
    pub set: Axes,
    /// Which of the claim's cells are changed; the others stay.
    pub select: Selection,
    /// The experiment whose cells are changed; `None` means every test's.
    pub experiment: Option<String>,
    /// Why the theory says that this matters.
    pub because: String,
    /// Set if the claim is known to survive: the finding "this condition was not needed here".
    pub finding: Option<String>,
}

impl Ablation {
    /// The grid point whose runs stand in for those of `point`.
    #[must_use]
    pub fn apply(&self, experiment: &str, point: &Axes) -> Axes {
        let elsewhere = self
            .experiment
            .as_deref()
            .is_some_and(|name| name != experiment);
        if elsewhere || !self.select.takes(point) {
            return point.clone();
        }
        let names: Vec<&str> = point.names().collect();
        let own = self.set.iter().filter(|(name, _)| names.contains(name));
        point.overlaid(
            &own.map(|(name, value)| (name.to_owned(), value.clone()))
                .collect(),
        )
    }
}

/// One number measured: a row of `claims.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The claim's id.
    pub claim: String,
    /// The test's name.
    pub test: String,
    /// The values of the test's `each` axes.
    pub group: Axes,
    /// The ablation's name; `None` for the claim itself.
    pub ablation: Option<String>,
    /// The replicate.
    pub replicate: u32,
    /// The number, or why there is none.
    pub value: Measured,
}

/// The number of one replicate, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// A number; an infinite one is judged as such, not-a-number as the worst value.
    Number(f64),
    /// A cell diverged or ran out of budget, or the number is none: the worst value. The text
    /// begins with the outcome's name or with `not a number`.
    Worst(String),
    /// A cell was skipped or is absent: the claim is untested.
    Absent(String),
    /// A cell failed: the claim is untested and the run is in error.
    Failed(String),
}

impl Measured {
    /// Whether this is the worst value because a cell ran out of budget.
    pub fn is_out_of_budget(&self) -> bool {
        matches!(self, Self::Worst(why) if why.starts_with("out-of-budget"))
    }
}

/// The judgement of one claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The claim's id.
    pub claim: String,
    /// The judgement.
    pub verdict: Verdict,
    /// Why it is untested; empty otherwise. Begins with `failed` if a cell failed.
    pub reason: String,
    /// One for each test and combination of its `each` values, in that order.
    pub parts: Vec<Part>,
    /// One for each ablation.
    pub controls: Vec<Control>,
}

/// The four verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every part's 95 % interval meets its criterion.
    Reproduced,
    /// Some part's interval misses its criterion wholly.
    NotReproduced,
    /// Neither.
    Inconclusive,
    /// Data are absent, a cell failed, or the sheet itself does not attempt it.
    Untested,
}

impl Verdict {
    /// The words of reports and `claims.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::NotReproduced => "not reproduced",
            Self::Inconclusive => "inconclusive",
            Self::Untested => "untested",
        }
    }
}

/// One test of a claim at one combination of its `each` values, over all replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The test's name.
    pub test: String,
    /// The values of the test's `each` axes.
    pub group: Axes,
    /// What was judged.
    pub estimand: Estimand,
    /// The test's criterion, for the number of one replicate.
    pub criterion: Criterion,
    /// Number of replicates that gave a number or the worst value.
    pub n: usize,
    /// The point estimate of the estimand: a mean, a median, a share; for `Surely` the worst
    /// number. Not a number, as are all that follow, if a replicate gave none: then nothing is
    /// judged.
    pub estimate: f64,
    /// The 95 % interval of the estimand, or the range of the replicates for `Surely` and
    /// `Deterministic`. For a share this is between 0 and 1, whatever the criterion.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// The coverage that the interval truly has, at least 0.95 where it is exact; 1 where nothing
    /// is estimated (`Surely`, `Deterministic`) and for the whole line.
    pub coverage: f64,
    /// The smallest number of any replicate; an infinite end stands for the worst value.
    pub smallest: f64,
    /// The largest number of any replicate.
    pub largest: f64,
    /// Distance from the interval to the nearest end of the criterion, in units of the estimate:
    /// positive inside, negative wholly outside, 0 where it straddles an end. For `Surely` and
    /// `Deterministic` that of the worst replicate; for a share the end is the share asked for.
    pub margin: f64,
    /// Whether the interval meets the criterion.
    pub state: PartState,
    /// Roughly how many replicates would settle it, where it is undecided.
    pub needed: Option<u64>,
}

/// Where an interval lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// The 95 % interval lies inside the criterion.
    Met,
    /// The interval at level 1 − 0.05/parts lies wholly outside.
    Missed,
    /// Neither.
    Undecided,
}

/// What became of a claim under an ablation.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The ablation's name.
    pub ablation: String,
    /// Whether the claim broke, as it must.
    pub state: ControlState,
    /// Why it is untested; empty otherwise.
    pub reason: String,
    /// The same parts as the claim's, measured under the ablation.
    pub parts: Vec<Part>,
}

/// Whether a claim broke under an ablation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlState {
    /// The claim came out *not reproduced*, as it must.
    Fails,
    /// The claim survived: it is vacuous, unless the manifest records that as a finding.
    Survives,
    /// Inconclusive: an error at size `paper`.
    Undecided,
    /// A cell of it was skipped, failed or ran out of budget.
    Untested,
}
