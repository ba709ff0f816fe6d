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
/// The best split is the one whose medians differ most in the logarithm; it counts if the
/// difference is also more than twice what the points of either side stray from their median.
/// Each side is then searched in the same way.
pub fn step_changes(times: &[f64], bar: f64) -> Vec<Step> {
    let logarithms: Vec<f64> = times.iter().map(|time| libm::log(*time)).collect();
    let mut steps = Vec::new();
    search(&logarithms, 0, libm::log1p(bar), &mut steps);
    steps
}

fn search(series: &[f64], offset: usize, threshold: f64, steps: &mut Vec<Step>) {
    if series.len() < 2 * SHORTEST {
        return;
    }
    let best = (SHORTEST..=series.len() - SHORTEST)
        .map(|at| (at, shift(series, at), stray(series, at)))
        .filter(|(_, shift, stray)| shift.abs() > threshold && shift.abs() > 2.0 * stray)
        .max_by(|a, b| (a.1.abs() - a.2).total_cmp(&(b.1.abs() - b.2)));
    let Some((at, shift, _)) = best else {
        return;
    };
    search(&series[..at], offset, threshold, steps);
    steps.push(Step {
        at: offset + at,
        ratio: libm::exp(shift),
    });
    search(&series[at..], offset + at, threshold, steps);
}

fn shift(series: &[f64], at: usize) -> f64 {
    median(&series[at..]) - median(&series[..at])
}

/// The median distance from the median, on the side where it is larger.
fn stray(series: &[f64], at: usize) -> f64 {
    let of = |side: &[f64]| {
        let centre = median(side);
        let distances: Vec<f64> = side.iter().map(|x| (x - centre).abs()).collect();
        median(&distances)
    };
    of(&series[..at]).max(of(&series[at..]))
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
