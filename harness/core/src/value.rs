//! The value of an axis, in one canonical form.

use std::cmp::Ordering;
use std::fmt;

/// A parameter value as it stands in a manifest.
///
/// Built by the `From` implementations only, which keep one form per number: an integral float of
/// magnitude below 2⁵³ becomes an integer, so that `1` and `1.0` are the same cell.
#[derive(Clone, Debug)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fractional part, or too large for an exact integer. Never NaN.
    Float(f64),
    /// A word, usually the name of a method, data set or loss.
    Text(String),
}

impl Value {
    /// The number this value stands for, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(whole) => Some(*whole as f64),
            Self::Float(number) => Some(*number),
            Self::Bool(_) | Self::Text(_) => None,
        }
    }

    /// The word this value stands for, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Reads a value typed on a command line: `true`, `12`, `1e5`, `0.5`, or else a word.
    pub fn parse(text: &str) -> Self {
        match text {
            "true" => Self::Bool(true),
            "false" => Self::Bool(false),
            _ => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(whole), _) => Self::Int(whole),
                (_, Ok(number)) if number.is_finite() => Self::from(number),
                _ => Self::Text(text.to_owned()),
            },
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Int(_) | Self::Float(_) => 1,
            Self::Text(_) => 2,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.abs() < EXACT && value.fract().abs() < f64::MIN_POSITIVE {
            Self::Int(value as i64)
        } else {
            Self::Float(value)
        }
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// Canonical text: shortest digits that read back to the same number.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => {
                if value.abs() >= 1e-4 && value.abs() < 1e16 {
                    write!(f, "{value}")
                } else {
                    write!(f, "{value:e}")
                }
            }
            Self::Text(value) => f.write_str(value),
        }
    }
}

/// Booleans, then numbers by size, then words by spelling.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => match (self.as_f64(), other.as_f64()) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => self.rank().cmp(&other.rank()),
            },
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form() {
        assert_eq!(Value::from(1.0), Value::from(1));
        assert_eq!(Value::from(1e5).to_string(), "100000");
        assert_eq!(Value::from(-0.0).to_string(), "0");
        assert_eq!(Value::parse("1e5"), Value::Int(100_000));
        assert_eq!(Value::parse("0.5").to_string(), "0.5");
        assert_eq!(Value::parse("1e-8").to_string(), "1e-8");
        assert_eq!(Value::parse("wr"), Value::from("wr"));
        assert_eq!(Value::parse("nan"), Value::from("nan"));
    }

    #[test]
    fn order_is_by_number_then_word() {
        assert!(Value::from(2) < Value::from(2.5));
        assert!(Value::from(10) > Value::from(9.5));
        assert!(Value::from(10) < Value::from("a"));
    }
}
