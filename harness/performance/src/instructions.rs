//! Counted instructions against kept limits: a gate that no noise moves.
//!
//! The counts are read from the profiles that the instruction benchmarks leave behind; the limits
//! stand in a CSV file, one row per function and one for the whole of each benchmark.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::PerformanceError;

/// The file with the limits, inside the folder of the performance report.
pub const LIMITS_FILE: &str = "instructions.csv";

/// A benchmark may grow by this share before it fails.
pub const ALLOWED_GROWTH: f64 = 0.03;

/// Functions below this share of their benchmark are not kept.
const SMALLEST_SHARE: f64 = 0.005;

/// The row of a benchmark as a whole.
const TOTAL: &str = "total";

/// What one benchmark executed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All instructions.
    pub total: u64,
    /// Instructions by function, without those of what it calls.
    pub functions: BTreeMap<String, u64>,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.total += other.total;
        for (function, cost) in &other.functions {
            *self.functions.entry(function.clone()).or_insert(0) += cost;
        }
    }
}

/// Counts by benchmark, `crate/function.case`.
pub type Counts = BTreeMap<String, Count>;

/// A benchmark that does not keep its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// It executes more than allowed.
    Grown {
        /// The benchmark.
        bench: String,
        /// Its limit.
        before: u64,
        /// What was counted.
        after: u64,
        /// Functions with more instructions than before, most first: name, before, after.
        functions: Vec<(String, u64, u64)>,
    },
    /// It has no limit yet.
    Unknown(String),
    /// It has a limit but was not counted.
    Missing(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    bench: String,
    function: String,
    instructions: u64,
}

/// Reads all profiles under `folder` (`target/gungraun`).
///
/// # Errors
/// No profiles, or one that cannot be read.
pub fn read_counts(folder: &Path) -> Result<Counts, PerformanceError> {
    let mut counts = Counts::new();
    let mut files = Vec::new();
    profiles(folder, &mut files)?;
    for path in files {
        let text = fs::read_to_string(&path).map_err(PerformanceError::io("read", &path))?;
        // One file for each thread.
        let count: &mut Count = counts.entry(bench_name(folder, &path)).or_default();
        count.add(&profile(&text));
    }
    if let Some((bench, _)) = counts.iter().find(|(_, count)| count.total == 0) {
        let message = format!("{bench}: no instruction was counted");
        return Err(PerformanceError::wrong(folder, message));
    }
    if counts.is_empty() {
        let message = "no instruction profiles; `just instructions` makes them";
        return Err(PerformanceError::wrong(folder, message));
    }
    Ok(counts)
}

fn profiles(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), PerformanceError> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry.map_err(PerformanceError::io("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            profiles(&path, files)?;
        } else if name.starts_with("callgrind.") && name.ends_with(".out") {
            files.push(path);
        }
    }
    Ok(())
}

/// `CRATE/FILE/GROUP/FUNCTION.CASE/callgrind….out` is `CRATE/FUNCTION.CASE`.
fn bench_name(folder: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let mut parts = inside.iter().map(|part| part.to_string_lossy());
    let first = parts.next().unwrap_or_default();
    let last = parts.rev().nth(1).unwrap_or_default();
    format!("{first}/{last}")
}

/// Adds up a profile in callgrind's format: the first event is the number of instructions.
fn profile(text: &str) -> Count {
    let mut count = Count::default();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut function = "";
    let mut after_call = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = full_name(name, &mut names);
        } else if let Some(name) = line.strip_prefix("cfn=") {
            full_name(name, &mut names);
        } else if line.starts_with("calls=") {
            after_call = true;
        } else if line.starts_with(|c: char| c.is_ascii_digit() || "+-*".contains(c)) {
            // The line after a call is the cost of what was called, which counts itself.
            let called = std::mem::take(&mut after_call);
            let cost = line
                .split(' ')
                .nth(1)
                .and_then(|cost| cost.parse::<u64>().ok());
            if let (false, Some(cost)) = (called, cost) {
                count.total += cost;
                *count.functions.entry(plain(function)).or_insert(0) += cost;
            }
        }
    }
    count
}

