//! Mean, standard deviation and quantiles.

/// The arithmetic mean. Not a number if there are no values, if one is not a number, or if both
/// infinities occur.
pub fn mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let sum: f64 = values.iter().sum();
    let first = if sum.is_finite() {
        sum / n
    } else {
        // Finite values may overflow in the sum though their mean is finite.
        values.iter().map(|value| value / n).sum()
    };
    if !first.is_finite() {
        return first;
    }
    let rest = values.iter().map(|value| value - first).sum::<f64>() / n;
    if rest.is_finite() {
        first + rest
    } else {
        first
    }
}

/// The standard deviation with divisor n − 1. Not a number for fewer than two values or any that
/// is not finite.
pub fn standard_deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    if values.len() < 2 || !centre.is_finite() {
        return f64::NAN;
    }
    let largest = values
        .iter()
        .map(|value| (value - centre).abs())
        .fold(0.0, f64::max);
    if largest <= 0.0 {
        return 0.0;
    }
    // Scaled, so that squares neither overflow nor vanish.
    let squares: f64 = values
        .iter()
        .map(|value| (value - centre) / largest)
        .map(|deviation| deviation * deviation)
        .sum();
    largest * (squares / (values.len() - 1) as f64).sqrt()
}

/// The values in ascending order; −0 before 0, not-a-number at the ends.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The quantile of type 7 of Hyndman and Fan: linear between the neighbours of place (n − 1)·p.
///
/// `p` is taken into [0, 1]. Not a number if there are no values, if one is not a number, or if the
/// place lies between −∞ and ∞.
pub fn quantile(values: &[f64], p: f64) -> f64 {
    if values.is_empty() || p.is_nan() || values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    let sorted = sorted(values);
    let place = (sorted.len() - 1) as f64 * p.clamp(0.0, 1.0);
    let below = place.floor();
    let share = place - below;
    let low = sorted[below as usize];
    let high = sorted[(below as usize + 1).min(sorted.len() - 1)];
    if share <= 0.0 || low.total_cmp(&high).is_eq() {
        low
    } else if (high - low).is_finite() {
        low + share * (high - low)
    } else {
        (1.0 - share) * low + share * high
    }
}

/// The middle value, or the mean of the two middle ones.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}
