//! The core's integration tests, as one binary.

mod manifest;
