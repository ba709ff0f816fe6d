//! What the harness asks of every paper.

#[test]
fn the_paper_conforms() {
    harness_testkit::conform(&sgd_max_margin::PAPER);
}
