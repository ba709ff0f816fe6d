//! How large, how smooth and how noisy a trained tensor (Aₖ), k < L, is over its layers.

/// Norms of a tensor and of what is made of it, in Frobenius norms over all L layers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TensorStatistics {
    /// maxₖ ‖Aₖ‖.
    pub max_norm: f64,
    /// ‖Σₖ Aₖ‖.
    pub cumulative_norm: f64,
    /// maxₖ ‖Aₖ₊₁ − Aₖ‖; 0 for a single layer.
    pub max_increment: f64,
    /// (Σₖ ‖Aₖ‖²)^½.
    pub root_sum_of_squares: f64,
    /// Σₖ ‖Aₖ₊₁ − Aₖ‖².
    pub quadratic_variation: f64,
    /// (L Σₖ ‖Aₖ₊₁ − Aₖ‖²)^½.
    pub sobolev_norm: f64,
}

impl TensorStatistics {
    /// Of the entries `from..to` of every block of `block` numbers.
    pub fn of(tensor: &[f64], block: usize, from: usize, to: usize) -> Self {
        let layer = |chunk: &'_ [f64]| chunk[from..to].to_vec();
        let square = |entries: &[f64]| entries.iter().map(|x| x * x).sum::<f64>();
        let mut sum = vec![0.0; to - from];
        let mut before: Option<Vec<f64>> = None;
        let (mut largest, mut squares) = (0.0_f64, 0.0);
        let (mut largest_increment, mut variation) = (0.0_f64, 0.0);
        for chunk in tensor.chunks_exact(block) {
            let entries = layer(chunk);
            let size = square(&entries);
            largest = largest.max(size);
            squares += size;
            for (sum, entry) in sum.iter_mut().zip(&entries) {
                *sum += entry;
            }
            if let Some(before) = before {
                let difference: Vec<f64> =
                    entries.iter().zip(&before).map(|(a, b)| a - b).collect();
                let size = square(&difference);
                largest_increment = largest_increment.max(size);
                variation += size;
            }
            before = Some(entries);
        }
        let depth = (tensor.len() / block) as f64;
        Self {
            max_norm: largest.sqrt(),
            cumulative_norm: square(&sum).sqrt(),
            max_increment: largest_increment.sqrt(),
            root_sum_of_squares: squares.sqrt(),
            quadratic_variation: variation,
            sobolev_norm: (depth * variation).sqrt(),
        }
    }
}

/// A fitted power law: statistic ≈ e^intercept · L^slope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    /// The exponent.
    pub slope: f64,
    /// The logarithm of the factor.
    pub intercept: f64,
    /// Standard error of the exponent: (SSE / (n − 2) / Sxx)^½.
    pub slope_error: f64,
}

impl PowerLaw {
    /// What stands where too few depths converged.
    pub const NONE: Self = Self {
        slope: f64::NAN,
        intercept: f64::NAN,
        slope_error: f64::NAN,
    };

    /// The least-squares line of ln(statistic) on ln(L). [`PowerLaw::NONE`] for fewer than five
    /// depths, or where a statistic is not positive and finite.
    pub fn fit(points: &[(f64, f64)]) -> Self {
        if points.len() < 5 {
            return Self::NONE;
        }
        let n = points.len() as f64;
        let logs: Vec<(f64, f64)> = points
            .iter()
            .map(|(x, y)| (libm::log(*x), libm::log(*y)))
            .collect();
        let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / n;
        let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / n;
        let square: f64 = logs.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
        let product: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let slope = product / square;
        if !slope.is_finite() {
            return Self::NONE;
        }
        let residual = |(x, y): &(f64, f64)| (y - mean_y) - slope * (x - mean_x);
        let errors: f64 = logs
            .iter()
            .map(|point| residual(point) * residual(point))
            .sum();
        Self {
            slope,
            intercept: mean_y - slope * mean_x,
            slope_error: (errors / (n - 2.0) / square).sqrt(),
        }
    }

    /// The fitted value at a depth.
    pub fn at(&self, depth: f64) -> f64 {
        libm::exp(self.intercept + self.slope * libm::log(depth))
    }
}

/// What the exponents say of the limit, by the rules of the decision procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hypothesis {
    /// Weights become a smooth function of k/L.
    Smooth,
    /// Weights are a trend and increments of a noise of finite quadratic variation.
    TrendAndNoise,
    /// Neither fits.
    Neither,
}

impl Hypothesis {
    /// Decides from the exponent of (largest increment / max norm), the excess of the cumulative
    /// norm's exponent over 1 − β, and the root sum of squares' exponent with its excess over ½ − β.
    pub fn decide(
        ratio: PowerLaw,
        cumulative_excess: f64,
        squares: f64,
        squares_excess: f64,
    ) -> Self {
        let falls = ratio.slope + 2.0 * ratio.slope_error < 0.0 && ratio.slope <= -0.4;
        if falls && cumulative_excess.abs() <= 0.1 && squares_excess.abs() <= 0.1 {
            Self::Smooth
        } else if ratio.slope >= -0.2 && squares.abs() <= 0.2 {
            Self::TrendAndNoise
        } else {
            Self::Neither
        }
    }

