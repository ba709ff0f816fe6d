//! Margin losses: positive, decreasing to 0, with derivative −ℓ′ > 0.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::elementary::{exp, exp_of_nonpositive, ln, log1p, sigmoid, softplus};
use harness_numerics::kernels::{Code, vectorised};
use serde::Deserialize;

/// A loss ℓ of the margin u = w·x.
pub trait MarginLoss: Copy {
    /// ℓ(u).
    fn value(self, margin: f64) -> f64;
    /// −ℓ′(u).
    fn negative_derivative(self, margin: f64) -> f64;
    /// ℓ″(u).
    fn curvature(self, margin: f64) -> f64;
    /// ln ℓ(u), also where ℓ(u) itself is too small for a number.
    fn log_value(self, margin: f64) -> f64;
}

/// log(1 + e⁻ᵘ): smooth with β = 1/4, exponential tail.
#[derive(Clone, Copy, Debug)]
pub struct Logistic;

impl MarginLoss for Logistic {
    #[inline(always)]
    fn value(self, margin: f64) -> f64 {
        softplus(-margin)
    }

    #[inline(always)]
    fn negative_derivative(self, margin: f64) -> f64 {
        sigmoid(-margin)
    }

    #[inline(always)]
    fn curvature(self, margin: f64) -> f64 {
        sigmoid(-margin) * sigmoid(margin)
    }

    #[inline(always)]
    fn log_value(self, margin: f64) -> f64 {
        if margin > 30.0 {
            log1p(-0.5 * exp_of_nonpositive(-margin)) - margin
        } else {
            ln(self.value(margin))
        }
    }
}

/// e⁻ᵘ: exponential tail, smooth on half-lines only.
#[derive(Clone, Copy, Debug)]
pub struct Exponential;

impl MarginLoss for Exponential {
    #[inline(always)]
    fn value(self, margin: f64) -> f64 {
        exp(-margin)
    }

    #[inline(always)]
    fn negative_derivative(self, margin: f64) -> f64 {
        exp(-margin)
    }

    #[inline(always)]
    fn curvature(self, margin: f64) -> f64 {
        exp(-margin)
    }

    #[inline(always)]
    fn log_value(self, margin: f64) -> f64 {
        -margin
    }
}

/// (1 + u)⁻ᵖ/p for u ≥ 0, continued linearly below: smooth with β = p + 1, polynomial tail.
#[derive(Clone, Copy, Debug)]
pub struct PolynomialTail {
    /// p ≥ 1.
    pub power: u32,
}

impl PolynomialTail {
    /// (1 + max(u, 0))^(−exponent).
    #[inline(always)]
    fn decay(margin: f64, exponent: u32) -> f64 {
        let base = 1.0 + if margin < 0.0 { 0.0 } else { margin };
        let mut product = base;
        for _ in 1..exponent {
            product *= base;
        }
        1.0 / product
    }
}

impl MarginLoss for PolynomialTail {
    #[inline(always)]
    fn value(self, margin: f64) -> f64 {
        let below = if margin < 0.0 { -margin } else { 0.0 };
        Self::decay(margin, self.power) / f64::from(self.power) + below
    }

    #[inline(always)]
    fn negative_derivative(self, margin: f64) -> f64 {
        Self::decay(margin, self.power + 1)
    }

    #[inline(always)]
    fn curvature(self, margin: f64) -> f64 {
        if margin < 0.0 {
            0.0
        } else {
            f64::from(self.power + 1) * Self::decay(margin, self.power + 2)
        }
    }

    #[inline(always)]
    fn log_value(self, margin: f64) -> f64 {
        ln(self.value(margin))
    }
}

/// The losses that the experiments use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// [`Logistic`].
    Logistic,
    /// [`Exponential`].
    Exponential,
    /// [`PolynomialTail`] with p = 1.
    PolynomialTail,
}

/// Runs an expression with `$loss` bound to the loss's own type.
macro_rules! with_loss {
    ($kind:expr, $loss:ident => $body:expr) => {
        match $kind {
            $crate::losses::Loss::Logistic => {
                let $loss = $crate::losses::Logistic;
                $body
            }
            $crate::losses::Loss::Exponential => {
                let $loss = $crate::losses::Exponential;
                $body
            }
            $crate::losses::Loss::PolynomialTail => {
                let $loss = $crate::losses::PolynomialTail {
                    power: $crate::losses::TAIL_POWER,
                };
                $body
            }
        }
    };
}
pub(crate) use with_loss;

/// p of [`Loss::PolynomialTail`].
pub const TAIL_POWER: u32 = 1;

impl Loss {
    /// β, the Lipschitz constant of ℓ′. The exponential loss has none; 1 is its curvature at
    /// margin 0, which bounds it on the side of positive margins.
    pub fn smoothness(self) -> f64 {
        match self {
            Self::Logistic => 0.25,
            Self::Exponential => 1.0,
            Self::PolynomialTail => f64::from(TAIL_POWER + 1),
        }
    }

    /// ℓ(u).
    pub fn value(self, margin: f64) -> f64 {
        with_loss!(self, loss => loss.value(margin))
    }

    /// −ℓ′(u).
    pub fn negative_derivative(self, margin: f64) -> f64 {
        with_loss!(self, loss => loss.negative_derivative(margin))
    }

    /// ℓ″(u).
    pub fn curvature(self, margin: f64) -> f64 {
        with_loss!(self, loss => loss.curvature(margin))
    }

    /// ln ℓ(u).
    pub fn log_value(self, margin: f64) -> f64 {
        with_loss!(self, loss => loss.log_value(margin))
    }

    /// Σ ℓ(uₙ), summed in order.
    pub fn total(self, margins: &[f64]) -> f64 {
        with_loss!(self, loss => vectorised(Total { loss, margins }))
    }

    /// ln Σ ℓ(uₙ), also where the sum itself is too small for a number.
    pub fn log_total(self, margins: &[f64]) -> f64 {
        let logs: Vec<f64> = margins.iter().map(|u| self.log_value(*u)).collect();
        let largest = logs.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        if largest.is_finite() {
            largest + ln(logs.iter().map(|log| exp(log - largest)).sum())
        } else {
            // All margins infinite, or one of them not a number.
            ln(self.total(margins))
        }
    }
}

/// Values block by block, so that they are computed side by side; their sum is in order.
struct Total<'a, L> {
    loss: L,
    margins: &'a [f64],
}

impl<L: MarginLoss> Code for Total<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let (blocks, rest) = self.margins.as_chunks::<8>();
        let mut total = 0.0;
        for block in blocks {
            for value in block.map(|margin| self.loss.value(margin)) {
                total += value;
            }
        }
        for margin in rest {
            total += self.loss.value(*margin);
        }
        total
    }
}
