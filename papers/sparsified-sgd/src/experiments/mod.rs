//! The experiments: a struct is a grid point, its fields are axes.

mod convex_bound;
mod distance;
mod instability;
mod linear;
mod networks;
mod news;
mod nonconvex;
mod observe;
mod setting;
mod text;
mod weak_memory;

use harness_core::Runner;

/// One runner for each `[[experiment]]`.
pub(crate) const RUNNERS: &[Runner] = &[
    Runner::of::<text::TextMethods>(),
    Runner::of::<text::TextAssumption>(),
    Runner::of::<networks::DigitsMethods>(),
    Runner::of::<networks::DigitsAssumption>(),
    Runner::of::<distance::Distance>(),
    Runner::of::<linear::Plateau>(),
    Runner::of::<linear::Slowdown>(),
    Runner::of::<nonconvex::NonconvexBound>(),
    Runner::of::<convex_bound::ConvexBound>(),
    Runner::of::<instability::Instability>(),
    Runner::of::<instability::Divergence>(),
    Runner::of::<weak_memory::WeakMemory>(),
    Runner::of::<news::News>(),
    Runner::of::<networks::MnistMethods>(),
];
