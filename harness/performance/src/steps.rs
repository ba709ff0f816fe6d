//! Where a series of times jumped and stayed.

/// A lasting change of level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The first point of the new level, counted from 0.
    pub at: usize,
    /// New level over old level.
    pub ratio: f64,
}

/// Fewer points than this on one side are an outlier, not a level.
const SHORTEST: usize = 2;

/// Finds all steps of more than `bar` (0.1: ten per cent either way) in a series of positive times.
///
/// The series is cut into levels of at least two points so that the distances of its logarithms
/// from the levels' medians, plus a price for each cut, are least in sum. A cut counts if the levels
/// beside it differ by more than the bar and by more than twice what either's points stray.
pub fn step_changes(times: &[f64], bar: f64) -> Vec<Step> {
    let series: Vec<f64> = times.iter().map(|time| libm::log(*time)).collect();
    let threshold = libm::log1p(bar);
    let mut cuts = best_cuts(&series, threshold);
    // The weakest cut goes first, since its levels become one that its neighbours are held against.
    loop {
        let levels = levels(&series, &cuts);
        let weakest = (0..cuts.len())
            .map(|place| (place, strength(levels[place], levels[place + 1], threshold)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        match weakest {
            Some((place, strength)) if strength <= 0.0 => cuts.remove(place),
            _ => break,
        };
    }
    let levels = levels(&series, &cuts);
    let ratio = |place: usize| libm::exp(median(levels[place + 1]) - median(levels[place]));
    let steps = cuts.iter().enumerate();
    steps
        .map(|(place, at)| Step {
            at: *at,
            ratio: ratio(place),
        })
        .collect()
}

/// The parts between the cuts.
fn levels<'a>(series: &'a [f64], cuts: &[usize]) -> Vec<&'a [f64]> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain(std::iter::once(series.len()));
    starts
        .zip(ends)
        .map(|(from, to)| &series[from..to])
        .collect()
}

/// By how much two neighbouring levels differ beyond what they must.
fn strength(before: &[f64], after: &[f64], threshold: f64) -> f64 {
    let shift = (median(after) - median(before)).abs();
    let stray = |level: &[f64]| cost(level) / level.len().max(1) as f64;
    shift - threshold.max(2.0 * stray(before).max(stray(after)))
}

/// Where to cut so that costs plus `price` for each cut are least: best ends first to last.
fn best_cuts(series: &[f64], price: f64) -> Vec<usize> {
    let count = series.len();
    // For each length of the beginning: the least sum, and where its last level starts.
    let mut best = vec![(f64::INFINITY, 0); count + 1];
    best[0] = (-price, 0);
    for end in SHORTEST..=count {
        for start in (0..=end - SHORTEST).filter(|start| *start == 0 || *start >= SHORTEST) {
            let sum = best[start].0 + price + cost(&series[start..end]);
            if sum < best[end].0 {
                best[end] = (sum, start);
            }
        }
    }
    let mut cuts = Vec::new();
    let mut end = count;
    while end > 0 {
        end = best[end].1;
        cuts.push(end);
    }
    cuts.pop();
    cuts.reverse();
    cuts
}

/// Sum of the distances from the median.
fn cost(level: &[f64]) -> f64 {
    let centre = median(level);
    level.iter().map(|x| (x - centre).abs()).sum()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use harness_testkit::proptest::prelude::*;

    #[test]
    fn finds_both_of_two_steps() {
        let times = [1.0, 1.01, 0.99, 2.0, 2.02, 1.98, 1.0, 1.01, 1.0];
        let found: Vec<usize> = step_changes(&times, 0.1).iter().map(|s| s.at).collect();
        assert_eq!(found, [3, 6]);
    }

    #[test]
    fn one_outlier_is_no_step() {
        assert_eq!(step_changes(&[1.0, 1.0, 3.0, 1.0, 1.0, 1.0], 0.1), []);
        assert_eq!(step_changes(&[1.0, 1.0, 1.0, 3.0], 0.1), []);
    }

    #[test]
    fn short_series_have_none() {
        assert_eq!(step_changes(&[], 0.1), []);
        assert_eq!(step_changes(&[1.0, 9.0, 9.0], 0.1), []);
    }

    proptest! {
        #[test]
        fn a_clear_step_is_found_where_it_is(
            before in prop::collection::vec(0.99_f64..1.01, 3..12),
            after in prop::collection::vec(1.98_f64..2.02, 3..12),
        ) {
            let times = [before.clone(), after].concat();
            let steps = step_changes(&times, 0.1);
            prop_assert_eq!(steps.len(), 1);
            prop_assert_eq!(steps[0].at, before.len());
            prop_assert!((steps[0].ratio - 2.0).abs() < 0.06);
        }

        #[test]
        fn noise_under_the_bar_is_no_step(
            times in prop::collection::vec(0.97_f64..1.03, 0..30),
        ) {
            prop_assert_eq!(step_changes(&times, 0.1), vec![]);
        }
    }
}
