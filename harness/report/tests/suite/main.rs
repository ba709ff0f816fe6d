//! Reports of a synthetic paper: what they say, that they come back from their files to the bit,
//! and that they survive kills and damage.

mod collected;
mod damage;
mod figures;
mod files;
mod pages;
mod parquet;
mod properties;
mod synthetic;
