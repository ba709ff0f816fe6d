//! Numbers as people read them. Rounding happens here and nowhere else.

/// Superscript digits, for powers of ten in plain text.
const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// An exponent in superscript digits.
fn superscript(exponent: i32) -> String {
    let digits = exponent.unsigned_abs().to_string();
    let digits = digits
        .bytes()
        .map(|digit| SUPERSCRIPTS[usize::from(digit - b'0')]);
    let sign = (exponent < 0).then_some('⁻');
    sign.into_iter().chain(digits).collect()
}

/// The exponent of the leading decimal digit.
pub(crate) fn magnitude(value: f64) -> i32 {
    libm::floor(libm::log10(value.abs())) as i32
}

/// A number with its last digit at the decimal place `place` (−2 for hundredths).
pub(crate) fn rounded(value: f64, place: i32) -> String {
    if value.is_nan() {
        return "not a number".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let size = value.abs();
    // Below 100000, whole numbers are written out even where not all digits are significant.
    let plain = size < 1e5 && place >= -7;
    if plain && (size >= 1e-3 || place >= -5 || magnitude(value) < place) {
        let decimals = (-place).max(0) as usize;
        return signed(&format!("{value:.decimals$}"));
    }
    let digits = (magnitude(value) - place).max(0) as usize;
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent == 0 {
        return signed(mantissa);
    }
    format!("{}×10{}", signed(mantissa), superscript(exponent))
}

/// A true minus sign instead of a hyphen.
fn signed(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) => {
            format!("−{digits}")
        }
        Some(digits) => digits.to_owned(),
        None => text.to_owned(),
    }
}

/// A number with so many significant digits, without zeros at the end that say nothing.
pub(crate) fn significant(value: f64, digits: i32) -> String {
    if !value.is_finite() || value == 0.0 {
        return rounded(value, 0);
    }
    let text = rounded(value, magnitude(value) - digits + 1);
    let (number, power) = text
        .split_once('×')
        .map_or((text.as_str(), None), |(n, p)| (n, Some(p)));
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    };
    match power {
        Some(power) if number == "1" => power.to_owned(),
        Some(power) => format!("{number}×{power}"),
        None => number.to_owned(),
    }
}

/// The decimal place to which an estimate and its interval are shown: two digits of the interval's
/// half width, and enough to see on which side of a criterion's end the estimate lies; between
/// three and nine significant digits.
pub(crate) fn place_for(estimate: f64, low: f64, high: f64, ends: [f64; 2]) -> i32 {
    let finite = |value: &f64| value.is_finite() && *value != 0.0;
    let half = (high - low) / 2.0;
    let size = if finite(&estimate) {
        // An estimate of almost nothing has no digits that are wider than its interval.
        let wide = Some(half).filter(finite);
        magnitude(estimate).max(wide.map_or(i32::MIN, magnitude))
    } else {
        let ends = [low, high].into_iter().filter(finite);
        ends.map(magnitude).max().unwrap_or(0)
    };
    let scales = ends
        .into_iter()
        .map(|end| (estimate - end).abs())
        .chain([half])
        .filter(|scale| scale.is_finite() && *scale > 0.0);
    let smallest = scales.fold(f64::INFINITY, f64::min);
    let wanted = if smallest.is_finite() {
        magnitude(smallest) - 1
    } else {
        size - 3
    };
    wanted.clamp(size - 8, size - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits() {
        assert_eq!(significant(0.554_518, 3), "0.555");
        assert_eq!(significant(-0.5, 3), "−0.5");
        assert_eq!(significant(1.0, 3), "1");
        assert_eq!(significant(12_345.0, 3), "12345");
        assert_eq!(significant(123_456.0, 3), "1.23×10⁵");
        assert_eq!(significant(1e-7, 3), "10⁻⁷");
        assert_eq!(significant(1.25e-7, 3), "1.25×10⁻⁷");
        assert_eq!(significant(999.6, 3), "1000");
        assert_eq!(significant(f64::NEG_INFINITY, 3), "−∞");
        assert_eq!(significant(0.0, 3), "0");
        assert_eq!(significant(300.0, 2), "300");
    }

    #[test]
    fn rounding_to_a_place() {
        assert_eq!(rounded(0.999_87, -3), "1.000");
        assert_eq!(rounded(-0.000_01, -3), "0.000");
        assert_eq!(rounded(2.5e-9, -10), "2.5×10⁻⁹");
        assert_eq!(rounded(0.000_96, -4), "0.0010");
        assert_eq!(rounded(123_456.0, 2), "1.235×10⁵");
        assert_eq!(rounded(1.000_000_000_4, -9), "1.000000000");
        assert_eq!(rounded(f64::NAN, 0), "not a number");
    }

    #[test]
    fn places_resolve_the_interval_and_the_criterion() {
        assert_eq!(place_for(0.5545, 0.54, 0.57, [f64::NEG_INFINITY, 1.0]), -3);
        assert_eq!(place_for(1.000_04, 1.000_04, 1.000_04, [0.0, 1.0]), -6);
        assert_eq!(place_for(1.0, 1.0, 1.0, [1.0, 1.0]), -3);
        assert_eq!(
            place_for(-2e-17, -0.0018, 0.0018, [f64::NEG_INFINITY, 0.01]),
            -5
        );
        let infinity = f64::INFINITY;
        assert_eq!(place_for(infinity, 1.5e14, infinity, [f64::NAN; 2]), 11);
    }
}
