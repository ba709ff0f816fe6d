//! Axes as one field of a CSV file: `batch=4 sampler=wr`, and back.

use harness_core::axes::Axes;
use harness_core::value::Value;

/// Canonical text from which [`decode`] gets the same axes. A word that would read as something
/// else is put in quotes, as in a JSON text.
pub(crate) fn encode(axes: &Axes) -> String {
    let pairs: Vec<String> = axes
        .iter()
        .map(|(name, value)| format!("{}={}", word(name), encode_value(value)))
        .collect();
    pairs.join(" ")
}

/// One value, as in [`encode`].
pub(crate) fn encode_value(value: &Value) -> String {
    match value {
        Value::Text(text) if decode_bare(text) != *value => quoted(text),
        Value::Text(text) => word(text),
        other => other.to_string(),
    }
}

fn word(text: &str) -> String {
    let plain = !text.is_empty()
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '=' | '"' | '\\'));
    if plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value without quotes.
fn decode_bare(text: &str) -> Value {
    match text {
        "inf" => Value::Float(f64::INFINITY),
        "-inf" => Value::Float(f64::NEG_INFINITY),
        _ => Value::parse(text),
    }
}

/// Reads back what [`encode`] wrote, or says what is wrong.
pub(crate) fn decode(text: &str) -> Result<Axes, String> {
    let mut axes = Axes::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, after) = token(rest)?;
        let after = after
            .strip_prefix('=')
            .ok_or_else(|| format!("`{name}` has no value; axes are written `name=value …`"))?;
        let is_quoted = after.starts_with('"');
        let (value, after) = token(after)?;
        if axes.get(&name).is_some() {
            return Err(format!("axis `{name}` is given twice"));
        }
        let value = if is_quoted {
            Value::Text(value)
        } else {
            decode_bare(&value)
        };
        axes.set(name, value);
        rest = match after.strip_prefix(' ') {
            Some(next) if !next.is_empty() => next,
            None if after.is_empty() => after,
            _ => return Err(format!("axes are written `name=value …`, not `{text}`")),
        };
    }
    Ok(axes)
}

/// One word at the start of the text, in quotes or up to a space or `=`, and what follows it.
fn token(text: &str) -> Result<(String, &str), String> {
    if text.starts_with('"') {
        let mut texts = serde_json::Deserializer::from_str(text).into_iter::<String>();
        return match texts.next() {
            Some(Ok(word)) => Ok((word, &text[texts.byte_offset()..])),
            _ => Err(format!("the quotes in `{text}` do not close")),
        };
    }
    let end = text.find([' ', '=']).unwrap_or(text.len());
    if end == 0 {
        return Err(format!("axes are written `name=value …`, not `{text}`"));
    }
    Ok((text[..end].to_owned(), &text[end..]))
}

/// Reads back one value that [`encode_value`] wrote, or says what is wrong.
pub(crate) fn decode_value(text: &str) -> Result<Value, String> {
    if !text.starts_with('"') {
        return Ok(decode_bare(text));
    }
    match token(text)? {
        (word, "") => Ok(Value::Text(word)),
        _ => Err(format!("`{text}` is more than one value")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_look_like_numbers_keep_their_quotes() {
        let axes = Axes::new()
            .with("a", "5")
            .with("b", 5)
            .with("c", "two words")
            .with("d", f64::INFINITY)
            .with("e", "inf")
            .with("f", "");
        let text = encode(&axes);
        assert_eq!(text, r#"a="5" b=5 c="two words" d=inf e="inf" f="""#);
        assert_eq!(decode(&text), Ok(axes));
    }

    #[test]
    fn damage_is_named() {
        for text in [
            "a", "=1", "a=1  b=2", "a=1 ", "a=\"x", "a=1 a=2", "a=\"x\"y",
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert_eq!(decode(""), Ok(Axes::new()));
    }
}
