//! Slips in the form of the file, its keys and `[paper]`.

use harness_core::manifest::parse;
use harness_testkit::insta::assert_snapshot;

use super::{TOY, messages};

#[test]
fn form() {
    let report = messages(&[
        ("not TOML", &[("year = 2020", "year = = 2020")]),
        (
            "a string without its end",
            &[("\"Theorem 1\"", "\"Theorem 1")],
        ),
        (
            "a key twice",
            &[("year = 2020", "year = 2020\nyear = 2021")],
        ),
        ("no schema", &[("schema = 1\n", "")]),
        ("another schema", &[("schema = 1", "schema = 2")]),
        ("a schema in words", &[("schema = 1", "schema = \"one\"")]),
        ("an unknown table", &[("[[deviation]]", "[[deviaton]]")]),
        (
            "a table instead of an array",
            &[
                ("[[deviation]]\nid = \"D1\"", "[deviation]\nid = \"D1\""),
                ("[[deviation]]", "[[deviations]]"),
            ],
        ),
    ]);
    assert_snapshot!("form", report);
}

#[test]
fn empty_files_say_what_is_missing() {
    let problems = parse("empty.toml", "").expect_err("nothing is there");
    assert_snapshot!("empty", problems.to_string());
}

#[test]
fn paper() {
    let report = messages(&[
        (
            "a slug with capitals",
            &[("slug = \"toy\"", "slug = \"Toy Paper\"")],
        ),
        ("a misspelt key", &[("venue =", "vanue =")]),
        ("an empty title", &[("\"A toy paper\"", "\" \"")]),
        ("no authors", &[("[\"Toy Author\"]", "[]")]),
        ("an author alone", &[("[\"Toy Author\"]", "\"Toy Author\"")]),
        ("a year in words", &[("year = 2020", "year = \"2020\"")]),
        ("a year that is none", &[("year = 2020", "year = 20.5")]),
        (
            "a link that is no text",
            &[("arxiv = \"2000.00000\"", "arxiv = 2000.0")],
        ),
        (
            "links that are no table",
            &[("{ arxiv = \"2000.00000\" }", "\"2000.00000\"")],
        ),
    ]);
    assert_snapshot!("paper", report);
}

#[test]
fn deviations() {
    let report = messages(&[
        (
            "an unknown claim",
            &[("claims = [\"C1\", \"C2\"]", "claims = [\"C1\", \"C22\"]")],
        ),
        (
            "a claim twice",
            &[("claims = [\"C1\", \"C2\"]", "claims = [\"C1\", \"C1\"]")],
        ),
        ("an id twice", &[("id = \"D2\"", "id = \"D1\"")]),
        ("nothing said", &[("says = \"Fewer epochs.\"", "")]),
    ]);
    assert_snapshot!("deviations", report);
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let slips = [
        ("year = 2020", "yaer = 2020"),
        ("series = [\"sampler\"]", "series = [\"smapler\"]"),
        ("weight = \"headline\"", "weight = \"heading\""),
        ("within = [-1.1, -0.9]", "within = [-0.9, -1.1]"),
        (
            "finding = \"The batch does not matter here.\"",
            "findings = \"\"",
        ),
        ("id = \"D2\"", "id = \"D1\""),
    ];
    let mut text = TOY.to_owned();
    for (old, new) in slips {
        text = text.replacen(old, new, 1);
    }
    let problems = parse("toy.toml", &text).expect_err("six slips");
    let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert!(lines.is_sorted());
    // The misspelt key is both unknown and missing.
    assert_eq!(problems.len(), slips.len() + 1, "{problems}");
}
