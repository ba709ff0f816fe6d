//! Cohen, Cont, Rossier, Xu: *Scaling Properties of Deep Residual Networks* (ICML 2021).
//!
//! [`training`] holds the engine for very deep and narrow networks, [`statistics`] and [`trend`]
//! what is measured on trained weights, [`limits`] the equations that they tend to, [`convolution`]
//! and [`cifar`] the convolutional study, [`experiments`] what the manifest runs.

pub mod activation;
pub mod cifar;
pub mod convolution;
pub mod data;
pub mod experiments;
pub mod limits;
pub mod random;
pub mod real;
pub mod statistics;
pub mod training;
pub mod trend;

use harness_core::{Paper, Runner};

use experiments::cifar::CifarConvolution;
use experiments::convolution::DigitsConvolution;
use experiments::fractional::FractionalWeights;
use experiments::limits::{
    DiffusiveScalar, DiffusiveSystem, RectifiedNoise, SmoothWeights, VanishingNoise,
};
use experiments::path::Path;
use experiments::study::{
    DeepStudy, DigitsStudy, MnistStudy, OptimiserStudy, ReluStudy, TanhStudy, UnscaledStudy,
    VariantStudy,
};

/// The paper for the registry.
pub const PAPER: Paper = Paper {
    slug: "resnet-scaling",
    manifest: include_str!("../paper.toml"),
    experiments: &[
        Runner::of::<TanhStudy>(),
        Runner::of::<ReluStudy>(),
        Runner::of::<UnscaledStudy>(),
        Runner::of::<OptimiserStudy>(),
        Runner::of::<VariantStudy>(),
        Runner::of::<DigitsStudy>(),
        Runner::of::<MnistStudy>(),
        Runner::of::<DeepStudy>(),
        Runner::of::<Path>(),
        Runner::of::<DiffusiveScalar>(),
        Runner::of::<DiffusiveSystem>(),
        Runner::of::<SmoothWeights>(),
        Runner::of::<VanishingNoise>(),
        Runner::of::<RectifiedNoise>(),
        Runner::of::<FractionalWeights>(),
        Runner::of::<DigitsConvolution>(),
        Runner::of::<CifarConvolution>(),
    ],
    checks: &[],
};
