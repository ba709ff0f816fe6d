//! The paper as a whole: what every paper passes, and continuation after a kill.

mod conformance;
mod continuation;
