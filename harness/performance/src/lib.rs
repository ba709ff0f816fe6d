//! Benchmark estimates: history, comparison and the performance report.
