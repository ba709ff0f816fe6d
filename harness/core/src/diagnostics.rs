//! Problems of a text file, each shown with its line and with what is allowed there.

use std::fmt;

/// The longest piece of a line that is shown, in characters.
const EXCERPT: usize = 96;

/// A place in a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

/// What is wrong at one place, before the text is at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    span: Span,
    message: String,
    label: String,
    notes: Vec<String>,
    elsewhere: Vec<(String, Span)>,
}

impl Problem {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            label: String::new(),
            notes: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Another place that matters, shown by its line.
    pub(crate) fn elsewhere(mut self, what: impl Into<String>, span: Span) -> Self {
        self.elsewhere.push((what.into(), span));
        self
    }

    /// Text beside the carets.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// A line below the excerpt.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// A name that is none of the allowed ones: suggests the nearest and lists all.
    pub(crate) fn unknown<'a>(
        span: Span,
        what: &str,
        given: &str,
        allowed: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::new(span, format!("unknown {what} `{given}`")).choose(given, allowed)
    }

    /// Suggests the allowed name nearest to the one given and lists all.
    pub(crate) fn choose<'a>(
        self,
        given: &str,
        allowed: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for name in allowed {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let problem = match nearest(given, names.iter().copied()) {
            Some(name) => self.label(format!("did you mean `{name}`?")),
            None => self,
        };
        problem.note(format!("allowed: {}", list(&names)))
    }
}

/// The allowed name that a misspelt one probably stands for.
pub fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&given, &name.to_lowercase());
    let (steps, name) = allowed
        .into_iter()
        .map(|name| (distance(name), name))
        .min_by_key(|(steps, _)| *steps)?;
    let longest = given.chars().count().max(name.chars().count());
    (steps <= (longest / 3).max(1) && steps < longest).then_some(name)
}

/// Names for a sentence; long lists are cut.
pub(crate) fn list<T: fmt::Display>(names: &[T]) -> String {
    const SHOWN: usize = 24;
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(T::to_string).collect();
    let rest = names.len().saturating_sub(SHOWN);
    let rest = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    format!("{}{rest}", shown.join(", "))
}

/// One problem with its place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as it was named by the caller.
    pub file: String,
    /// Counts from 1.
    pub line: usize,
    /// Counts characters from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What probably mends it; may be empty.
    pub label: String,
    /// What is allowed, and why.
    pub notes: Vec<String>,
    excerpt: String,
    indent: usize,
    width: usize,
}

impl Diagnostic {
    fn new(file: &str, text: &str, problem: Problem) -> Self {
        let start = text.floor_char_boundary(problem.span.start);
        let end = text.floor_char_boundary(problem.span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |place| place + 1);
        let line_end = text[start..]
            .find('\n')
            .map_or(text.len(), |place| start + place);
        let line: Vec<char> = text[line_start..line_end]
            .trim_end_matches('\r')
            .chars()
            .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
            .collect();
        let column = text[line_start..start].chars().count();
        let width = text[start..end.min(line_end)].chars().count();
        // A long line is shown around the place that matters.
        let first = if line.len() > EXCERPT {
            column.saturating_sub(EXCERPT / 3)
        } else {
            0
        };
        let line_of = |place: usize| {
            let bytes = text.as_bytes().iter().take(place);
            bytes.filter(|byte| **byte == b'\n').count() + 1
        };
        let mut notes = problem.notes;
        let elsewhere = problem.elsewhere.into_iter();
        notes.extend(elsewhere.map(|(what, span)| format!("{what}: line {}", line_of(span.start))));
        let last = line.len().min(first + EXCERPT);
        let before = if first > 0 { "…" } else { "" };
        let after = if last < line.len() { "…" } else { "" };
        let shown: String = line
            .get(first..last)
            .unwrap_or_default()
            .iter()
            .collect::<String>();
        Self {
            file: file.to_owned(),
            line: line_of(line_start),
            column: column + 1,
            message: problem.message,
            label: problem.label,
            notes,
            excerpt: format!("{before}{shown}{after}").trim_end().to_owned(),
            indent: column - first.min(column) + before.chars().count(),
            width: width.min(last.saturating_sub(column)).max(1),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "error: {}", self.message)?;
        writeln!(f, "{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{}", format!("{number} | {}", self.excerpt).trim_end())?;
        let carets = format!("{}{}", " ".repeat(self.indent), "^".repeat(self.width));
        write!(f, "{margin} | {carets}")?;
        if !self.label.is_empty() {
            write!(f, " {}", self.label)?;
        }
        for note in &self.notes {
            write!(f, "\n{margin} = {note}")?;
        }
        Ok(())
    }
}

/// All problems of one file in the order of their places; never empty where it is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn new(file: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
        problems.dedup();
        let place = |problem| Diagnostic::new(file, text, problem);
        Self(problems.into_iter().map(place).collect())
    }

    /// The problems in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// How many problems there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no problem.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let gap = if index > 0 { "\n\n" } else { "" };
            write!(f, "{gap}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, span: std::ops::Range<usize>) -> String {
        let problem = Problem::new(span.into(), "wrong").label("here").note("why");
        Diagnostics::new("a.toml", text, vec![problem]).to_string()
    }

    #[test]
    fn carets_stand_under_the_span() {
        let text = "a = 1\nné = \"ö\"\r\n";
        let start = text.find("\"ö").expect("it is there");
        assert_eq!(
            show(text, start..start + 4),
            "error: wrong\n --> a.toml:2:6\n  |\n2 | né = \"ö\"\n  |      ^^^ here\n  = why"
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_span() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let shown = show(&text, 500..501);
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines[4].chars().position(|c| c == '^');
        let x = lines[3].chars().position(|c| c == 'X');
        // The line number is wider than the margin by nothing: both lines share their prefix.
        assert_eq!(caret, x);
        assert!(lines[3].chars().count() < 110);
    }

    #[test]
    fn any_span_can_be_shown() {
        let text = "ä\n";
        for start in 0..6 {
            for end in 0..6 {
                assert!(show(text, start..end).contains("error: wrong"));
            }
        }
    }

    #[test]
    fn the_nearest_name_must_be_near() {
        assert_eq!(
            nearest("stepsize", ["step-size", "steps"]),
            Some("step-size")
        );
        assert_eq!(nearest("momentum", ["step-size", "steps"]), None);
        assert_eq!(nearest("a", ["b"]), None);
    }
}
