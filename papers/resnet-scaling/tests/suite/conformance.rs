//! The suite that every paper passes.

use resnet_scaling::PAPER;

#[test]
fn conforms() {
    harness_testkit::conformance::conform(&PAPER);
}
