//! What the system says of this process; `None` where it says nothing.

use std::fs;

/// The most memory that was resident at once, in bytes.
pub(crate) fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Processor time of all threads so far, ended ones included, in seconds; to a hundredth.
pub(crate) fn cpu_seconds() -> Option<f64> {
    /// What Linux calls `USER_HZ`: the same on every architecture that Rust's std supports.
    const TICKS_PER_SECOND: f64 = 100.0;
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name, in parentheses, may hold spaces; user and system time are fields 14 and 15.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}
