//! A series as a line of block characters.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How many points are shown.
const SHOWN: usize = 20;

/// The last points of a series relative to their first shown one: the middle of the scale is no
/// change, its ends are half and twice the time.
pub(crate) fn sparkline(times: &[f64]) -> String {
    let shown = &times[times.len().saturating_sub(SHOWN)..];
    let Some(first) = shown.first() else {
        return String::new();
    };
    let place = |time: &f64| {
        let height = 3.5 + 3.5 * libm::log2(time / first);
        BLOCKS[libm::round(height).clamp(0.0, 7.0) as usize]
    };
    shown.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middle_is_no_change() {
        assert_eq!(sparkline(&[2.0, 2.0, 4.0, 1.0, 100.0]), "▅▅█▁█");
        assert_eq!(sparkline(&[]), "");
    }
}
