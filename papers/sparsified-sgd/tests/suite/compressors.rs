//! Every compressor: bits, means, errors.

use sparsified_sgd::compressors::{
    Compressor, Identity, Message, OneBit, Quantised, RandomK, TopK, index_bits,
};
use sparsified_sgd::methods::kept;

use super::{assert_close, norm, normals, stream};

fn compress(compressor: &mut dyn Compressor, input: &[f64]) -> Message {
    let mut message = Message::default();
    compressor.compress(input, &mut stream(3), &mut message);
    message
}

fn decoded(message: &Message, dimension: usize) -> Vec<f64> {
    let mut out = vec![0.0; dimension];
    message.add_to(1.0, &mut out);
    out
}

fn squared_error(compressor: &mut dyn Compressor, input: &[f64]) -> f64 {
    let mut rest = input.to_vec();
    compress(compressor, input).subtract_from(&mut rest);
    norm(&rest) * norm(&rest)
}

#[test]
fn bits_on_the_wire() {
    let input = normals(1000, 1);
    let bits = |compressor: &mut dyn Compressor| compress(compressor, &input).bits;
    assert_eq!(bits(&mut TopK::new(10)), 420);
    assert_eq!(bits(&mut Identity), 32_000);
    assert_eq!(bits(&mut RandomK::new(10)), 384);
    assert_eq!(bits(&mut RandomK::unbiased(10)), 384);
    assert_eq!(bits(&mut Quantised::new(7)), 4032);
    assert_eq!(bits(&mut Quantised::new(1)), 2032);
    assert_eq!(bits(&mut OneBit), 1064);
    assert_eq!(
        [1, 2, 3, 1024, 1025, 47_236].map(index_bits),
        [0, 1, 2, 10, 11, 16]
    );
    assert_eq!(
        [
            kept(0.1, 2410),
            kept(1.0, 2410),
            kept(0.01, 1000),
            kept(1.0, 47_236)
        ],
        [2, 24, 1, 472]
    );
}

#[test]
fn errors_of_top_k() {
    let equal: Vec<f64> = (0..64)
        .map(|i| if i % 3 == 0 { -2.0 } else { 2.0 })
        .collect();
    let whole = 4.0 * 64.0;
    assert_close(
        squared_error(&mut TopK::new(16), &equal),
        0.75 * whole,
        1e-15,
    );
    let mut sparse = vec![0.0; 64];
    sparse[5] = 1e-9;
    sparse[60] = -3.0;
    assert!(
        squared_error(&mut TopK::new(2), &sparse) <= 0.0,
        "a copy is exact"
    );
    let any = normals(500, 8);
    let square = norm(&any) * norm(&any);
    for kept in [1, 20, 499] {
        let least = squared_error(&mut TopK::new(kept), &any);
        assert!(least <= (1.0 - kept as f64 / 500.0) * square);
        assert!(least <= squared_error(&mut RandomK::new(kept), &any));
    }
}

#[test]
fn random_k_draws_different_coordinates_without_bias() {
    let input = normals(50, 2);
    let mut random = stream(9);
    let mut compressor = RandomK::unbiased(7);
    let mut message = Message::default();
    let mut mean = vec![0.0; 50];
    let draws = 40_000;
    for _ in 0..draws {
        compressor.compress(&input, &mut random, &mut message);
        let mut indices = message.indices.clone();
        indices.sort_unstable();
        indices.dedup();
        assert_eq!(indices.len(), 7);
        message.add_to(1.0 / f64::from(draws), &mut mean);
    }
    for (mean, input) in mean.iter().zip(&input) {
        // A coordinate is sent, n/K times as large, with probability K/n.
        let deviation = input.abs() * ((50.0 / 7.0 - 1.0) / f64::from(draws)).sqrt();
        assert!((mean - input).abs() <= 5.0 * deviation + 1e-12);
    }
}

#[test]
fn quantisation_has_no_bias_and_few_levels() {
    let input = normals(12, 4);
    let length = norm(&input);
    for levels in [1, 7] {
        let mut random = stream(5);
        let mut compressor = Quantised::new(levels);
        let mut message = Message::default();
        let draws = 100_000;
        let (mut sum, mut squares) = (vec![0.0; 12], vec![0.0; 12]);
        for _ in 0..draws {
            compressor.compress(&input, &mut random, &mut message);
            for (place, value) in message.values.iter().enumerate() {
                let level = value.abs() / length * f64::from(levels);
                assert!((level - level.round()).abs() < 1e-9);
                sum[place] += value;
                squares[place] += value * value;
            }
        }
        for place in 0..12 {
            let mean = sum[place] / f64::from(draws);
            let variance = squares[place] / f64::from(draws) - mean * mean;
            let error = (variance / f64::from(draws)).sqrt();
            assert!((mean - input[place]).abs() <= 5.0 * error + 1e-12);
        }
    }
    let zeros = decoded(&compress(&mut Quantised::new(7), &[0.0; 9]), 9);
    assert!(norm(&zeros) <= 0.0);
}

#[test]
fn one_bit_keeps_the_sum() {
    let input = normals(333, 6);
    let sent = decoded(&compress(&mut OneBit, &input), 333);
    assert_close(sent.iter().sum(), input.iter().sum(), 1e-12);
    let mut different = sent.clone();
    different.sort_by(f64::total_cmp);
    different.dedup();
    assert_eq!(different.len(), 2);
    let positive = decoded(&compress(&mut OneBit, &[1.0, 3.0]), 2);
    assert_eq!(positive, [2.0, 2.0]);
}
