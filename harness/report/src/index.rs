//! `reports/README.md`: all papers at a glance.

use harness_core::claims::{Finding, Weight};
use harness_core::manifest::Manifest;
use harness_core::size::Size;
use serde::Serialize;

use crate::error::ReportError;
use crate::page::{Tally, symbol, verdict_of};
use crate::templates::{self, prose};

/// The sizes whose reports are kept.
const SIZES: [Size; 2] = [Size::Quick, Size::Paper];

/// One paper in the index.
#[derive(Clone, Copy, Debug)]
pub struct IndexEntry<'a> {
    /// The paper.
    pub manifest: &'a Manifest,
    /// The verdicts at size `quick`; `None` if there is no such report.
    pub quick: Option<&'a [Finding]>,
    /// The verdicts at size `paper`; `None` if there is no such report.
    pub paper: Option<&'a [Finding]>,
}

impl<'a> IndexEntry<'a> {
    fn at(&self, size: Size) -> Option<&'a [Finding]> {
        match size {
            Size::Paper => self.paper,
            _ => self.quick,
        }
    }
}

/// Renders the index of all reports, in the order given.
///
/// # Errors
/// [`ReportError::Template`], which is a bug.
pub fn index(entries: &[IndexEntry<'_>]) -> Result<String, ReportError> {
    let environment = templates::environment()?;
    let mut ids: Vec<&str> = entries
        .iter()
        .flat_map(|entry| &entry.manifest.claims)
        .map(|claim| claim.id.as_str())
        .collect();
    ids.sort_by_key(|id| natural_order(id));
    ids.dedup();
    let rows: Vec<Row> = entries.iter().map(|entry| Row::new(entry, &ids)).collect();
    templates::render(&environment, "index.md", IndexView { rows, ids })
}

#[derive(Serialize)]
struct IndexView<'a> {
    rows: Vec<Row>,
    ids: Vec<&'a str>,
}

#[derive(Serialize)]
struct Row {
    slug: String,
    title: String,
    year: i64,
    headline: Vec<String>,
    secondary: Vec<String>,
    not_reproduced: Vec<String>,
    inconclusive: Vec<String>,
    untested: Vec<String>,
    pages: Vec<String>,
    /// One for each claim id of any paper.
    matrix: Vec<String>,
}

impl Row {
    fn new(entry: &IndexEntry<'_>, ids: &[&str]) -> Self {
        let manifest = entry.manifest;
        let slug = &manifest.paper.slug;
        let tally = |weight: Option<Weight>, show: fn(&Tally) -> String| -> Vec<String> {
            SIZES
                .into_iter()
                .map(|size| {
                    entry.at(size).map_or_else(
                        || "–".to_owned(),
                        |findings| {
                            show(&Tally::of(manifest, findings, |claim| {
                                weight.is_none_or(|weight| claim.weight == weight)
                            }))
                        },
                    )
                })
                .collect()
        };
        let share = |tally: &Tally| format!("{}/{}", tally.reproduced, tally.total);
        let links = SIZES.into_iter().filter(|size| entry.at(*size).is_some());
        let mark = |id: &&str| {
            let claim = manifest.claims.iter().find(|claim| claim.id == **id)?;
            let marks = SIZES.into_iter().map(|size| {
                entry.at(size).map_or("·", |findings| {
                    symbol(verdict_of(findings.iter().find(|f| f.claim == claim.id)))
                })
            });
            Some(marks.collect::<Vec<_>>().join(" "))
        };
        Self {
            slug: slug.clone(),
            title: prose(&manifest.paper.title),
            year: manifest.paper.year,
            headline: tally(Some(Weight::Headline), share),
            secondary: tally(Some(Weight::Secondary), share),
            not_reproduced: tally(None, |tally| tally.not_reproduced.to_string()),
            inconclusive: tally(None, |tally| tally.inconclusive.to_string()),
            untested: tally(None, |tally| tally.untested.to_string()),
            pages: links
                .map(|size| format!("[{size}]({size}/{slug}/README.md)"))
                .collect(),
            matrix: ids.iter().map(|id| mark(id).unwrap_or_default()).collect(),
        }
    }
}

/// `C2` before `C10`.
fn natural_order(id: &str) -> (String, u64, String) {
    let start = id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
    let (word, rest) = id.split_at(start);
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let number = rest[..end].parse().unwrap_or(u64::MAX);
    (word.to_owned(), number, rest[end..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_as_people_do() {
        let mut ids = ["C10", "C2", "X", "C2b"];
        ids.sort_by_key(|id| natural_order(id));
        assert_eq!(ids, ["C2", "C2b", "C10", "X"]);
    }
}
