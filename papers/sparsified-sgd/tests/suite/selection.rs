//! Selection against sorting everything.

use harness_testkit::proptest::prelude::*;
use sparsified_sgd::selection::Selector;

fn by_sorting(values: &[f64], kept: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|a, b| {
        let size = |index: &u32| values[*index as usize].abs();
        size(b).total_cmp(&size(a)).then(a.cmp(b))
    });
    order.truncate(kept);
    order.sort_unstable();
    order
}

/// Few different magnitudes, so that ties are the rule.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-3_i8..=3).prop_map(f64::from),
        Just(-0.0),
        -1.0..1.0_f64,
        Just(f64::NAN),
        Just(f64::INFINITY),
    ]
}

proptest! {
    #[test]
    fn any_vectors_one_after_another(
        vectors in prop::collection::vec(prop::collection::vec(value(), 1..200), 1..4),
        kept in 0_usize..220,
    ) {
        let mut selector = Selector::new();
        let mut chosen = Vec::new();
        for values in &vectors {
            selector.select(values, kept, &mut chosen);
            prop_assert_eq!(&chosen, &by_sorting(values, kept));
        }
    }
}

#[test]
fn long_vectors_take_the_sampled_threshold() {
    let mut selector = Selector::new();
    let mut chosen = Vec::new();
    for (seed, length, kept) in [
        (1, 5000, 50),
        (2, 20_000, 20),
        (3, 20_000, 19_999),
        (4, 9000, 1),
    ] {
        let mut values = super::normals(length, seed);
        selector.select(&values, kept, &mut chosen);
        assert_eq!(chosen, by_sorting(&values, kept));
        // Mostly zeros, and a scale at which the last threshold is useless.
        for (place, value) in values.iter_mut().enumerate() {
            *value *= if place % 97 == 0 { 1e-6 } else { 0.0 };
        }
        selector.select(&values, kept, &mut chosen);
        assert_eq!(chosen, by_sorting(&values, kept));
    }
}