    /// 1, 2, or 0 for neither.
    pub const fn number(self) -> f64 {
        match self {
            Self::Smooth => 1.0,
            Self::TrendAndNoise => 2.0,
            Self::Neither => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::Scaling;
    use crate::training::tests::golden_network;

    #[test]
    fn the_golden_tensor_has_the_golden_statistics() {
        let network = golden_network(Scaling::None, &[]);
        let found = TensorStatistics::of(&network.measured(), 6, 0, 4);
        let scaled = libm::pow(3.0, 0.2) * found.max_increment;
        for (found, expected) in [
            (found.max_norm, 0.155_179_570_699),
            (found.cumulative_norm, 0.047_684_702_252),
            (scaled, 0.351_677_085_226),
            (found.root_sum_of_squares, 0.250_785_197_789),
            (found.quadratic_variation, 0.149_934_696_166),
            (found.sobolev_norm, 0.670_674_353_541),
        ] {
            assert!(
                (found - expected).abs() < 1e-12,
                "{found} is not {expected}"
            );
        }
    }

    #[test]
    fn a_scale_for_each_layer_enters_by_its_magnitude() {
        let plain = golden_network(Scaling::None, &[]).measured();
        let scaled = golden_network(Scaling::Multi, &[0.5, -0.4, 0.3]).measured();
        for (place, (plain, scaled)) in plain.iter().zip(&scaled).enumerate() {
            let factor = [0.5, 0.4, 0.3][place / 6];
            assert!((plain * factor - scaled).abs() < 1e-16);
        }
    }

    #[test]
    fn a_power_law_is_found_exactly_and_its_error_is_the_textbook_one() {
        let exact: Vec<(f64, f64)> = [3.0, 5.0, 9.0, 20.0, 50.0, 400.0]
            .map(|depth| (depth, 2.5 * libm::pow(depth, 0.7)))
            .to_vec();
        let law = PowerLaw::fit(&exact);
        assert!((law.slope - 0.7).abs() < 1e-14);
        assert!(law.slope_error < 1e-14);
        assert!((law.at(10.0) - 2.5 * libm::pow(10.0, 0.7)).abs() < 1e-12);
        // ln y = x + (0, 1, 0, -1, 0) at x = −2..2: slope 1 − 2/10, SSE = 2 − 0.4, se² = 1.6/3/10.
        let points: Vec<(f64, f64)> = [
            (-2.0, 0.0),
            (-1.0, 1.0),
            (0.0, 0.0),
            (1.0, -1.0),
            (2.0, 0.0),
        ]
        .map(|(x, error): (f64, f64)| (libm::exp(x), libm::exp(x + error)))
        .to_vec();
        let law = PowerLaw::fit(&points);
        assert!((law.slope - 0.8).abs() < 1e-12);
        assert!((law.slope_error - (1.6_f64 / 30.0).sqrt()).abs() < 1e-12);
        assert!(PowerLaw::fit(&points[..4]).slope.is_nan());
        let zero: Vec<(f64, f64)> = exact.iter().map(|(depth, _)| (*depth, 0.0)).collect();
        assert!(PowerLaw::fit(&zero).slope.is_nan());
    }

    #[test]
    fn smooth_and_noisy_sequences_are_told_apart() {
        // Aₖ = L^-β f(k/L), and increments of a fixed rough sequence of size L^-1/2.
        let statistics = |depth: usize, smooth: bool| {
            let entry = |k: usize| {
                if smooth {
                    libm::pow(depth as f64, -0.2) * (1.5 + libm::sin(k as f64 / depth as f64))
                } else {
                    libm::sin((k * k) as f64 * 1.7) / (depth as f64).sqrt()
                }
            };
            let tensor: Vec<f64> = (0..depth).map(entry).collect();
            TensorStatistics::of(&tensor, 1, 0, 1)
        };
        let decide = |smooth: bool| {
            let depths = [16_usize, 32, 64, 128, 256, 512];
            let law = |of: &dyn Fn(TensorStatistics) -> f64| {
                let points = depths.map(|depth| (depth as f64, of(statistics(depth, smooth))));
                PowerLaw::fit(&points)
            };
            let beta = -law(&|s| s.max_norm).slope;
            let squares = law(&|s| s.root_sum_of_squares).slope;
            Hypothesis::decide(
                law(&|s| s.max_increment / s.max_norm),
                law(&|s| s.cumulative_norm).slope - (1.0 - beta),
                squares,
                squares - (0.5 - beta),
            )
        };
        assert_eq!(decide(true), Hypothesis::Smooth);
        assert_eq!(decide(false), Hypothesis::TrendAndNoise);
        assert_eq!(
            Hypothesis::decide(PowerLaw::NONE, f64::NAN, f64::NAN, f64::NAN),
            Hypothesis::Neither
        );
    }
}
