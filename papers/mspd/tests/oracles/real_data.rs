//! The hinge loss on the committed data.

use harness_core::Dataset;
use mspd::primal_dual::DualStep;
use mspd::problems::{HINGE_RADIUS, Hinge, LocalFunctions, Split};
use mspd::theory::mspd_bound;

use super::{Network, assert_close, averages, mspd};

fn breast_cancer() -> Dataset {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../datasets/breast-cancer/breast_cancer.csv"
    );
    let text = std::fs::read_to_string(path).expect("the data are committed");
    let numbers = text.lines().skip(1).flat_map(|line| line.split(','));
    Dataset {
        name: "breast-cancer".into(),
        rows: 569,
        columns: 31,
        values: numbers
            .map(|word| word.parse().expect("a number"))
            .collect(),
    }
}

#[test]
fn hinge_loss_of_breast_cancer_data() {
    let dataset = breast_cancer();
    let problem = Hinge::new(&dataset, 8, Split::Iid);
    assert_close(problem.local_lipschitz(), 0.908_942_230_926, 1e-11);
    let sorted = Hinge::new(&dataset, 8, Split::Sorted);
    assert_close(sorted.local_lipschitz(), 0.918_330_533_142, 1e-11);
    let expected = [
        (Network::Complete, 0.028_918_953_4, 0.454_471_115_5),
        (Network::Cycle, 0.046_208_491_3, 0.680_754_411_26),
    ];
    for (on, error, bound) in expected {
        let (mut method, steps) = mspd(&on, &problem, 20, HINGE_RADIUS, DualStep::Safe);
        for _ in 0..20 {
            method.step(&problem);
        }
        assert_close(averages(&problem, &method).mean, error, 1e-7);
        let lipschitz = problem.local_lipschitz();
        let stated = mspd_bound(HINGE_RADIUS, lipschitz, steps.root_gap, 20, 20);
        assert_close(stated, bound, 1e-9);
    }
}
