//! Several replicates as a middle and a spread.

/// What a figure or table shows of the replicates at one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many runs it is made from.
    pub n: usize,
    /// The middle value, or the mean of the two middle ones.
    pub median: f64,
    /// The lower end of the band.
    pub low: f64,
    /// The upper end of the band.
    pub high: f64,
}

/// Which share of the replicates a band holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// From the smallest to the largest.
    Range,
    /// From the 10 % to the 90 % quantile.
    Deciles,
}

impl Band {
    /// With fewer replicates than this, the outer tenths are less than one replicate.
    const DECILES_FROM: u32 = 10;

    /// The band that an experiment with so many replicates is shown with.
    pub const fn for_replicates(replicates: u32) -> Self {
        if replicates < Self::DECILES_FROM {
            Self::Range
        } else {
            Self::Deciles
        }
    }
}

impl Summary {
    /// Summarises at least one value. Not-a-number ranks above everything, as the worst.
    ///
    /// Quantiles interpolate linearly between order statistics (the quantile `q` of `n` values
    /// stands at rank `q · (n − 1)`, counted from 0). `None` if there are no values.
    pub fn of(mut values: Vec<f64>, band: Band) -> Option<Self> {
        for value in &mut values {
            // One bit pattern, so that the order does not depend on a sign that means nothing.
            if value.is_nan() {
                *value = f64::NAN;
            }
        }
        values.sort_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        let (low, high) = match band {
            Band::Range => (first, last),
            Band::Deciles => (quantile(&values, 0.1), quantile(&values, 0.9)),
        };
        Some(Self {
            n: values.len(),
            median: quantile(&values, 0.5),
            low,
            high,
        })
    }
}

/// The quantile of sorted values, of which there is at least one.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = q * (sorted.len() - 1) as f64;
    let below = rank.floor();
    let share = rank - below;
    let below = below as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(sorted.len() - 1)]);
    // Equal ends and exact ranks first: infinities would otherwise give infinity minus infinity.
    if share <= 0.0 || low.total_cmp(&high).is_eq() {
        low
    } else {
        low + share * (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(values: &[f64], band: Band) -> (f64, f64, f64) {
        let summary = Summary::of(values.to_vec(), band).expect("values");
        (summary.low, summary.median, summary.high)
    }

    #[test]
    fn quantiles_interpolate_between_order_statistics() {
        assert_eq!(summary(&[4.0, 1.0, 2.0], Band::Range), (1.0, 2.0, 4.0));
        assert_eq!(summary(&[4.0, 1.0], Band::Range), (1.0, 2.5, 4.0));
        let eleven: Vec<f64> = (0..11).map(f64::from).collect();
        assert_eq!(summary(&eleven, Band::Deciles), (1.0, 5.0, 9.0));
        assert!(Summary::of(Vec::new(), Band::Range).is_none());
    }

    #[test]
    fn infinite_and_undefined_values_rank_last() {
        let infinity = f64::INFINITY;
        assert_eq!(
            summary(&[infinity, 1.0, infinity], Band::Range),
            (1.0, infinity, infinity)
        );
        assert_eq!(
            summary(&[infinity; 4], Band::Range),
            (infinity, infinity, infinity)
        );
        let (low, median, high) = summary(&[-f64::NAN, 1.0, 2.0], Band::Range);
        assert_eq!((low, median), (1.0, 2.0));
        assert!(high.is_nan());
    }
}
