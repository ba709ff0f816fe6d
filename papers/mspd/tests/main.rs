//! The mathematics against published numbers, and every experiment at its smallest size.

mod cells;
mod oracles;
