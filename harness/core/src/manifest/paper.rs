//! The file as a whole: `schema`, `[paper]`, and the lists of experiments, claims and deviations.

use super::claim::{self, ClaimDraft};
use super::experiment::{self, ExperimentDraft};
use super::model::{Deviation, Manifest, PaperInfo};
use super::reader::{Node, Table};
use crate::diagnostics::Problem;

/// The version of the format that this program reads.
const SCHEMA: i64 = 1;

/// The file, lowered, with the places of everything that is checked afterwards.
pub(super) struct Draft<'a> {
    pub(super) paper: PaperInfo,
    pub(super) node: Node<'a>,
    pub(super) experiments: Vec<ExperimentDraft<'a>>,
    pub(super) claims: Vec<ClaimDraft<'a>>,
    pub(super) deviations: Vec<(Deviation, Node<'a>)>,
}

impl Draft<'_> {
    /// The manifest; to be believed only if no problem was found.
    pub(super) fn manifest(&self) -> Manifest {
        let claims = self.claims.iter().map(|draft| {
            let mut claim = draft.claim.clone();
            let tests = draft.tests.iter();
            claim.tests = tests.map(|draft| draft.test.clone()).collect();
            let ablations = draft.ablations.iter();
            claim.ablations = ablations.map(|draft| draft.ablation.clone()).collect();
            claim
        });
        let experiments = self.experiments.iter();
        let deviations = self.deviations.iter();
        Manifest {
            paper: self.paper.clone(),
            experiments: experiments.map(|draft| draft.spec.clone()).collect(),
            claims: claims.collect(),
            deviations: deviations.map(|(item, _)| item.clone()).collect(),
        }
    }

    /// The experiment of a name.
    pub(super) fn experiment(&self, name: &str) -> Option<&ExperimentDraft<'_>> {
        self.experiments
            .iter()
            .find(|draft| draft.spec.name == name)
    }
}

/// Lowers the whole file.
pub(super) fn draft(node: Node<'_>) -> Draft<'_> {
    let empty = || Draft {
        paper: no_paper(),
        node,
        experiments: Vec::new(),
        claims: Vec::new(),
        deviations: Vec::new(),
    };
    let Some(file) = node.table("the file") else {
        return empty();
    };
    if let Some(schema) = file.require("schema")
        && schema
            .whole(0, i64::MAX)
            .is_some_and(|found| found != SCHEMA)
    {
        let problem = Problem::new(schema.span, "unknown version of the format");
        node.push(problem.note(format!("this program reads schema {SCHEMA}")));
    }
    let paper = file.require("paper").and_then(|node| node.table("[paper]"));
    let draft = Draft {
        paper: paper.map_or_else(no_paper, info),
        node,
        experiments: file
            .tables("experiment", "[[experiment]]")
            .into_iter()
            .map(experiment::experiment)
            .collect(),
        claims: file
            .tables("claim", "[[claim]]")
            .into_iter()
            .map(claim::claim)
            .collect(),
        deviations: file
            .tables("deviation", "[[deviation]]")
            .into_iter()
            .map(claim::deviation)
            .collect(),
    };
    if draft.experiments.is_empty() {
        node.problem("a manifest without an [[experiment]]");
    }
    if draft.claims.is_empty() {
        node.problem("a manifest without a [[claim]]");
    }
    file.finish();
    draft
}

fn no_paper() -> PaperInfo {
    PaperInfo {
        slug: String::new(),
        title: String::new(),
        authors: Vec::new(),
        year: 0,
        venue: String::new(),
        links: std::collections::BTreeMap::new(),
        summary: String::new(),
    }
}

/// `[paper]`.
fn info(table: Table<'_>) -> PaperInfo {
    let authors = table.require("authors");
    let authors = authors.and_then(|node| {
        let items = node.array("names")?;
        if items.is_empty() {
            node.problem("`authors` must name at least one");
        }
        let names = items.into_iter().filter_map(Node::text);
        Some(names.map(str::to_owned).collect())
    });
    let links = table.get("links").map(|node| node.entries("addresses"));
    let links = links.unwrap_or_default().into_iter();
    let link = |entry: Node<'_>| Some((entry.key.to_owned(), entry.text()?.to_owned()));
    let year = table
        .require("year")
        .and_then(|node| node.whole(1500, 2500));
    let info = PaperInfo {
        slug: slug(&table),
        title: table.text("title"),
        authors: authors.unwrap_or_default(),
        year: year.unwrap_or_default(),
        venue: table.text("venue"),
        links: links.filter_map(link).collect(),
        summary: table.text("summary"),
    };
    table.finish();
    info
}

/// The name of a folder, a package and a report.
fn slug(table: &Table<'_>) -> String {
    let Some(node) = table.require("slug") else {
        return String::new();
    };
    let text = node.text().unwrap_or_default();
    let fits =
        |symbol: char| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == '-';
    if !text.chars().all(fits) {
        let problem = Problem::new(node.span, format!("`{text}` is not a slug"));
        node.push(problem.note("slugs are lower-case letters, digits and hyphens"));
    }
    text.to_owned()
}
