//! The suite that every paper passes.

#[test]
fn conforms() {
    harness_testkit::conformance::conform(&lpi_gd::PAPER);
}
