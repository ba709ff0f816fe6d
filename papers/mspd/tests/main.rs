//! The mathematics against published numbers, and every experiment at its smallest size.

mod cells;
mod oracles;

#[test]
fn the_paper_conforms() {
    harness_testkit::conform(&mspd::PAPER);
}
