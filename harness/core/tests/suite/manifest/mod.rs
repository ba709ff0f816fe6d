//! The manifest parser: what it takes, what it refuses and how it says so.

mod valid;

/// A manifest that uses every key.
const TOY: &str = include_str!("../fixtures/toy.toml");
