//! One file per verb.

pub(crate) mod bench;
pub(crate) mod cell;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod data;
pub(crate) mod explain;
pub(crate) mod list;
pub(crate) mod overview;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod verify;
