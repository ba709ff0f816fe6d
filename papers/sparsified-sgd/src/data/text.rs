//! Sparse rows like those of a news corpus.

use harness_numerics::{elementary, random};
use rand_chacha::ChaCha8Rng;

use super::csr::Csr;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextShape {
    /// n: number of terms.
    pub terms: usize,
    /// m: number of documents.
    pub documents: usize,
    /// Mean number of words in a document, at least 1.
    pub length: f64,
}

/// Documents whose words are drawn with probability ∝ 1/(j + 10)^1.1, one more than a Poisson
/// number of them, weighted by (1 + ln tf) ln((1 + m)/(1 + df)) and scaled to unit rows; with
/// labels from a random linear model: z = Aw with w normal, centred by its median and scaled by its
/// deviation, y = +1 with probability σ(4z).
pub fn text_like(shape: &TextShape, random: &mut ChaCha8Rng) -> (Csr, Vec<f64>) {
    let mut total = 0.0;
    let cumulative: Vec<f64> = (0..shape.terms)
        .map(|term| {
            total += libm::pow(term as f64 + 10.0, -1.1);
            total
        })
        .collect();
    let mut counts: Vec<Vec<(u32, u32)>> = Vec::with_capacity(shape.documents);
    let mut document_frequency = vec![0_u32; shape.terms];
    let mut words = Vec::new();
    for _ in 0..shape.documents {
        let length = 1 + poisson(shape.length - 1.0, random);
        words.clear();
        for _ in 0..length {
            let target = random::unit(random) * total;
            let term = cumulative.partition_point(|weight| *weight <= target);
            words.push(term.min(shape.terms - 1) as u32);
        }
        words.sort_unstable();
        let runs = words.chunk_by(|a, b| a == b);
        let terms: Vec<(u32, u32)> = runs.map(|run| (run[0], run.len() as u32)).collect();
        for (term, _) in &terms {
            document_frequency[*term as usize] += 1;
        }
        counts.push(terms);
    }
    let documents = shape.documents as f64;
    let rarity = |term: u32| {
        let frequency = f64::from(document_frequency[term as usize]);
        libm::log((1.0 + documents) / (1.0 + frequency))
    };
    let mut features = Csr::new(shape.terms);
    let mut row = Vec::new();
    for terms in &counts {
        row.clear();
        row.extend(terms.iter().map(|(term, count)| {
            let weight = (1.0 + libm::log(f64::from(*count))) * rarity(*term);
            (*term, weight)
        }));
        // The columns ascend: the words were sorted.
        let pushed = features.push(&row);
        debug_assert!(pushed.is_ok());
    }
    features.normalise_rows();
    let labels = labels(&features, random);
    (features, labels)
}

fn labels(features: &Csr, random: &mut ChaCha8Rng) -> Vec<f64> {
    let model: Vec<f64> = (0..features.columns)
        .map(|_| random::standard_normal(random))
        .collect();
    let scores: Vec<f64> = (0..features.rows())
        .map(|row| features.dot(row, &model))
        .collect();
    let mut sorted = scores.clone();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) {
        0.5 * (sorted[middle - 1] + sorted[middle])
    } else {
        sorted[middle]
    };
    let count = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / count;
    let squares = scores.iter().map(|score| (score - mean) * (score - mean));
    let deviation = (squares.sum::<f64>() / count).sqrt();
    let label = |score: &f64| {
        let probability = elementary::sigmoid(4.0 * (score - median) / deviation);
        if random::unit(random) < probability {
            1.0
        } else {
            -1.0
        }
    };
    scores.iter().map(label).collect()
}

/// Knuth's product of uniform numbers; for means up to some hundreds.
fn poisson(mean: f64, random: &mut ChaCha8Rng) -> u32 {
    let limit = libm::exp(-mean);
    let mut product = random::unit(random);
    let mut count = 0;
    while product > limit {
        product *= random::unit(random);
        count += 1;
    }
    count
}
