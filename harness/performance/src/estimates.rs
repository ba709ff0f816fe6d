//! The benchmark runner's estimates, as it leaves them on disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::PerformanceError;

/// Estimates older than the newest by more than this belong to an earlier run.
const ONE_RUN: Duration = Duration::from_hours(6);

/// A time in seconds with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One benchmark's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// `crate/kernel/case`, without what stands in brackets.
    pub bench: String,
    /// Elements that one iteration works on; 0 if none was stated.
    pub elements: u64,
    /// What one element stands for: `16 B`, `2 flop`, `1 exp`; empty if nothing was stated.
    pub work: String,
    /// Mean time of one iteration.
    pub mean: Interval,
    /// Median time of one iteration.
    pub median: Interval,
}

/// What a folder of estimates holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    /// Those of the last run, by name.
    pub current: Vec<Estimate>,
    /// The names of those that are of an earlier run.
    pub outdated: Vec<String>,
}

#[derive(Deserialize)]
struct BenchmarkFile {
    full_id: String,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
enum Throughput {
    Elements(u64),
    Bytes(u64),
    #[serde(untagged)]
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct EstimatesFile {
    mean: Statistic,
    median: Statistic,
}

#[derive(Deserialize)]
struct Statistic {
    confidence_interval: Ends,
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Ends {
    lower_bound: f64,
    upper_bound: f64,
}

/// Reads everything under `folder` (`target/criterion`).
///
/// # Errors
/// No estimates at all, a file that cannot be read, or one that is not what the runner writes.
pub fn read(folder: &Path) -> Result<Estimates, PerformanceError> {
    let mut found = Vec::new();
    visit(folder, &mut found)?;
    let newest = found.iter().map(|(_, written)| *written).max();
    let Some(newest) = newest else {
        return Err(PerformanceError::NoEstimates(folder.to_owned()));
    };
    let mut estimates = Estimates::default();
    for (place, written) in found {
        let estimate = estimate(&place)?;
        if newest.duration_since(written).unwrap_or_default() > ONE_RUN {
            estimates.outdated.push(estimate.bench);
        } else {
            estimates.current.push(estimate);
        }
    }
    estimates.current.sort_by(|a, b| a.bench.cmp(&b.bench));
    estimates.outdated.sort_unstable();
    Ok(estimates)
}

/// Collects all folders called `new` that hold estimates.
fn visit(folder: &Path, found: &mut Vec<(PathBuf, SystemTime)>) -> Result<(), PerformanceError> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry.map_err(PerformanceError::io("read", folder))?.path();
        if !path.is_dir() {
            continue;
        }
        let file = path.join("estimates.json");
        if path.file_name().is_some_and(|name| name == "new") && file.is_file() {
            let written = file
                .metadata()
                .and_then(|data| data.modified())
                .map_err(PerformanceError::io("read", &file))?;
            found.push((path, written));
        } else {
            visit(&path, found)?;
        }
    }
    Ok(())
}

fn estimate(folder: &Path) -> Result<Estimate, PerformanceError> {
    let benchmark: BenchmarkFile = json(&folder.join("benchmark.json"))?;
    let times: EstimatesFile = json(&folder.join("estimates.json"))?;
    let (bench, mut work) = name_and_work(&benchmark.full_id);
    let elements = match benchmark.throughput {
        Some(Throughput::Elements(count)) => count,
        Some(Throughput::Bytes(count)) => {
            "1 B".clone_into(&mut work);
            count
        }
        Some(Throughput::Other(_)) | None => 0,
    };
    Ok(Estimate {
        bench,
        elements,
        work,
        mean: interval(&times.mean),
        median: interval(&times.median),
    })
}

fn interval(statistic: &Statistic) -> Interval {
    let seconds = |nanoseconds: f64| nanoseconds * 1e-9;
    Interval {
        value: seconds(statistic.point_estimate),
        low: seconds(statistic.confidence_interval.lower_bound),
        high: seconds(statistic.confidence_interval.upper_bound),
    }
}

/// `a/b [16 B]/c` is `a/b/c` with elements of 16 bytes.
fn name_and_work(id: &str) -> (String, String) {
    let parts = id.split_once(" [").and_then(|(before, rest)| {
        let (work, after) = rest.split_once(']')?;
        Some((format!("{before}{after}"), work.to_owned()))
    });
    parts.unwrap_or_else(|| (id.to_owned(), String::new()))
}

fn json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, PerformanceError> {
    let text = fs::read_to_string(path).map_err(PerformanceError::io("read", path))?;
    serde_json::from_str(&text).map_err(|error| PerformanceError::wrong(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_say_what_an_element_is() {
        let split = |id| name_and_work(id);
        assert_eq!(split("a/b [16 B]/c"), ("a/b/c".into(), "16 B".into()));
        assert_eq!(split("a/b/c"), ("a/b/c".into(), String::new()));
        assert_eq!(split("a [b"), ("a [b".into(), String::new()));
    }
}
