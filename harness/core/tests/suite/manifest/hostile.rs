//! No input panics, and what is refused is refused with a place inside the file.

use harness_core::manifest::parse;
use harness_testkit::proptest;
use harness_testkit::proptest::prelude::*;

use super::TOY;

/// Pieces that are likely to stand where something else is meant.
const PIECES: [&str; 24] = [
    "",
    "0",
    "-1",
    "1e400",
    "nan",
    "inf",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"wr\"",
    "[1, \"a\"]",
    "{ smoke = 1 }",
    "{ a = { b = 1 } }",
    "1979-05-27",
    "9223372036854775807",
    "99999999999999999999",
    "\"é\u{0}\"",
    "'''\n'''",
    "= =",
    "]",
    "}",
    "\r\n",
    "\u{feff}",
];

fn judge(text: &str) {
    if let Err(problems) = parse("toy.toml", text) {
        assert!(!problems.is_empty());
        let lines = text.split('\n').count();
        for problem in &problems {
            assert!((1..=lines).contains(&problem.line), "{problem}");
        }
        assert!(problems.to_string().starts_with("error: "));
    }
}

/// The toy manifest after some lines were deleted, doubled, moved or cut.
fn mutated_lines() -> impl Strategy<Value = String> {
    let count = TOY.lines().count();
    proptest::collection::vec((0..count, 0..count, 0_u8..5), 1..6).prop_map(|edits| {
        let mut lines: Vec<String> = TOY.lines().map(str::to_owned).collect();
        for (at, other, kind) in edits {
            let at = at.min(lines.len() - 1);
            let other = other.min(lines.len() - 1);
            match kind {
                0 if lines.len() > 2 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[other].clone()),
                2 => lines.swap(at, other),
                3 => lines.truncate(at.max(1)),
                _ => {
                    let middle = lines[at].floor_char_boundary(lines[at].len() / 2);
                    lines[at].truncate(middle);
                }
            }
        }
        lines.join("\n")
    })
}

/// The toy manifest with other values behind some keys.
fn mutated_values() -> impl Strategy<Value = String> {
    let keyed: Vec<usize> = TOY
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(" = "))
        .map(|(index, _)| index)
        .collect();
    let edit = (
        proptest::sample::select(keyed),
        proptest::sample::select(&PIECES[..]),
    );
    proptest::collection::vec(edit, 1..4).prop_map(|edits| {
        let mut lines: Vec<String> = TOY.lines().map(str::to_owned).collect();
        for (at, piece) in edits {
            if let Some((key, _)) = lines[at].split_once(" = ") {
                lines[at] = format!("{key} = {piece}");
            }
        }
        lines.join("\n")
    })
}

/// The toy manifest with words of its own in the places of others.
fn mutated_words() -> impl Strategy<Value = String> {
    let words: Vec<&str> = TOY.split_inclusive([' ', '\n', ',']).collect();
    let count = words.len();
    proptest::collection::vec((0..count, 0..count), 1..8).prop_map(move |edits| {
        let mut words = words.clone();
        for (at, other) in edits {
            words[at] = words[other];
        }
        words.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        judge(&text);
    }

    #[test]
    fn any_pieces_of_syntax(pieces in proptest::collection::vec("[\\[\\]{}=\"'#.,a-c0-2é\n ]{0,12}", 0..20)) {
        judge(&pieces.concat());
    }

    #[test]
    fn any_lines(text in mutated_lines()) {
        judge(&text);
    }

    #[test]
    fn any_values(text in mutated_values()) {
        judge(&text);
    }

    #[test]
    fn any_words(text in mutated_words()) {
        judge(&text);
    }

    #[test]
    fn any_cut(at in 0..TOY.len()) {
        judge(&TOY[..TOY.floor_char_boundary(at)]);
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a = ", "}")] {
        let deep = format!("a = {}1{}", open.repeat(5000), close.repeat(5000));
        assert!(parse("deep.toml", &deep).is_err());
    }
}
