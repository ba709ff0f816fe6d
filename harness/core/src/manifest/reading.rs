//! Single values: texts, names, numbers, closed sets of words, axis values.

use toml::de::DeValue;

use super::reader::Node;
use crate::diagnostics::Problem;
use crate::value::Value;

/// The largest whole number that every `f64` up to it can hold.
const EXACT: i64 = 1 << 53;

impl<'a> Node<'a> {
    /// A text that is not empty.
    pub(super) fn text(self) -> Option<&'a str> {
        let Some(text) = self.value.as_str() else {
            self.mismatch("a string");
            return None;
        };
        if text.trim().is_empty() {
            self.problem(format!("`{}` must not be empty", self.key));
            return None;
        }
        Some(text)
    }

    /// A text of one line, for a cell of a table.
    pub(super) fn line(self) -> Option<&'a str> {
        let text = self.text()?;
        if text.chars().any(char::is_control) {
            self.problem(format!("`{}` must be one line of text", self.key));
            return None;
        }
        Some(text)
    }

    /// A name in lower-case letters, digits and hyphens that begins with a letter.
    pub(super) fn name(self) -> Option<&'a str> {
        let text = self.text()?;
        if is_name(text) {
            return Some(text);
        }
        self.bad_name(text);
        None
    }

    /// Reports that a text is not a name.
    fn bad_name(self, text: &str) {
        let message = format!("`{text}` is not a name");
        let note = "names are lower-case letters, digits and hyphens, and begin with a letter";
        self.push(Problem::new(self.span, message).note(note));
    }

    /// Whether the key of this entry is a name; reports it if not.
    pub(super) fn key_is_name(self) -> bool {
        let fits = is_name(self.key);
        if !fits {
            Self {
                span: self.key_span,
                ..self
            }
            .bad_name(self.key);
        }
        fits
    }

    /// One of a closed set of words.
    pub(super) fn word<T: Copy>(self, words: &[(&str, T)]) -> Option<T> {
        let allowed = || words.iter().map(|(word, _)| *word);
        let Some(text) = self.value.as_str() else {
            let allowed: Vec<&str> = allowed().collect();
            self.mismatch(&format!("one of {}", allowed.join(", ")));
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let message = format!("`{}` cannot be `{text}`", self.key);
            self.push(Problem::new(self.span, message).choose(text, allowed()));
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// `true` or `false`.
    pub(super) fn flag(self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.mismatch("true or false");
        }
        flag
    }

    /// A finite number.
    pub(super) fn number(self) -> Option<f64> {
        let number = match self.value {
            DeValue::Integer(whole) => i64::from_str_radix(whole.as_str(), whole.radix())
                .ok()
                .map(|whole| whole as f64),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            _ => {
                self.mismatch("a number");
                return None;
            }
        };
        let finite = number.filter(|number| number.is_finite());
        if finite.is_none() {
            self.problem(format!("`{}` must be a finite number", self.key));
        }
        finite
    }

    /// A whole number in a range; `1e5` counts as one.
    pub(super) fn whole(self, least: i64, most: i64) -> Option<i64> {
        let wanted = match (least, most) {
            (_, i64::MAX) => format!("a whole number of at least {least}"),
            _ => format!("a whole number from {least} to {most}"),
        };
        if !self.value.is_integer() && !self.value.is_float() {
            self.mismatch(&wanted);
            return None;
        }
        let whole = match self.axis_value() {
            Ok(Value::Int(whole)) if (least..=most).contains(&whole) => Some(whole),
            _ => None,
        };
        if whole.is_none() {
            self.problem(format!("`{}` must be {wanted}", self.key));
        }
        whole
    }

    /// The value of an axis: a finite number, a word, or true or false.
    pub(super) fn value(self) -> Option<Value> {
        self.axis_value()
            .map_err(|(message, note)| {
                let problem = Problem::new(self.span, message);
                self.push(if note.is_empty() {
                    problem
                } else {
                    problem.note(note)
                });
            })
            .ok()
    }

    fn axis_value(self) -> Result<Value, (String, &'static str)> {
        match self.value {
            DeValue::Boolean(value) => Ok(Value::from(*value)),
            DeValue::Integer(whole) => i64::from_str_radix(whole.as_str(), whole.radix())
                .ok()
                .filter(|whole| whole.unsigned_abs() <= EXACT.unsigned_abs())
                .map(Value::from)
                .ok_or_else(|| ("a whole number must lie within ±2^53".to_owned(), "")),
            DeValue::Float(number) => number
                .as_str()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Value::from)
                .ok_or_else(|| ("an axis value must be finite".to_owned(), "")),
            DeValue::String(text) if is_word(text) => Ok(Value::from(text.as_ref())),
            DeValue::String(text) => Err((
                format!("`{text}` cannot be an axis value"),
                "words are letters, digits and any of - _ . + / : and do not read as a number, true or false",
            )),
            _ => Err((
                format!(
                    "a value of `{}` must be a number, a word, or true or false",
                    self.key
                ),
                "",
            )),
        }
    }
}

fn is_name(text: &str) -> bool {
    let fits =
        |symbol: char| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == '-';
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.chars().all(fits)
}

/// Axis values are written into the identity of a cell as `axis=value axis=value`, so a word must
/// neither contain what separates them nor be written as another value is.
fn is_word(text: &str) -> bool {
    let fits = |symbol: char| symbol.is_alphanumeric() || "-_.+/:".contains(symbol);
    !text.is_empty() && text.chars().all(fits) && matches!(Value::parse(text), Value::Text(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_be_taken_for_other_values() {
        for word in ["wr", "least-squares", "1/L", "p2", "nan", "größe"] {
            assert!(is_word(word), "{word}");
        }
        for word in ["", "1", "1e5", "0.5", "true", "a b", "a=b", "a,b", "a\nb"] {
            assert!(!is_word(word), "{word}");
        }
    }
}
