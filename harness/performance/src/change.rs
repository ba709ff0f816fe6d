//! Whether a benchmark became slower.

use crate::estimates::Interval;

/// A relative change of a time: 0.1 is ten per cent slower.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Of the estimates.
    pub value: f64,
    /// The least that both confidence intervals allow.
    pub low: f64,
    /// The most that both confidence intervals allow.
    pub high: f64,
}

impl Change {
    /// From one time to a later one. All ends of both intervals must be positive.
    pub fn between(before: Interval, after: Interval) -> Self {
        Self {
            value: after.value / before.value - 1.0,
            low: after.low / before.high - 1.0,
            high: after.high / before.low - 1.0,
        }
    }

    /// Slower by more than the bar, and surely slower.
    pub fn is_regression(self, bar: f64) -> bool {
        self.value > bar && self.low > 0.0
    }

    /// Faster by more than the bar (`1/(1 + bar)` of the time or less), and surely faster.
    pub fn is_improvement(self, bar: f64) -> bool {
        self.value < 1.0 / (1.0 + bar) - 1.0 && self.high < 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use harness_testkit::proptest::prelude::*;

    fn about(value: f64, spread: f64) -> Interval {
        Interval {
            value,
            low: value * (1.0 - spread),
            high: value * (1.0 + spread),
        }
    }

    #[test]
    fn needs_the_bar_and_the_interval() {
        let bar = 0.1;
        let judged = |after, spread| {
            let change = Change::between(about(1.0, spread), about(after, spread));
            (change.is_regression(bar), change.is_improvement(bar))
        };
        assert_eq!(judged(1.2, 0.01), (true, false));
        assert_eq!(judged(1.05, 0.01), (false, false), "under the bar");
        assert_eq!(judged(1.2, 0.15), (false, false), "may be chance");
        assert_eq!(judged(0.8, 0.01), (false, true));
        assert_eq!(judged(0.95, 0.001), (false, false));
    }

    proptest! {
        #[test]
        fn a_regression_backwards_is_an_improvement(
            after in 0.2_f64..5.0,
            spread in 0.0_f64..0.3,
            bar in 0.01_f64..0.5,
        ) {
            let (a, b) = (about(1.0, spread), about(after, spread));
            let (forth, back) = (Change::between(a, b), Change::between(b, a));
            // At the bar itself rounding may decide differently.
            prop_assume!((after - 1.0 - bar).abs() > 1e-9);
            prop_assert_eq!(forth.is_regression(bar), back.is_improvement(bar));
            prop_assert!(forth.low <= forth.value && forth.value <= forth.high);
        }
    }
}
