//! The only list of papers, sorted by slug.

use harness_core::Paper;

/// Every registered paper. A test compares the list with the folders under `papers/`.
pub(crate) const PAPERS: &[&Paper] = &[
    &lpi_gd::PAPER,
    &mspd::PAPER,
    &resnet_scaling::PAPER,
    &sgd_max_margin::PAPER,
    &sparsified_sgd::PAPER,
];
