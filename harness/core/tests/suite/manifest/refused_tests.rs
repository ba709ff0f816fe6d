//! Slips in `[[claim.all]]`: statistic, criterion, estimand.

use harness_testkit::insta::assert_snapshot;

use super::{Slip, messages};

/// Slips in how a number is made.
const STATISTICS: &[Slip] = &[
    ("no kind", &[("kind = \"slope\"\n", "")]),
    (
        "an unknown kind",
        &[("kind = \"threshold\"", "kind = \"treshold\"")],
    ),
    (
        "a key of another kind",
        &[(
            "kind = \"threshold\"",
            "kind = \"threshold\"\nwindow = [0, 1]",
        )],
    ),
    (
        "an unknown metric",
        &[("metric = \"loss\"\nagainst", "metric = \"los\"\nagainst")],
    ),
    (
        "a slope of a scalar",
        &[(
            "metric = \"loss\"\nagainst",
            "metric = \"tail-share\"\nagainst",
        )],
    ),
    (
        "a slope against nothing recorded",
        &[("against = \"step\"", "against = \"steps\"")],
    ),
    (
        "a window that is reversed",
        &[("window = [0.1, 1.0]", "window = [1.0, 0.1]")],
    ),
    (
        "a window in steps",
        &[("window = [0.1, 1.0]", "window = [100, 1000]")],
    ),
    (
        "a window of one number",
        &[("window = [0.1, 1.0]", "window = [0.1]")],
    ),
    (
        "a window without two steps",
        &[("window = [0.1, 1.0]", "window = [0.95, 1.0]")],
    ),
    (
        "a window without a step",
        &[
            ("window = [0.5, 1.0]", "window = [0.0, 0.0]"),
            ("from-zero = true", "from-zero = false"),
        ],
    ),
    ("an unknown place", &[("at = \"min\"", "at = \"minimum\"")]),
    (
        "a place with two keys",
        &[("at = { share = 0.5 }", "at = { share = 0.5, step = 2 }")],
    ),
    (
        "a place with an unknown key",
        &[("at = { share = 0.5 }", "at = { shares = 0.5 }")],
    ),
    (
        "a place beyond the run",
        &[("at = { share = 0.5 }", "at = { share = 1.5 }")],
    ),
    (
        "a place of a scalar",
        &[(
            "metric = \"tail-share\"\nwhere = { data = \"asym\", s",
            "metric = \"tail-share\"\nat = \"max\"\nwhere = { data = \"asym\", s",
        )],
    ),
    (
        "a step that is not recorded",
        &[("at = { step = 100 }", "at = { step = 99 }")],
    ),
    (
        "a step beyond smoke",
        &[("at = { ratio-from = 10 }", "at = { ratio-from = 1000 }")],
    ),
    (
        "an unknown combination",
        &[("combine = \"median\"", "combine = \"medium\"")],
    ),
    (
        "a bound on no side",
        &[("side = \"upper\"", "side = \"above\"")],
    ),
    (
        "a bound that is not recorded",
        &[("bound = \"loss-bound\"", "bound = \"loss-bond\"")],
    ),
    (
        "a scalar against a curve",
        &[("metric = \"loss\"\nbound", "metric = \"tail-share\"\nbound")],
    ),
    ("a bound without slack", &[("slack = 1e-12\n", "")]),
    (
        "a trend of one point",
        &[("points = [0.01, 0.1, 1.0]", "points = [1.0]")],
    ),
    (
        "a trend along nothing",
        &[("points = [0.01, 0.1, 1.0]\n", "")],
    ),
    (
        "a trend along a word",
        &[
            ("axis = \"samples\"", "axis = \"data\""),
            (
                "each = [\"sampler\"]\nestimand = \"mean\"",
                "each = [\"samples\"]\nestimand = \"mean\"",
            ),
        ],
    ),
    (
        "an unknown outcome",
        &[("is = \"diverged\"", "is = \"diverges\"")],
    ),
    (
        "an unknown comparison",
        &[("compare = \"log-ratio\"", "compare = \"log\"")],
    ),
];

#[test]
fn statistics() {
    assert_snapshot!("statistics", messages(STATISTICS));
}

/// Slips in what the number must be, and over which replicates.
const CRITERIA: &[Slip] = &[
    ("no criterion", &[("within = [-1.1, -0.9]\n", "")]),
    (
        "two criteria",
        &[("within = [-1.1, -0.9]", "at-least = -1.1\nat-most = -0.9")],
    ),
    (
        "an impossible interval",
        &[("within = [-1.1, -0.9]", "within = [-0.9, -1.1]")],
    ),
    (
        "an interval of three",
        &[("within = [-1.1, -0.9]", "within = [-1.1, -1.0, -0.9]")],
    ),
    ("not a number", &[("below = 0.1", "below = nan")]),
    ("infinitely much", &[("at-most = 0.5", "at-most = inf")]),
    ("words", &[("at-most = 0.5", "at-most = \"0.5\"")]),
    ("no tolerance", &[("relative = 1e-6\n", "")]),
    (
        "a negative tolerance",
        &[("absolute = 1e-6", "absolute = -1e-6")],
    ),
    (
        "a relative tolerance around zero",
        &[("absolute = 1e-6", "relative = 1e-6")],
    ),
    (
        "an outcome that cannot be",
        &[("at-least = 1\n", "at-least = 2\n")],
    ),
    (
        "an outcome that cannot fail",
        &[("at-least = 1\n", "at-least = 0\n")],
    ),
    (
        "the spread of outcomes",
        &[(
            "combine = \"min\"\nestimand = \"surely\"",
            "combine = \"spread\"\nestimand = \"surely\"",
        )],
    ),
    ("no estimand", &[("estimand = \"median\"\n", "")]),
    (
        "an unknown estimand",
        &[("estimand = \"median\"", "estimand = \"medium\"")],
    ),
    (
        "an estimand that is a number",
        &[("estimand = { share = 0.5 }", "estimand = 0.5")],
    ),
    (
        "an unknown share",
        &[("estimand = { share = 0.5 }", "estimand = { shore = 0.5 }")],
    ),
    (
        "a share of everything",
        &[("estimand = { share = 0.5 }", "estimand = { share = 1.0 }")],
    ),
    (
        "too few replicates for a median",
        &[("quick = 10, paper = 20", "quick = 5, paper = 20")],
    ),
    (
        "too few replicates for a share",
        &[("estimand = { share = 0.5 }", "estimand = { share = 0.9 }")],
    ),
    (
        "a share that cannot be refuted",
        &[("estimand = { share = 0.5 }", "estimand = { share = 0.05 }")],
    ),
];

#[test]
fn criteria() {
    assert_snapshot!("criteria", messages(CRITERIA));
}
