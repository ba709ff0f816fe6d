//! Data: sparse rows, their file format, and the generators.

mod csr;
mod libsvm;
mod linear;
mod tables;
mod text;

pub use csr::{Csr, CsrError};
pub use libsvm::{LibsvmError, parse_libsvm, read_libsvm};
pub use linear::linear_regression;
pub use linear::unit_rows;
pub use tables::{Images, breast_cancer, digits, images, news};
pub use text::{TextShape, text_like};
