//! Cost of a step of stochastic gradient descent. Each iteration makes 1000 sample steps, so
//! microseconds an iteration are nanoseconds a step; `chains` divides by the number of chains too.

use harness_testkit::criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sgd_max_margin::gradient_descent::HeavyBall;
use sgd_max_margin::instances::{asymmetric_fixed, planted};
use sgd_max_margin::losses::Loss;
use sgd_max_margin::points::Points;
use sgd_max_margin::sampling::{Order, Sampler};
use sgd_max_margin::sgd::Sgd;

fn generator() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(1)
}

fn steps(criterion: &mut Criterion) {
    let flat = asymmetric_fixed();
    let deep = planted(10, 30, &mut generator());
    let wide = planted(64, 360, &mut generator());
    let shapes: [(&str, &Points, usize); 3] =
        [("d=2", &flat, 1), ("d=10", &deep, 1), ("d=64", &wide, 1)];
    let mut group = criterion.benchmark_group("sgd-max-margin/sample-step [1 exp]");
    for (name, points, batch) in shapes {
        for (order_name, order) in [
            ("with-replacement", Order::WithReplacement),
            ("cyclic", Order::Cyclic),
            ("adversarial", Order::Adversarial),
        ] {
            let sampler = Sampler::new(order, points.count(), batch, generator());
            let start = [vec![0.0; points.dimension()]];
            let mut run = Sgd::new(points, Loss::Logistic, 0.05, sampler, &start);
            let epochs = 1440 / points.count() as u64;
            group.throughput(Throughput::Elements(epochs * points.count() as u64));
            group.bench_function(format!("{name}/{order_name}"), |bencher| {
                bencher.iter(|| run.advance(epochs));
            });
        }
    }
    for chains in [3, 4] {
        let sampler = Sampler::new(Order::WithReplacement, 8, 1, generator());
        let starts = vec![vec![0.0; 2]; chains];
        let mut run = Sgd::new(&flat, Loss::Logistic, 0.05, sampler, &starts);
        group.throughput(Throughput::Elements(1440 * chains as u64));
        group.bench_function(format!("d=2/with-replacement/{chains}-chains"), |bencher| {
            bencher.iter(|| run.advance(180));
        });
    }
    let sampler = Sampler::new(Order::WithReplacement, 30, 5, generator());
    let mut run = Sgd::new(&deep, Loss::Logistic, 0.05, sampler, &[vec![0.0; 10]]);
    group.throughput(Throughput::Elements(1440));
    group.bench_function("d=10/with-replacement/batch-5", |bencher| {
        bencher.iter(|| run.advance(48));
    });
    let mut run = HeavyBall::new(&flat, Loss::Logistic, 0.05, 0.0, &[0.0, 0.0]);
    group.bench_function("d=2/gradient-descent", |bencher| {
        bencher.iter(|| run.advance(180));
    });
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
