//! Running stored cells again shows whether they still come out the same.

use std::sync::atomic::AtomicBool;

use harness_engine::Options;
use harness_testkit::tempfile::tempdir;

use crate::support::{engine, manifest, misbehave, plan, run_with, walk};

#[test]
fn an_impure_cell_is_found_out_and_the_others_are_not() {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk(), misbehave(&["impure", "fine", "diverged"])]);
    let engine = engine(folder.path());
    run_with(&engine, &manifest);
    let plan = plan(&engine, &manifest);
    let stop = AtomicBool::new(false);
    let found = engine.verify_cache(&plan, 100, "", &Options::new(&stop));
    assert_eq!((found.checked, found.differences.len()), (7, 1));
    let difference = found.differences[0].to_string();
    let expected = "toy/misbehave kind=impure replicate=0: extra: stored 0e0, now 1e0";
    assert_eq!(difference, expected);
    let few = engine.verify_cache(&plan, 2, "salt", &Options::new(&stop));
    assert_eq!(few.checked, 2);
}
