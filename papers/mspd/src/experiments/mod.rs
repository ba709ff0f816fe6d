//! The experiments: a struct is a grid point, its fields are axes.

mod acceleration;
mod computation;
mod dual_step;
mod equal_time;
mod hinge;
mod order;
mod rounds;
mod setting;
mod smoothing;
mod wall;

use harness_core::Runner;

/// One runner for each `[[experiment]]`.
pub(crate) const RUNNERS: &[Runner] = &[
    Runner::of::<computation::Floor>(),
    Runner::of::<computation::Order>(),
    Runner::of::<order::NetworkOrder>(),
    Runner::of::<order::SimulatedTime>(),
    Runner::of::<order::LargeNetworks>(),
    Runner::of::<equal_time::EqualTime>(),
    Runner::of::<rounds::RoundsHard>(),
    Runner::of::<rounds::RoundsFixed>(),
    Runner::of::<rounds::RoundsRandom>(),
    Runner::of::<wall::BeforeWall>(),
    Runner::of::<wall::BeyondWall>(),
    Runner::of::<wall::BeyondWallDescent>(),
    Runner::of::<smoothing::SmoothingDimension>(),
    Runner::of::<smoothing::SmoothingAccuracy>(),
    Runner::of::<smoothing::Heterogeneity>(),
    Runner::of::<dual_step::PrintedStep>(),
    Runner::of::<dual_step::InnerIterations>(),
    Runner::of::<acceleration::ConstantStep>(),
    Runner::of::<acceleration::Acceleration>(),
    Runner::of::<hinge::HingeLoss>(),
    Runner::of::<hinge::HingeRivals>(),
];
