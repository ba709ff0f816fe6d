//! Slips in `[[experiment]]`.

use harness_testkit::insta::assert_snapshot;

use super::messages;

#[test]
fn grid() {
    let report = messages(&[
        ("an axis without values", &[("batch = 1", "batch = []")]),
        (
            "an axis value twice",
            &[("batch = 1", "batch = [1, 2, 1.0]")],
        ),
        ("a value that is infinite", &[("batch = 1", "batch = inf")]),
        (
            "a value that is a date",
            &[("batch = 1", "batch = 2020-01-01")],
        ),
        (
            "a value with a space",
            &[("[\"wr\", \"rr\"]\nbatch", "[\"wr rr\"]\nbatch")],
        ),
        ("a number in quotes", &[("batch = 1", "batch = \"1\"")]),
        ("a name with capitals", &[("batch = 1", "Batch_Size = 1")]),
        ("a reserved name", &[("batch = 1", "replicate = 1")]),
        (
            "no value for smoke",
            &[("epochs = { smoke = 100, quick", "epochs = { quick")],
        ),
        (
            "an unknown size",
            &[(
                "epochs = { smoke = 100, quick",
                "epochs = { smoke = 100, quik",
            )],
        ),
        (
            "an axis of grid and cases",
            &[("data = \"asym\"", "batch = 3\ndata = \"asym\"")],
        ),
        ("cases with other keys", &[("dimension = 4", "dim = 4")]),
        (
            "a case twice",
            &[(
                "data = \"iris\"\ndimension = 4",
                "data = \"asym\"\ndimension = 2.0",
            )],
        ),
        (
            "a case without axes",
            &[
                ("data = \"asym\"\ndimension = 2\n", ""),
                ("data = \"iris\"\ndimension = 4\n", ""),
            ],
        ),
        (
            "a grid too large to be meant",
            &[(
                "batch = 1",
                "batch = [1,2,3,4,5,6,7,8,9,10]\na = [1,2,3,4,5,6,7,8,9,10]\nb = [1,2,3,4,5,6,7,8,9,10]\nc = [1,2,3,4,5,6,7,8,9,10]\nd = [1,2,3,4,5,6,7,8,9,10]",
            )],
        ),
        (
            "no replicates",
            &[("{ smoke = 2, quick = 10, paper = 20 }", "0")],
        ),
        (
            "half a replicate",
            &[("smoke = 2, quick = 10", "smoke = 2, quick = 10.5")],
        ),
    ]);
    assert_snapshot!("grid", report);
}

