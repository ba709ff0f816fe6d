//! Activations σ.

#![expect(
    clippy::inline_always,
    reason = "must be inlined into loops that are compiled for wider vectors"
)]

use harness_numerics::elementary;
use serde::Deserialize;

use crate::real::Real;

/// An activation as it stands in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivationName {
    /// tanh: smooth, σ″(0) = 0.
    Tanh,
    /// max(z, 0): not differentiable at 0, where its derivative counts as 0.
    Relu,
    /// 2 (ln(1 + eᶻ) − ln 2): smooth, σ(0) = 0, σ′(0) = 1, σ″(0) = 1/2. For the limits only.
    Nsp,
}

impl ActivationName {
    /// σ(z).
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Tanh => elementary::tanh(z),
            Self::Relu => z.max(0.0),
            Self::Nsp => normalised_softplus(z),
        }
    }

    /// σ′(z).
    pub fn slope(self, z: f64) -> f64 {
        match self {
            Self::Tanh => {
                let s = elementary::tanh(z);
                1.0 - s * s
            }
            Self::Relu => f64::from(u8::from(z > 0.0)),
            Self::Nsp => 2.0 * elementary::sigmoid(z),
        }
    }

    /// σ″(0); that of `relu`, which has none, counts as 0.
    pub const fn curvature(self) -> f64 {
        match self {
            Self::Tanh | Self::Relu => 0.0,
            Self::Nsp => 0.5,
        }
    }
}

/// 2 (ln(1 + eᶻ) − ln 2).
#[inline(always)]
pub fn normalised_softplus(z: f64) -> f64 {
    2.0 * (elementary::softplus(z) - std::f64::consts::LN_2)
}

/// An activation of the training engine, known when the kernels are compiled. Its derivative comes
/// from its value, so that only the value is stored.
pub trait Activation: Copy + Send + Sync + 'static {
    /// σ(z).
    fn value<T: Real>(z: T) -> T;
    /// σ′(z) from s = σ(z).
    fn slope<T: Real>(s: T) -> T;
}

/// tanh.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

impl Activation for Tanh {
    #[inline(always)]
    fn value<T: Real>(z: T) -> T {
        z.tanh()
    }

    #[inline(always)]
    fn slope<T: Real>(s: T) -> T {
        T::ONE - s * s
    }
}

/// max(z, 0).
#[derive(Clone, Copy, Debug)]
pub struct Relu;

impl Activation for Relu {
    #[inline(always)]
    fn value<T: Real>(z: T) -> T {
        // In this order not-a-number is passed on, so that divergence is seen.
        if z < T::ZERO { T::ZERO } else { z }
    }

    #[inline(always)]
    fn slope<T: Real>(s: T) -> T {
        if s > T::ZERO { T::ONE } else { T::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_activation_has_the_stated_derivatives_at_zero() {
        let nsp = ActivationName::Nsp;
        assert!(nsp.value(0.0).abs() < 1e-16);
        assert!((nsp.slope(0.0) - 1.0).abs() < 1e-15);
        let h = 1e-4;
        let second = (nsp.slope(h) - nsp.slope(-h)) / (2.0 * h);
        assert!((second - nsp.curvature()).abs() < 1e-8);
        assert!((nsp.value(50.0) - 2.0 * (50.0 - std::f64::consts::LN_2)).abs() < 1e-12);
    }

    #[test]
    fn slopes_are_the_derivatives_of_the_values() {
        for name in [
            ActivationName::Tanh,
            ActivationName::Relu,
            ActivationName::Nsp,
        ] {
            for z in [-2.0, -0.3, 0.4, 1.7] {
                let h = 1e-6;
                let difference = (name.value(z + h) - name.value(z - h)) / (2.0 * h);
                assert!((difference - name.slope(z)).abs() < 1e-9, "{name:?} at {z}");
            }
        }
        let s = Tanh::value(0.7_f64);
        assert!((Tanh::slope(s) - ActivationName::Tanh.slope(0.7)).abs() < 1e-15);
        assert!(Relu::value(f64::NAN).is_nan());
    }
}
