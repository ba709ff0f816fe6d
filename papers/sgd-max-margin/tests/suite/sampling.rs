use sgd_max_margin::sampling::{Order, Sampler};

use crate::generator;

fn sampler(order: Order, batch: usize) -> Sampler {
    Sampler::new(order, 12, batch, generator(5))
}

fn is_permutation(indices: &[u32]) -> bool {
    let mut sorted = indices.to_vec();
    sorted.sort_unstable();
    sorted == (0..12).collect::<Vec<u32>>()
}

#[test]
fn orders_without_replacement_use_every_sample_once() {
    for order in [
        Order::Reshuffled,
        Order::ShuffledOnce,
        Order::Cyclic,
        Order::Adversarial,
        Order::FullBatch,
    ] {
        let mut sampler = sampler(order, 3);
        let first = sampler.next_epoch(|i| (i % 5) as f64).to_vec();
        let second = sampler.next_epoch(|i| (i % 5) as f64).to_vec();
        assert!(is_permutation(&first) && is_permutation(&second));
        assert_eq!(first == second, order != Order::Reshuffled, "{order:?}");
    }
}

#[test]
fn adversarial_order_is_by_decreasing_margin_then_index() {
    let mut sampler = sampler(Order::Adversarial, 1);
    let expected = [4, 9, 3, 8, 2, 7, 1, 6, 11, 0, 5, 10];
    assert_eq!(sampler.next_epoch(|i| (i % 5) as f64), expected);
    let reversed: Vec<u32> = (0..12).collect();
    assert_eq!(sampler.next_epoch(|i| -(i as f64)), reversed);
}

#[test]
fn batches_with_replacement_are_distinct_and_uniform() {
    let mut sampler = sampler(Order::WithReplacement, 4);
    let mut counts = [0_u32; 12];
    let mut repeats = 0;
    for _ in 0..5_000 {
        let epoch = sampler.next_epoch(|_| 0.0);
        for batch in epoch.chunks_exact(4) {
            let mut sorted = batch.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 4);
        }
        let mut sorted = epoch.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        repeats += u32::from(sorted.len() < 12);
        for index in epoch {
            counts[*index as usize] += 1;
        }
    }
    assert!(repeats > 4_000, "batches are drawn independently");
    let spread = counts.iter().map(|count| (f64::from(*count) - 5e3).abs());
    assert!(spread.fold(0.0, f64::max) < 5.0 * 71.0);
}

#[test]
fn single_draws_are_independent_of_each_other() {
    let mut sampler = sampler(Order::WithReplacement, 1);
    let mut pairs = vec![0_u32; 144];
    let mut last = 0;
    for _ in 0..20_000 {
        for index in sampler.next_epoch(|_| 0.0) {
            pairs[last * 12 + *index as usize] += 1;
            last = *index as usize;
        }
    }
    let expected = 240_000.0 / 144.0;
    let chi_squared: f64 = pairs
        .iter()
        .map(|count| (f64::from(*count) - expected) * (f64::from(*count) - expected) / expected)
        .sum();
    assert!(chi_squared < 143.0 + 5.0 * 16.9, "{chi_squared}");
}

#[test]
fn a_restored_sampler_goes_on_with_the_same_draws() {
    for order in [
        Order::WithReplacement,
        Order::Reshuffled,
        Order::ShuffledOnce,
    ] {
        for batch in [1, 4] {
            let mut original = sampler(order, batch);
            for _ in 0..17 {
                original.next_epoch(|_| 0.0);
            }
            let mut restored = sampler(order, batch);
            restored.restore(original.state());
            for _ in 0..40 {
                let expected = original.next_epoch(|_| 0.0).to_vec();
                assert_eq!(restored.next_epoch(|_| 0.0), expected, "{order:?} {batch}");
            }
        }
    }
}
