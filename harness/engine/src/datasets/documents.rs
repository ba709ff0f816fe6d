//! Word counts of a folder of text files.

use std::collections::{BTreeMap, BTreeSet};

use super::meta::DataFile;

/// Text files by path below the data file's folder, sorted; a path is `class/file`.
pub(super) type Documents = BTreeMap<String, Vec<u8>>;

/// Documents that must hold a word for it to be a term.
const LEAST_DOCUMENTS: usize = 2;

/// Rows (document, term, count, class), sorted by document and term, all numbered from 0.
///
/// A word is a run of at least two letters a to z, whatever their case; every other byte ends it.
/// A term is a word of at least two documents; terms are numbered in alphabetical order, documents
/// by path and classes by name.
///
/// # Errors
/// A document that is in no class or holds no term, or another number of rows than declared.
pub(super) fn parse(documents: &Documents, file: &DataFile) -> Result<Vec<f64>, String> {
    let mut counts = Vec::with_capacity(documents.len());
    let mut documents_with: BTreeMap<String, usize> = BTreeMap::new();
    let mut classes = BTreeSet::new();
    for (path, text) in documents {
        let Some((class, _)) = path.split_once('/') else {
            return Err(format!("`{path}` is in no folder, so it has no class"));
        };
        classes.insert(class);
        let words = words(text);
        for word in words.keys() {
            *documents_with.entry(word.clone()).or_default() += 1;
        }
        counts.push((path, class, words));
    }
    let numbered = |(number, name)| (name, number as f64);
    let terms: BTreeMap<&str, f64> = documents_with
        .iter()
        .filter(|(_, documents)| **documents >= LEAST_DOCUMENTS)
        .map(|(word, _)| word.as_str())
        .enumerate()
        .map(numbered)
        .collect();
    let classes: BTreeMap<&str, f64> = classes.into_iter().enumerate().map(numbered).collect();
    let mut values = Vec::with_capacity(file.rows * 4);
    for (document, (path, class, words)) in counts.iter().enumerate() {
        let before = values.len();
        for (word, count) in words {
            if let Some(term) = terms.get(word.as_str()) {
                values.extend([document as f64, *term, f64::from(*count), classes[class]]);
            }
        }
        if values.len() == before {
            return Err(format!(
                "`{path}` shares no word with any other document, so no row would stand for it"
            ));
        }
    }
    if values.len() == file.rows * 4 {
        Ok(values)
    } else {
        Err(format!(
            "{} word counts, expected {}",
            values.len() / 4,
            file.rows
        ))
    }
}

fn words(text: &[u8]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for run in text.split(|byte| !byte.is_ascii_alphabetic()) {
        if run.len() >= 2 {
            let word = String::from_utf8_lossy(run).to_ascii_lowercase();
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}
