//! Reports: what was measured, as CSV files, figures and pages.
//!
//! [`collect`] reduces runs to a [`Report`], a handful of small CSV files in full precision;
//! [`render`] makes the page, the figures and `claims.json` from those and the manifest alone. A
//! committed report is therefore rendered again, byte for byte, without running anything:
//! [`Report::read`], `harness_core::claims::judge`, [`render`]. Nothing here depends on the clock,
//! the machine or the order of the runs; what does is in [`Provenance`].

mod axes_text;
mod collect;
mod csv_files;
mod error;
mod figure;
mod files;
mod index;
mod json;
mod number;
mod page;
mod provenance;
mod report;
mod splice;
mod summary;
mod tables;
mod templates;

pub use collect::collect;
pub use error::ReportError;
pub use figure::{LARGEST_SVG, Lines};
pub use files::{Files, Synced, sync, write_atomically};
pub use index::{IndexEntry, index};
pub use json::CLAIMS_SCHEMA;
pub use page::{Origin, render, render_with, verdict_table};
pub use provenance::{PROVENANCE_FILE, Provenance};
pub use report::{CellRow, FigureKind, FigureRow, Report, TableRow, TableRows, file_stem};
pub use splice::{SpliceError, splice};
pub use summary::{Band, Summary};
pub use tables::{CELLS_FILE, VALUES_FILE, write_parquet};
