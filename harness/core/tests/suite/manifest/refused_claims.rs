//! Slips in `[[claim]]` and `[[claim.ablation]]`, and in what a test selects.

use harness_testkit::insta::assert_snapshot;

use super::{Slip, messages};

/// Slips in a claim itself.
const CLAIMS: &[Slip] = &[
    ("an id twice", &[("id = \"C2\"", "id = \"C1\"")]),
    ("an id with a space", &[("id = \"C3\"", "id = \"C 3\"")]),
    (
        "an unknown weight",
        &[("weight = \"headline\"", "weight = \"headlines\"")],
    ),
    (
        "no criterion of the sheet",
        &[("sheet = \"slope −1 ± 0.1\"\n", "")],
    ),
    (
        "no reason for the tolerance",
        &[("tolerance = \"Rounding.\"\n", "")],
    ),
    (
        "no test",
        &[(
            "untested = \"The data are not public.\"",
            "tolerance = \"None.\"\nno-ablation = \"None.\"",
        )],
    ),
    (
        "no ablation and no reason",
        &[("no-ablation = \"A statement of fact.\"\n", "")],
    ),
    (
        "an ablation and a reason",
        &[(
            "tolerance = \"The fit is over four decades.\"",
            "tolerance = \"The fit.\"\nno-ablation = \"None.\"",
        )],
    ),
    (
        "an untested claim with a test",
        &[(
            "no-ablation = \"The small step is the control.\"",
            "untested = \"no\"",
        )],
    ),
    (
        "a test name twice",
        &[("name = \"closed form\"", "name = \"small\"")],
    ),
    (
        "no experiment",
        &[("experiment = \"divergence\"\nwhere", "where")],
    ),
    (
        "an unknown experiment",
        &[(
            "experiment = \"divergence\"",
            "experiment = \"divergences\"",
        )],
    ),
    (
        "no claims",
        &[
            ("[[claim]]", "[[claims]]"),
            ("[[claim]]", "[[claims]]"),
            ("[[claim]]", "[[claims]]"),
            ("[[claim]]", "[[claims]]"),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("[[claim.", "[[claims."),
            ("claims = [\"C1\", \"C2\"]\n", ""),
        ],
    ),
];

#[test]
fn claims() {
    assert_snapshot!("claims", messages(CLAIMS));
}

/// Slips in `[[claim.ablation]]`.
const ABLATIONS: &[Slip] = &[
    (
        "a name twice",
        &[("name = \"large batch\"", "name = \"frozen\"")],
    ),
    (
        "an unknown axis",
        &[("set = { batch = 8 }", "set = { bacth = 8 }")],
    ),
    (
        "an unknown axis in where",
        &[(
            "set = { sampler = \"frozen\" }\nwhere = { data",
            "set = { sampler = \"frozen\" }\nwhere = { dota",
        )],
    ),
    (
        "an unknown value in where",
        &[(
            "set = { sampler = \"frozen\" }\nwhere = { data = \"asym\"",
            "set = { sampler = \"frozen\" }\nwhere = { data = \"asim\"",
        )],
    ),
    (
        "nothing changed",
        &[("set = { batch = 8 }", "set = { batch = 1 }")],
    ),
    ("nothing set", &[("set = { batch = 8 }", "set = {}")]),
    (
        "a last step of zero",
        &[("set = { batch = 8 }", "set = { epochs = 0 }")],
    ),
    (
        "an unknown experiment",
        &[(
            "experiment = \"rates\"\nbecause",
            "experiment = \"rate\"\nbecause",
        )],
    ),
    (
        "an experiment that the claim does not read",
        &[(
            "experiment = \"rates\"\nbecause",
            "experiment = \"divergence\"\nbecause",
        )],
    ),
    (
        "no reason",
        &[("because = \"The noise is averaged out.\"\n", "")],
    ),
];

#[test]
fn ablations() {
    assert_snapshot!("ablations", messages(ABLATIONS));
}

/// Slips in what a test reads.
const SELECTIONS: &[Slip] = &[
    (
        "an unknown axis",
        &[(
            "where = { samples = 10 }\neach",
            "where = { simples = 10 }\neach",
        )],
    ),
    (
        "an unknown word",
        &[(
            "where = { data = \"asym\" }\neach = [\"sampler\"]\nestimand = \"median\"",
            "where = { data = \"asymm\" }\neach = [\"sampler\"]\nestimand = \"median\"",
        )],
    ),
    (
        "a value that some size lacks",
        &[(
            "where = { samples = 10 }\neach",
            "where = { samples = 40 }\neach",
        )],
    ),
    (
        "values that no case has together",
        &[(
            "where = { samples = 10 }\neach",
            "where = { samples = 10, data = \"iris\", dimension = 2 }\neach",
        )],
    ),
    (
        "an unknown axis to range over",
        &[(
            "each = [\"sampler\", \"data\"]",
            "each = [\"samplers\", \"data\"]",
        )],
    ),
    (
        "an axis to range over twice",
        &[(
            "each = [\"sampler\", \"data\"]",
            "each = [\"sampler\", \"sampler\"]",
        )],
    ),
    (
        "several cells read as one",
        &[(
            "where = { samples = 10 }\neach = [\"sampler\", \"data\"]",
            "each = [\"data\"]",
        )],
    ),
    (
        "several cells read as one on a side",
        &[(
            "combine = \"mean\"\nnumerator",
            "combine = \"only\"\nnumerator",
        )],
    ),
    (
        "several cells at each point of an axis",
        &[(
            "where = { data = \"asym\" }\neach = [\"sampler\"]\nestimand = \"median\"",
            "each = [\"sampler\"]\nestimand = \"median\"",
        )],
    ),
    (
        "an axis of one value",
        &[("smoke = [10, 20], quick", "smoke = 10, quick")],
    ),
    (
        "an axis ranged over and run along",
        &[(
            "each = [\"sampler\"]\nestimand = \"median\"",
            "each = [\"sampler\", \"samples\"]\nestimand = \"median\"",
        )],
    ),
    (
        "an unknown side",
        &[(
            "numerator = { sampler = \"wr\" }",
            "numerator = { sampler = \"wrr\" }",
        )],
    ),
    (
        "two equal sides",
        &[(
            "numerator = { sampler = \"wr\" }",
            "numerator = { sampler = \"rr\" }",
        )],
    ),
    (
        "a side that is ranged over",
        &[(
            "compare = \"log-ratio\"\neach = [\"data\"]",
            "compare = \"log-ratio\"\neach = [\"sampler\"]",
        )],
    ),
    (
        "a side outside the selection",
        &[(
            "compare = \"log-ratio\"",
            "compare = \"log-ratio\"\nwhere = { sampler = \"rr\" }",
        )],
    ),
    (
        "a side without axes",
        &[("numerator = { sampler = \"wr\" }", "numerator = {}")],
    ),
];

#[test]
fn selections() {
    assert_snapshot!("selections", messages(SELECTIONS));
}
