use sgd_max_margin::descent::{one_epoch, one_step};
use sgd_max_margin::instances::asymmetric_fixed;
use sgd_max_margin::losses::Loss;
use sgd_max_margin::sampling::{Order, Sampler};
use sgd_max_margin::sgd::Sgd;

use crate::{close, generator};

const CONSTANTS: (f64, f64, f64) = (0.25, 8.080_925_669_7, std::f64::consts::SQRT_2);

#[test]
fn expected_loss_after_one_step() {
    let points = asymmetric_fixed();
    let descent = one_step(&points, Loss::Logistic, CONSTANTS, 0.003, &[0.3, -0.2]);
    assert!(close(descent.before, 5.315_993_526_442_934, 1e-14));
    assert!(close(descent.after, 5.276_629_598_558_937, 1e-14));
    let bound = descent.before - descent.claimed;
    assert!(close(bound, 5.315_712_290_798_148, 1e-11), "{bound}");
    assert!(!descent.violates(1.0) && descent.violates(1e3));
}

#[test]
fn an_epoch_is_what_stochastic_gradient_descent_does() {
    let points = asymmetric_fixed();
    let order = [3, 1, 4, 0, 5, 7, 2, 6];
    let descent = one_epoch(
        &points,
        Loss::Logistic,
        CONSTANTS,
        0.0003,
        &order,
        &[0.3, -0.2],
    );
    let cyclic: [u32; 8] = std::array::from_fn(|i| i as u32);
    let other = one_epoch(
        &points,
        Loss::Logistic,
        CONSTANTS,
        0.0003,
        &cyclic,
        &[0.3, -0.2],
    );
    assert!(other.claimed.to_bits() == descent.claimed.to_bits());
    assert!(other.after.to_bits() != descent.after.to_bits());
    let sampler = Sampler::new(Order::Cyclic, 8, 1, generator(0));
    let mut run = Sgd::new(&points, Loss::Logistic, 0.0003, sampler, &[vec![0.3, -0.2]]);
    run.advance(1);
    let after = Loss::Logistic.total(&points.margins(&run.chains()[0].weights));
    assert!(close(other.after, after, 1e-14));
    assert!(descent.claimed > 0.0 && descent.ratio() > 1.0);
}
