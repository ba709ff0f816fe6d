//! From numbers to places on the page, and which numbers an axis shows.

/// One axis of one panel: a range of numbers and the pixels that it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// Whether the axis is logarithmic.
    pub(crate) log: bool,
    /// The ends of the range, as logarithms if the axis is logarithmic.
    pub(crate) range: (f64, f64),
    /// Where the ends stand.
    pub(crate) pixels: (f64, f64),
}

/// A logarithmic axis of fewer decades shows round numbers at equal differences.
const SHORT: f64 = 0.75;

/// A number as the axis sees it: its decimal logarithm, or itself. `None` where it has no place.
pub(crate) fn coordinate(value: f64, log: bool) -> Option<f64> {
    let place = if log { libm::log10(value) } else { value };
    place.is_finite().then_some(place)
}

impl Scale {
    /// Where a number stands; `None` for one that has no place on the axis.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        coordinate(value, self.log).map(|place| self.pixel(place))
    }

    fn pixel(&self, place: f64) -> f64 {
        let share = (place - self.range.0) / (self.range.1 - self.range.0);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// Where the end of a band stands: infinite ends and those at or below zero on a logarithmic
    /// axis reach a little beyond the panel.
    pub(crate) fn band_place(&self, value: f64) -> Option<f64> {
        let (low, high) = self.range;
        let beyond = (high - low) / 50.0;
        let place = if value.is_nan() || value == f64::INFINITY {
            high + beyond
        } else if value == f64::NEG_INFINITY || (self.log && value <= 0.0) {
            low - beyond
        } else {
            coordinate(value, self.log)?.clamp(low - beyond, high + beyond)
        };
        Some(self.pixel(place))
    }

    /// Whether a place is inside the panel, up to rounding.
    pub(crate) fn shows(&self, pixel: f64) -> bool {
        let (a, b) = self.pixels;
        (a.min(b) - 0.5..=a.max(b) + 0.5).contains(&pixel)
    }

    /// The marks of the axis, at most about `most` with labels.
    pub(crate) fn ticks(&self, most: usize) -> Vec<Tick> {
        let most = most.max(2);
        let mut ticks = if self.log {
            self.log_ticks(most)
        } else {
            self.linear_ticks(self.range, most)
        };
        ticks.retain(|tick| self.shows(tick.pixel));
        ticks
    }

    /// Marks at these numbers, in increasing order; `None` if their labels would collide.
    pub(crate) fn ticks_at(&self, values: &[f64]) -> Option<Vec<Tick>> {
        const APART: f64 = 30.0;
        let ticks: Vec<Tick> = values
            .iter()
            .filter_map(|value| self.tick(*value, Some(number_label(*value, 0))))
            .collect();
        let clear = |pair: &[Tick]| (pair[1].pixel - pair[0].pixel).abs() >= APART;
        (!ticks.is_empty() && ticks.windows(2).all(clear)).then_some(ticks)
    }

    fn log_ticks(&self, most: usize) -> Vec<Tick> {
        let (low, high) = self.range;
        let (first, last) = (libm::floor(low) as i32, libm::ceil(high) as i32);
        let decades = |exponent: &i32| (low - 1e-9..=high + 1e-9).contains(&f64::from(*exponent));
        let inside = (first..=last).filter(decades).count();
        if inside < 2 && high - low < SHORT {
            let ends = (libm::pow(10.0, low), libm::pow(10.0, high));
            return self.linear_ticks(ends, most);
        }
        let stride = inside.div_ceil(most).max(1) as i32;
        let mut ticks = Vec::new();
        for exponent in first..=last {
            for step in 1..10 {
                let value = f64::from(step) * decade(exponent);
                let major = step == 1;
                let label = if inside < 2 && matches!(step, 1 | 2 | 5) {
                    Some(number_label(value, 0))
                } else if major && exponent.rem_euclid(stride) == 0 {
                    Some(power_label(exponent, first, last))
                } else {
                    None
                };
                // Steps between the decades would only be grey noise over many of them.
                if label.is_some() || (stride == 1 && last - first <= 7) || major {
                    ticks.extend(self.tick(value, label));
                }
            }
        }
        ticks
    }

    fn linear_ticks(&self, (low, high): (f64, f64), most: usize) -> Vec<Tick> {
        let raw = (high - low) / most as f64;
        let decade = libm::floor(libm::log10(raw));
        let unit = libm::pow(10.0, decade);
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * unit)
            .find(|step| *step >= raw * (1.0 - 1e-9))
            .unwrap_or(10.0 * unit);
        let decimals = (-libm::floor(libm::log10(step) + 1e-9)).max(0.0) as usize;
        let first = libm::ceil(low / step - 1e-9) as i64;
        let last = libm::floor(high / step + 1e-9) as i64;
        (first..=last)
            .filter_map(|count| {
                let value = count as f64 * step;
                self.tick(value, Some(number_label(value, decimals)))
            })
            .collect()
    }

    fn tick(&self, value: f64, label: Option<Label>) -> Option<Tick> {
        let pixel = self.place(value)?;
        Some(Tick { pixel, label })
    }
}

