//! The templates of pages and drawings, compiled in.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::error::ReportError;

const TEMPLATES: [(&str, &str); 4] = [
    ("figure.svg", include_str!("../templates/figure.svg.j2")),
    ("page.md", include_str!("../templates/page.md.j2")),
    ("verdicts.md", include_str!("../templates/verdicts.md.j2")),
    ("index.md", include_str!("../templates/index.md.j2")),
];

/// All templates, with the filters that they use.
pub(crate) fn environment() -> Result<Environment<'static>, ReportError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(error)?;
    environment.set_syntax(syntax);
    environment.add_filter("xml", |text: String| xml(&text));
    environment.add_filter("cell", |text: String| cell(&text));
    environment.add_filter("anchor", |text: String| anchor(&text));
    environment.add_filter("quote", |text: String| quote(&text));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).map_err(error)?;
    }
    Ok(environment)
}

/// Fills a template.
pub(crate) fn render(
    environment: &Environment<'_>,
    name: &str,
    values: impl Serialize,
) -> Result<String, ReportError> {
    let template = environment.get_template(name).map_err(error)?;
    template.render(Serde(values)).map_err(error)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "used as a function in `map_err`"
)]
fn error(error: minijinja::Error) -> ReportError {
    ReportError::Template(format!("{error:#}"))
}

/// Text inside XML. Control characters, which XML has no place for, become spaces.
fn xml(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Markdown inside one cell of a table: one line, and no bar that would end the cell.
fn cell(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut line = String::new();
    let mut escaped = false;
    for c in words.join(" ").chars() {
        if c == '|' && !escaped {
            line.push('\\');
        }
        escaped = c == '\\' && !escaped;
        line.push(c);
    }
    line
}

/// The place of a heading on its page, as GitHub names it.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .collect()
}

/// Markdown as a block quotation.
fn quote(text: &str) -> String {
    let lines = text
        .trim()
        .lines()
        .map(|line| format!("> {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Markdown text in which `<` never starts a tag by accident (`a<b` would): written as an entity
/// where a letter or `/`, `!`, `?` follows, except in code spans, where it is safe.
pub(crate) fn prose(text: &str) -> String {
    let mut result = String::new();
    let mut code = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        code ^= c == '`';
        let opens = characters
            .peek()
            .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
        if c == '<' && opens && !code {
            result.push_str("&lt;");
        } else {
            result.push(c);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_line_ends_stay_inside_a_cell() {
        assert_eq!(cell("|x| ≤ 1\nfor all"), r"\|x\| ≤ 1 for all");
        assert_eq!(cell(r"\|x|"), r"\|x\|");
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("C1.2 (a)_b"), "c12-a_b");
    }

    #[test]
    fn less_than_is_not_a_tag() {
        assert_eq!(prose("a<b, `a<b`, 1<2, a < b"), "a&lt;b, `a<b`, 1<2, a < b");
    }
}