#[test]
fn recording() {
    let report = messages(&[
        (
            "an experiment twice",
            &[("name = \"divergence\"", "name = \"rates\"")],
        ),
        (
            "no schedule",
            &[(
                "record = { per-decade = 10, until = \"epochs\", from-zero = true }\n",
                "",
            )],
        ),
        (
            "a schedule for nothing",
            &[(
                "scalars = { \"last-norm\"",
                "record = { every = 1, until = \"fast\" }\nscalars = { \"last-norm\"",
            )],
        ),
        (
            "two spacings",
            &[("per-decade = 10,", "per-decade = 10, every = 3,")],
        ),
        ("no spacing", &[("per-decade = 10,", "")]),
        ("a spacing of zero", &[("per-decade = 10,", "every = 0,")]),
        (
            "an unknown last step",
            &[("until = \"epochs\"", "until = \"epoch\"")],
        ),
        (
            "a last step in words",
            &[("until = \"epochs\"", "until = \"sampler\"")],
        ),
        (
            "a last step of zero",
            &[("epochs = { smoke = 100", "epochs = { smoke = 0")],
        ),
        (
            "a last step with a fraction",
            &[("paper = 1e5, large", "paper = 0.5, large")],
        ),
        (
            "too many steps",
            &[
                ("per-decade = 10,", "every = 1,"),
                ("large = 1e6", "large = 1e9"),
            ],
        ),
        (
            "nothing recorded",
            &[("scalars = { \"last-norm\" = \"‖w‖ at the end\" }\n", "")],
        ),
        (
            "a metric recorded twice",
            &[(
                "scalars = { tail-share",
                "scalars = { loss = \"again\", tail-share",
            )],
        ),
        (
            "a metric called step",
            &[("distance = \"‖w − w*‖\" }", "step = \"no\" }")],
        ),
        (
            "a metric without description",
            &[("loss = \"L(w)\"", "loss = \"\"")],
        ),
        (
            "a stream with a paired axis",
            &[(
                "noise = [\"data\", \"batch\"]",
                "noise = [\"data\", \"sampler\"]",
            )],
        ),
        (
            "a stream with an unknown axis",
            &[("noise = [\"data\", \"batch\"]", "noise = [\"dota\"]")],
        ),
        (
            "a stream of no scope",
            &[("instance = \"paper\"", "instance = \"papers\"")],
        ),
        (
            "a stream with no axes",
            &[("noise = [\"data\", \"batch\"]", "noise = []")],
        ),
        (
            "an unknown paired axis",
            &[("paired = [\"sampler\"]", "paired = [\"sample\"]")],
        ),
        (
            "a data set twice",
            &[("datasets = [\"iris\"]", "datasets = [\"iris\", \"iris\"]")],
        ),
    ]);
    assert_snapshot!("recording", report);
}

#[test]
fn figures_and_tables() {
    let report = messages(&[
        ("an id twice", &[("id = \"distance\"", "id = \"loss\"")]),
        ("an unknown metric", &[("y = \"loss\"", "y = \"lost\"")]),
        (
            "a scalar over steps",
            &[("y = \"loss\"", "y = \"tail-share\"")],
        ),
        ("an unknown x", &[("x = \"step\"", "x = \"stop\"")]),
        (
            "an x of another form",
            &[("x = \"axis:samples\"", "x = \"ax:samples\"")],
        ),
        (
            "an unknown x axis",
            &[("x = \"axis:samples\"", "x = \"axis:sample\"")],
        ),
        (
            "an x axis of words",
            &[
                ("x = \"axis:samples\"", "x = \"axis:sampler\""),
                (
                    "series = [\"sampler\", \"data\"]",
                    "series = [\"samples\", \"data\"]",
                ),
            ],
        ),
        (
            "an x axis without logarithm",
            &[(
                "samples = { smoke = [10, 20]",
                "samples = { smoke = [0, 10]",
            )],
        ),
        (
            "an unknown scale",
            &[("y-scale = \"linear\"", "y-scale = \"lin\"")],
        ),
        (
            "an unknown series",
            &[("series = [\"sampler\"]", "series = [\"smapler\"]")],
        ),
        (
            "an axis as series and panels",
            &[("panels = \"data\"", "panels = \"sampler\"")],
        ),
        (
            "several cells in one line",
            &[(
                "series = [\"sampler\"]\npanels = \"data\"\nwhere = { samples = 10 }",
                "series = [\"sampler\"]",
            )],
        ),
        (
            "an unknown overlay",
            &[("overlays = { loss-bound", "overlays = { lossbound")],
        ),
        (
            "an unknown key in where",
            &[("where = { samples = 10 }", "where = { sample = 10 }")],
        ),
        (
            "a table of nothing",
            &[("metrics = [\"loss\", \"tail-share\"]", "metrics = []")],
        ),
        (
            "a table of unknown metrics",
            &[(
                "metrics = [\"loss\", \"tail-share\"]",
                "metrics = [\"loss\", \"tailshare\"]",
            )],
        ),
        (
            "a table of no cells",
            &[(
                "where = { data = [\"asym\", \"iris\"] }",
                "where = { data = \"asym\", dimension = 4 }",
            )],
        ),
    ]);
    assert_snapshot!("figures_and_tables", report);
}