/// Resolves `(12)`, which stands for a name given before as `(12) name`.
fn full_name<'a>(text: &'a str, names: &mut BTreeMap<&'a str, &'a str>) -> &'a str {
    let short = text
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .filter(|(number, _)| number.chars().all(|c| c.is_ascii_digit()));
    match short {
        Some((number, "")) => names.get(number).copied().unwrap_or(text),
        Some((number, name)) => {
            names.insert(number, name.trim_start());
            name.trim_start()
        }
        None => text,
    }
}

/// Without the hash that changes with every compiler and the mark of a recursion.
fn plain(function: &str) -> String {
    let name = function.split_once('\'').map_or(function, |(name, mark)| {
        if mark.chars().all(|c| c.is_ascii_digit()) {
            name
        } else {
            function
        }
    });
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
            path.to_owned()
        }
        _ => name.to_owned(),
    }
}

/// Reads the limits; no file is no limits.
///
/// # Errors
/// A file that cannot be read, or a row that is not one: with its line.
pub fn read_limits(folder: &Path) -> Result<Counts, PerformanceError> {
    let path = folder.join(LIMITS_FILE);
    let mut limits = Counts::new();
    if !path.exists() {
        return Ok(limits);
    }
    let text = fs::read_to_string(&path).map_err(PerformanceError::io("read", &path))?;
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let Row {
            bench,
            function,
            instructions,
        } = row.map_err(|error| PerformanceError::wrong(&path, error))?;
        let limit: &mut Count = limits.entry(bench).or_default();
        if function == TOTAL {
            limit.total = instructions;
        } else {
            limit.functions.insert(function, instructions);
        }
    }
    Ok(limits)
}

