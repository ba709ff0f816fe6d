//! Templates, and what is said of a wrong one.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};

use crate::PerformanceError;

/// Markdown templates without functions; `path` is for messages.
pub(crate) fn environment(path: &Path) -> Result<Environment<'static>, PerformanceError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(|error| wrong(path, &error))?;
    environment.set_syntax(syntax);
    Ok(environment)
}

/// The error with its line.
pub(crate) fn wrong(path: &Path, error: &minijinja::Error) -> PerformanceError {
    let line = error
        .line()
        .map_or_else(String::new, |line| format!("line {line}: "));
    let what = error
        .detail()
        .map_or_else(|| error.to_string(), str::to_owned);
    PerformanceError::wrong(path, format!("{line}{what}"))
}
