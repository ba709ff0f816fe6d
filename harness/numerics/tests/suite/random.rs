use harness_numerics::random::{below, select_front, shuffle, standard_normal, unit};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Chi-squared statistic of counts against equal shares.
fn chi_squared(counts: &[u32]) -> f64 {
    let expected = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
    let excess = counts.iter().map(|count| f64::from(*count) - expected);
    excess.map(|excess| excess * excess / expected).sum()
}

#[test]
fn bounded_integers_are_uniform() {
    let mut generator = ChaCha8Rng::seed_from_u64(1);
    for bound in [1, 2, 3, 7, 8, 30] {
        let mut counts = vec![0; bound as usize];
        for _ in 0..bound * 10_000 {
            counts[below(&mut generator, bound) as usize] += 1;
        }
        let freedom = f64::from(bound - 1);
        assert!(chi_squared(&counts) < freedom + 5.0 * (2.0 * freedom + 1.0).sqrt());
    }
    // A bound above 2³¹ rejects almost half of all words: a biased method would miss its mean.
    let bound = 3 << 30;
    let mean = (0..100_000)
        .map(|_| f64::from(below(&mut generator, bound)))
        .sum::<f64>()
        / 1e5;
    assert!((mean / f64::from(bound) - 0.5).abs() < 5.0 * 0.288_7 / 316.2);
}

#[test]
fn shuffles_and_selections_are_uniform() {
    let mut generator = ChaCha8Rng::seed_from_u64(2);
    let mut shuffles = std::collections::BTreeMap::new();
    let mut pairs = std::collections::BTreeMap::new();
    let mut persistent = [0, 1, 2, 3];
    for _ in 0..24_000 {
        let mut fresh = [0, 1, 2, 3];
        shuffle(&mut generator, &mut fresh);
        *shuffles.entry(fresh).or_insert(0) += 1;
        select_front(&mut generator, &mut persistent, 2);
        *pairs.entry([persistent[0], persistent[1]]).or_insert(0) += 1;
    }
    let counts: Vec<u32> = shuffles.into_values().collect();
    assert_eq!(counts.len(), 24);
    assert!(chi_squared(&counts) < 23.0 + 5.0 * 6.8);
    let counts: Vec<u32> = pairs.into_values().collect();
    assert_eq!(counts.len(), 12);
    assert!(chi_squared(&counts) < 11.0 + 5.0 * 4.7);
}

#[test]
fn normal_numbers_have_the_normal_moments() {
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    let draws: Vec<f64> = (0..200_000)
        .map(|_| standard_normal(&mut generator))
        .collect();
    let moment = |power: i32| {
        let power = |x: &f64| (0..power).fold(1.0, |product, _| product * x);
        draws.iter().map(power).sum::<f64>() / draws.len() as f64
    };
    assert!(moment(1).abs() < 0.012);
    assert!((moment(2) - 1.0).abs() < 0.016);
    assert!(moment(3).abs() < 0.05);
    assert!((moment(4) - 3.0).abs() < 0.12);
    let beyond = draws.iter().filter(|x| x.abs() > 1.959_964).count();
    assert!((beyond as f64 / 2e5 - 0.05).abs() < 0.0025);
}

#[test]
fn unit_numbers_stay_below_one() {
    struct Ones;
    impl rand::TryRng for Ones {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(u32::MAX)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(u64::MAX)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(u8::MAX);
            Ok(())
        }
    }
    assert!(unit(&mut Ones) < 1.0);
    assert_eq!(below(&mut Ones, 7), 6);
}
