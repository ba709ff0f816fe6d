//! One struct per experiment of `paper.toml`; its fields are the experiment's axes.

mod adaptive;
mod any_start;
mod batch_size;
mod degenerate;
mod descent;
mod follow;
mod geometry;
mod log_time;
mod momentum;
mod noise_floor;
mod published;
mod rates;
mod real;
mod setting;
mod smoothness;
mod tails;

use harness_core::Runner;

/// All experiments, in the order of the manifest.
pub(crate) static ALL: &[Runner] = &[
    Runner::of::<geometry::Geometry>(),
    Runner::of::<any_start::AnyStart>(),
    Runner::of::<rates::Rates>(),
    Runner::of::<batch_size::BatchSize>(),
    Runner::of::<descent::DescentInequalities>(),
    Runner::of::<tails::Tails>(),
    Runner::of::<momentum::Momentum>(),
    Runner::of::<adaptive::Adaptive>(),
    Runner::of::<noise_floor::NoiseFloor>(),
    Runner::of::<smoothness::Smoothness>(),
    Runner::of::<real::RealData>(),
    Runner::of::<real::RealImages>(),
    Runner::of::<published::PublishedFigure>(),
    Runner::of::<degenerate::Degenerate>(),
    Runner::of::<log_time::LogTime>(),
];
