//! Whether a claim could be decided at all, before anything is run.

use super::model::{Claim, Combine, Estimand, Statistic, Test};
use super::part::level_to_miss;
use super::plan;
use crate::manifest::Manifest;
use crate::size::Size;
use crate::statistics::{binomial_interval, median_is_bounded};

const LEVEL: f64 = 0.95;

/// Whether a test of this estimand can be met with so many replicates.
///
/// Meant for all sizes but `smoke`, whose verdicts mean nothing.
///
/// # Errors
/// What is asked for and how many replicates it needs.
pub fn validate_replicates(test: &Test, replicates: u32) -> Result<(), String> {
    let n = replicates as usize;
    let too_few = |what: &str, least: u32| {
        Err(format!(
            "{what} needs at least {least} replicates; there are {replicates}"
        ))
    };
    match test.estimand {
        Estimand::Mean if is_zero_or_one(&test.statistic) => Err(
            "the mean of a number that is 0 or 1 has no honest Student interval; use `share`"
                .to_owned(),
        ),
        Estimand::Mean if n < 3 => too_few("a mean's interval", 3),
        Estimand::Median if n < 6 => too_few("a median's 95 % interval", 6),
        Estimand::Share { at_least } => {
            if !(at_least > 0.0 && at_least < 1.0) {
                return Err(format!(
                    "a share must lie between 0 and 1, both excluded, not {at_least}; for every replicate use `surely`"
                ));
            }
            let met = |n: usize| binomial_interval(n, n, LEVEL).low >= at_least;
            enough(n, &met, &format!("a share of at least {at_least}"))
        }
        Estimand::ViolationsAtMost { p } => {
            if !(p > 0.0 && p < 1.0) {
                return Err(format!(
                    "a probability of violations must lie between 0 and 1, both excluded, not {p}; for none at all use `surely`"
                ));
            }
            let met = |n: usize| binomial_interval(0, n, LEVEL).high <= p;
            enough(
                n,
                &met,
                &format!("a probability of violations of at most {p}"),
            )
        }
        Estimand::Surely | Estimand::Deterministic if n < 1 => too_few("a test", 1),
        _ => Ok(()),
    }
}

/// Whether every test of a claim could be refuted at one size, given how many parts the claim has.
///
/// Meant for all sizes but `smoke`. One sentence for each test that could not, whatever the data.
pub fn validate_refutable(manifest: &Manifest, claim: &Claim, size: Size) -> Vec<String> {
    let parts = plan::parts(manifest, claim, size);
    let problem = |test: &Test| {
        let experiment = manifest.experiment(&test.experiment)?;
        let n = *experiment.replicates.at(size) as usize;
        let missable = |n: usize| can_be_missed(test.estimand, n, parts);
        let what = format!(
            "test `{}` could never be missed: at level 1 - 0.05/{parts} its interval",
            test.name
        );
        enough(n, &missable, &what).err()
    };
    claim.tests.iter().filter_map(problem).collect()
}

/// Whether the worst conceivable numbers would refute.
fn can_be_missed(estimand: Estimand, n: usize, parts: usize) -> bool {
    let level = level_to_miss(parts);
    match estimand {
        Estimand::Mean => n >= 2,
        Estimand::Median => median_is_bounded(n, level),
        Estimand::Share { at_least } => binomial_interval(0, n, level).high < at_least,
        Estimand::ViolationsAtMost { p } => binomial_interval(n, n, level).low > p,
        Estimand::Surely | Estimand::Deterministic => n >= 1,
    }
}

/// `decided` must stay true once it is.
fn enough(n: usize, decided: &dyn Fn(usize) -> bool, what: &str) -> Result<(), String> {
    const MOST: usize = 100_000;
    if decided(n) {
        return Ok(());
    }
    if !decided(MOST) {
        return Err(format!(
            "{what} needs more than {MOST} replicates; there are {n}"
        ));
    }
    let (mut low, mut high) = (n, MOST);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if decided(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Err(format!(
        "{what} needs at least {high} replicates; there are {n}"
    ))
}

/// Whether a test's number can be nothing but 0 or 1.
fn is_zero_or_one(statistic: &Statistic) -> bool {
    matches!(
        statistic,
        Statistic::Outcome {
            combine: Combine::Only | Combine::Max | Combine::Min,
            ..
        }
    )
}
