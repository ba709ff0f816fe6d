//! The core's integration tests, as one binary.

mod claims;
mod claims_controls;
mod claims_judge;
mod claims_properties;
mod claims_statistics;
mod manifest;
mod statistics;
mod statistics_coverage;