/// The limits file for these counts.
///
/// # Errors
/// None in practice: rows are plain text and numbers.
pub fn limits_csv(counts: &Counts) -> Result<Vec<u8>, PerformanceError> {
    let wrong = |error: csv::Error| PerformanceError::wrong(Path::new(LIMITS_FILE), error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (bench, count) in counts {
        let mut rows = vec![(TOTAL, count.total)];
        let smallest = SMALLEST_SHARE * count.total as f64;
        let large = count
            .functions
            .iter()
            .filter(|(_, cost)| **cost as f64 >= smallest);
        rows.extend(large.map(|(name, cost)| (name.as_str(), *cost)));
        for (function, instructions) in rows {
            let row = Row {
                bench: bench.clone(),
                function: function.to_owned(),
                instructions,
            };
            writer.serialize(row).map_err(wrong)?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| PerformanceError::wrong(Path::new(LIMITS_FILE), error))
}

/// Everything that is not as the limits say.
pub fn breaches(limits: &Counts, counts: &Counts) -> Vec<Breach> {
    let mut found = Vec::new();
    for (bench, count) in counts {
        match limits.get(bench) {
            None => found.push(Breach::Unknown(bench.clone())),
            Some(limit) if count.total as f64 > limit.total as f64 * (1.0 + ALLOWED_GROWTH) => {
                found.push(Breach::Grown {
                    bench: bench.clone(),
                    before: limit.total,
                    after: count.total,
                    functions: grown_functions(limit, count),
                });
            }
            Some(_) => {}
        }
    }
    let missing = limits.keys().filter(|bench| !counts.contains_key(*bench));
    found.extend(missing.cloned().map(Breach::Missing));
    found
}

fn grown_functions(limit: &Count, count: &Count) -> Vec<(String, u64, u64)> {
    let mut grown: Vec<(String, u64, u64)> = count
        .functions
        .iter()
        .map(|(name, after)| {
            let before = limit.functions.get(name).copied().unwrap_or(0);
            (name.clone(), before, *after)
        })
        .filter(|(_, before, after)| after > before)
        .collect();
    grown.sort_by_key(|(_, before, after)| std::cmp::Reverse(after - before));
    grown
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "# callgrind format\npositions: line\nevents: Ir Dr\nsummary: 40 2\n\n\
        fn=main::h0123456789abcdef\n5 10 2\ncfn=work\ncalls=1 9\n6 30\n\n\
        fn=work\n9 25\n+1 5\n";

    fn count(functions: &[(&str, u64)]) -> Count {
        Count {
            total: functions.iter().map(|(_, cost)| cost).sum(),
            functions: functions.iter().map(|(n, c)| ((*n).into(), *c)).collect(),
        }
    }

    #[test]
    fn what_is_called_is_not_counted_twice() {
        assert_eq!(profile(PROFILE), count(&[("main", 10), ("work", 30)]));
    }

    #[test]
    fn shortened_names_are_resolved() {
        let text = "fn=(1) first\n1 2\nfn=(2) second'2\n1 3\nfn=(1)\n* 4\nfn=(below main)\n0 1\n";
        let expected = count(&[("first", 6), ("second", 3), ("(below main)", 1)]);
        assert_eq!(profile(text), expected);
    }

    #[test]
    fn names_of_benchmarks_leave_out_files_and_groups() {
        let path = Path::new("t/demo/instructions/all/cells.cold/callgrind.cells.cold.out");
        assert_eq!(bench_name(Path::new("t"), path), "demo/cells.cold");
    }

    #[test]
    fn threads_are_added_up() {
        let folder = harness_testkit::tempfile::tempdir().expect("a folder");
        let place = folder.path().join("demo/instructions/all/cells.cold");
        fs::create_dir_all(&place).expect("a folder");
        for thread in ["t1", "t2"] {
            let file = place.join(format!("callgrind.cells.cold.{thread}.p1.out"));
            fs::write(file, PROFILE).expect("a file");
        }
        fs::write(place.join("callgrind.cells.cold.t1.p1.out.old"), PROFILE).expect("a file");
        let counts = read_counts(folder.path()).expect("two profiles");
        assert_eq!(
            counts["demo/cells.cold"],
            count(&[("main", 20), ("work", 60)])
        );
    }

    #[test]
    fn growth_names_the_function() {
        let limits = Counts::from([("a".into(), count(&[("f", 1000), ("g", 100)]))]);
        let within = Counts::from([("a".into(), count(&[("f", 1030), ("g", 100)]))]);
        assert_eq!(breaches(&limits, &within), []);
        let beyond = Counts::from([
            ("a".into(), count(&[("f", 1001), ("g", 150)])),
            ("b".into(), count(&[("h", 1)])),
        ]);
        let grown = Breach::Grown {
            bench: "a".into(),
            before: 1100,
            after: 1151,
            functions: vec![("g".into(), 100, 150), ("f".into(), 1000, 1001)],
        };
        assert_eq!(
            breaches(&limits, &beyond),
            [grown, Breach::Unknown("b".into())]
        );
        assert_eq!(
            breaches(&limits, &Counts::new()),
            [Breach::Missing("a".into())]
        );
    }

    #[test]
    fn limits_come_back_from_their_file() {
        let folder = harness_testkit::tempfile::tempdir().expect("a folder");
        let counts = Counts::from([("a".into(), count(&[("f<A, B>::g", 1000), ("tiny", 1)]))]);
        let bytes = limits_csv(&counts).expect("plain rows");
        fs::write(folder.path().join(LIMITS_FILE), bytes).expect("a file");
        let mut read = read_limits(folder.path()).expect("what was written");
        let kept = read.remove("a").expect("the benchmark");
        assert_eq!(kept.total, 1001);
        assert_eq!(kept.functions, count(&[("f<A, B>::g", 1000)]).functions);
    }
}
