//! Work of a known cost, to measure the harness by.