/// A power of ten, correctly rounded.
fn decade(exponent: i32) -> f64 {
    // A number in this form always parses.
    format!("1e{exponent}").parse().unwrap_or(f64::NAN)
}

/// One mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Where it stands.
    pub(crate) pixel: f64,
    /// `None` for the small marks between.
    pub(crate) label: Option<Label>,
}

/// A number, perhaps with a power of ten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// What stands on the line.
    pub(crate) base: String,
    /// What is raised; may be empty.
    pub(crate) exponent: String,
}

impl Label {
    fn plain(base: String) -> Self {
        Self {
            base,
            exponent: String::new(),
        }
    }
}

fn power_label(exponent: i32, first: i32, last: i32) -> Label {
    if first >= -2 && last <= 3 {
        return Label::plain(minus(&decade(exponent).to_string()));
    }
    Label {
        base: "10".into(),
        exponent: minus(&exponent.to_string()),
    }
}

fn number_label(value: f64, decimals: usize) -> Label {
    let size = value.abs();
    if size > 0.0 && !(1e-4..1e5).contains(&size) {
        let text = format!("{value:.2e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let base = match mantissa {
            "1" => "10".to_owned(),
            _ => format!("{}×10", minus(mantissa)),
        };
        return Label {
            base,
            exponent: minus(exponent),
        };
    }
    if decimals > 0 || size == 0.0 || libm::fmod(size, 1.0) == 0.0 {
        Label::plain(minus(&format!("{value:.decimals$}")))
    } else {
        Label::plain(minus(&significant_text(value)))
    }
}

/// Three significant digits at most, as plain decimals.
fn significant_text(value: f64) -> String {
    let decimals = (2 - crate::number::magnitude(value)).max(0) as usize;
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A true minus sign instead of a hyphen.
fn minus(text: &str) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(log: bool, range: (f64, f64), most: usize) -> Vec<String> {
        let scale = Scale {
            log,
            range,
            pixels: (0.0, 300.0),
        };
        let ticks = scale.ticks(most);
        ticks
            .into_iter()
            .filter_map(|tick| tick.label)
            .map(|label| {
                if label.exponent.is_empty() {
                    label.base
                } else {
                    format!("{}^{}", label.base, label.exponent)
                }
            })
            .collect()
    }

    #[test]
    fn log_axes_show_decades() {
        assert_eq!(labels(true, (0.0, 3.0), 6), ["1", "10", "100", "1000"]);
        assert_eq!(labels(true, (-4.0, -2.0), 6), ["10^−4", "10^−3", "10^−2"]);
        assert_eq!(
            labels(true, (-16.2, 1.0), 6),
            ["10^−15", "10^−12", "10^−9", "10^−6", "10^−3", "10^0"]
        );
    }

    #[test]
    fn short_log_axes_show_numbers_between() {
        assert_eq!(labels(true, (0.1, 0.9), 6), ["2", "5"]);
        assert_eq!(labels(true, (-0.5, 0.5), 6), ["0.5", "1", "2"]);
        assert_eq!(labels(true, (-2.9, -1.8), 6), ["0.002", "0.005", "0.01"]);
        assert_eq!(labels(true, (0.0, 0.2), 4), ["1.0", "1.2", "1.4"]);
    }

    #[test]
    fn linear_axes_show_round_numbers() {
        assert_eq!(
            labels(false, (0.0, 1.0), 5),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels(false, (0.0, 1e6), 3), ["0", "5×10^5", "10^6"]);
        assert_eq!(
            labels(false, (-1.0, 1.0), 4),
            ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
        );
    }

    #[test]
    fn values_without_a_place_are_gaps_and_bands_reach_the_edge() {
        let scale = Scale {
            log: true,
            range: (-2.0, 0.0),
            pixels: (200.0, 0.0),
        };
        assert_eq!(scale.place(0.1), Some(100.0));
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(scale.place(value), None, "{value}");
        }
        assert!(scale.band_place(0.0).is_some_and(|pixel| pixel > 200.0));
        assert!(
            scale
                .band_place(f64::INFINITY)
                .is_some_and(|pixel| pixel < 0.0)
        );
    }
}
