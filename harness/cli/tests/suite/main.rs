//! End-to-end tests: the real binary in a folder of its own.

mod bench;
mod commands;
mod cpu_levels;
mod data;
mod errors;
mod kill;
mod repository;
mod unwritable;
mod world;
