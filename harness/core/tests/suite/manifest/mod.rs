//! The manifest parser: what it takes, what it refuses and how it says so.

mod binding;
mod hostile;
mod refused;
mod refused_claims;
mod refused_experiments;
mod refused_tests;
mod valid;

use harness_core::Diagnostics;
use harness_core::manifest::parse;

/// A manifest that uses every key.
const TOY: &str = include_str!("../fixtures/toy.toml");

/// A slip: what it is, and the edits of the toy manifest that make it.
type Slip = (&'static str, &'static [(&'static str, &'static str)]);

/// The toy manifest with the first occurrence of each text replaced.
fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = TOY.to_owned();
    for (old, new) in edits {
        assert!(text.contains(old), "the toy manifest lacks {old:?}");
        text = text.replacen(old, new, 1);
    }
    text
}

/// The messages for some slips, as one text.
fn messages(slips: &[Slip]) -> String {
    refusals(slips, |text| parse("toy.toml", text).err())
}

/// The messages that a judge has for some slips, as one text. Each slip must be refused.
fn refusals(slips: &[Slip], judge: impl Fn(&str) -> Option<Diagnostics>) -> String {
    let mut report = String::new();
    for (title, edits) in slips {
        let problems = judge(&edited(edits)).unwrap_or_else(|| panic!("accepted: {title}"));
        assert!(!problems.is_empty());
        report += &["## ", title, "\n\n", &problems.to_string(), "\n\n"].concat();
    }
    report
}
