//! Numbers for people: times and rates with a fitting prefix.

/// `1.23 µs`.
pub(crate) fn time(seconds: f64) -> String {
    let (factor, unit) = match seconds {
        s if s < 1e-6 => (1e9, "ns"),
        s if s < 1e-3 => (1e6, "µs"),
        s if s < 1.0 => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    format!("{} {unit}", digits(seconds * factor))
}

/// `4.56 G` of something a second.
pub(crate) fn rate(per_second: f64, unit: &str) -> String {
    let (factor, prefix) = match per_second {
        r if r >= 1e9 => (1e-9, "G"),
        r if r >= 1e6 => (1e-6, "M"),
        r if r >= 1e3 => (1e-3, "k"),
        _ => (1.0, ""),
    };
    format!("{} {prefix}{unit}/s", digits(per_second * factor))
}

/// `12 MiB`.
pub(crate) fn bytes(count: f64) -> String {
    let (divisor, unit) = match count {
        c if c >= 1024.0 * 1024.0 * 1024.0 => (1024.0 * 1024.0 * 1024.0, "GiB"),
        c if c >= 1024.0 * 1024.0 => (1024.0 * 1024.0, "MiB"),
        c if c >= 1024.0 => (1024.0, "KiB"),
        _ => (1.0, "B"),
    };
    format!("{} {unit}", digits(count / divisor))
}

/// `+12 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:+.1} %", 100.0 * share)
}

/// Three significant digits, without an exponent.
pub(crate) fn digits(value: f64) -> String {
    match value.abs() {
        v if v >= 99.95 => format!("{value:.0}"),
        v if v >= 9.995 => format!("{value:.1}"),
        v if v >= 0.9995 => format!("{value:.2}"),
        v if v >= 0.09995 => format!("{value:.3}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_fit() {
        assert_eq!(time(1.234e-8), "12.3 ns");
        assert_eq!(time(0.25), "250 ms");
        assert_eq!(rate(4.2e10, "flop"), "42.0 Gflop/s");
        assert_eq!(rate(12.0, ""), "12.0 /s");
        assert_eq!(bytes(1536.0 * 1024.0), "1.50 MiB");
        assert_eq!(percent(-0.123), "-12.3 %");
    }
}
