//! What the demonstration experiments compute, and the suite that every paper passes.

mod ols;
mod program;
mod tiny;

#[test]
fn conforms() {
    harness_testkit::conform(&harness_demo::PAPER);
}
