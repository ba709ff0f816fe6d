//! What most experiments share: data with their exact reference, and step rules.

use harness_core::{AxisError, CellError, Context};
use harness_numerics::spectrum::largest_singular_value;
use serde::Deserialize;

use crate::losses::Loss;
use crate::max_margin::{MaxMargin, max_margin};
use crate::points::Points;
use crate::sampling::Order;
use crate::{instances, real_data, theory};

/// The data axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Data {
    /// Eight points of the plane with b ≠ 0 and M = I; six of them random.
    Asymmetric,
    /// One fixed case of the same.
    AsymmetricFixed,
    /// The asymmetric points and two that contradict them.
    NonSeparable,
    /// The published figure's sixteen points, b = 0.
    Symmetric,
    /// The same with the second coordinate twenty times as large.
    Stretched,
    /// Two points that pull the second weight in opposite ways.
    Conflicting,
    /// Two points, one of them a support vector without multiplier.
    Degenerate,
    /// Thirty points in ten dimensions with planted support.
    Planted,
    /// Iris, setosa against the rest, standardised.
    IrisSetosa,
    /// Digits 0 against 1.
    DigitsZeroOne,
    /// Digits 4 against 9.
    DigitsFourNine,
    /// Wine, the first cultivar against the rest.
    Wine,
    /// Breast cancer, benign against malignant.
    BreastCancer,
}

impl Data {
    /// The data set that must be read, if any.
    pub(super) fn dataset(self) -> Option<&'static str> {
        Some(match self {
            Self::IrisSetosa => "iris",
            Self::DigitsZeroOne | Self::DigitsFourNine => "digits",
            Self::Wine => "wine",
            Self::BreastCancer => "breast-cancer",
            _ => return None,
        })
    }

    fn view(self) -> Option<real_data::View> {
        Some(match self {
            Self::IrisSetosa => real_data::IRIS_SETOSA,
            Self::DigitsZeroOne => real_data::DIGITS_ZERO_ONE,
            Self::DigitsFourNine => real_data::DIGITS_FOUR_NINE,
            Self::Wine => real_data::WINE,
            Self::BreastCancer => real_data::BREAST_CANCER,
            _ => return None,
        })
    }

    /// N.
    const fn count(self) -> usize {
        match self {
            Self::Asymmetric | Self::AsymmetricFixed => 8,
            Self::NonSeparable => 10,
            Self::Symmetric | Self::Stretched => 16,
            Self::Conflicting | Self::Degenerate => 2,
            Self::Planted => 30,
            Self::IrisSetosa => 150,
            Self::DigitsZeroOne => 360,
            Self::DigitsFourNine => 361,
            Self::Wine => 178,
            Self::BreastCancer => 569,
        }
    }

    /// Refuses a batch that does not divide N.
    pub(super) fn check_batch(self, batch: usize) -> Result<(), AxisError> {
        if batch > 0 && self.count().is_multiple_of(batch) {
            Ok(())
        } else {
            let message = format!("{batch} does not divide the {} samples", self.count());
            Err(AxisError::invalid("batch", message))
        }
    }

    /// Refuses data that are not points of the plane.
    pub(super) fn check_planar(self) -> Result<(), AxisError> {
        if self.dataset().is_none() && self != Self::Planted {
            Ok(())
        } else {
            let message = "this experiment needs points of the plane";
            Err(AxisError::invalid("data", message))
        }
    }

    fn points(self, context: &Context<'_>) -> Result<Points, CellError> {
        if let (Some(name), Some(view)) = (self.dataset(), self.view()) {
            return Ok(view.points(context.dataset(name)?));
        }
        let mut generator = context.stream("instance")?;
        Ok(match self {
            Self::AsymmetricFixed => instances::asymmetric_fixed(),
            Self::NonSeparable => instances::non_separable(&mut generator),
            Self::Symmetric => instances::symmetric(&mut generator),
            Self::Stretched => instances::stretched(&mut generator),
            Self::Conflicting => instances::conflicting(),
            Self::Degenerate => instances::degenerate(),
            Self::Planted => instances::planted(10, 30, &mut generator),
            _ => instances::asymmetric(&mut generator),
        })
    }
}

/// Data with what the theory asks of them.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// The absorbed rows.
    pub(super) points: Points,
    /// ŵ and its support; of the separable part where the whole is not separable.
    pub(super) reference: MaxMargin,
    /// σ, the largest singular value.
    pub(super) sigma: f64,
}

impl Instance {
    /// Makes or reads the data and separates them.
    pub(super) fn new(data: Data, context: &Context<'_>) -> Result<Self, CellError> {
        let points = data.points(context)?;
        let separable = match data {
            // The first eight rows; the last two contradict them.
            Data::NonSeparable => max_margin(&points.first(8)),
            _ => max_margin(&points),
        };
        let reference =
            separable.map_err(|error| CellError::Bug(format!("no reference: {error:?}")))?;
        let sigma = largest_singular_value(points.values(), points.count(), points.dimension())
            .map_err(|error| CellError::Bug(error.to_string()))?;
        Ok(Self {
            points,
            reference,
            sigma,
        })
    }
}

/// What a step factor is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StepUnit {
    /// The largest step that the convergence theorem allows the sampler.
    TheoremLimit,
    /// 1/(βσ²): half of what gradient descent allows.
    InverseSmoothness,
    /// 1/σ, the published figure's step.
    InverseSigma,
    /// 1.
    One,
}

impl StepUnit {
    /// The unit as a step per sample.
    pub(super) fn step(self, instance: &Instance, loss: Loss, order: Order, batch: usize) -> f64 {
        let (smoothness, sigma) = (loss.smoothness(), instance.sigma);
        let margin = instance.reference.margin;
        match self {
            Self::TheoremLimit => match order {
                Order::FullBatch => theory::gradient_descent_limit(smoothness, sigma),
                Order::WithReplacement => theory::with_replacement_limit(smoothness, sigma, margin),
                _ => {
                    let steps = instance.points.count() / batch;
                    theory::without_replacement_limit(smoothness, sigma, margin, steps)
                }
            },
            Self::InverseSmoothness => 0.5 * theory::gradient_descent_limit(smoothness, sigma),
            Self::InverseSigma => 1.0 / sigma,
            Self::One => 1.0,
        }
    }
}
