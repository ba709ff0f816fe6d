//! `[[claim]]` with its tests and ablations, and `[[deviation]]`.

use super::axes;
use super::criterion;
use super::model::Deviation;
use super::reader::{Node, Table};
use super::statistic;
use crate::claims::{Ablation, Claim, Criterion, Estimand, Statistic, Test, Weight};
use crate::diagnostics::Problem;

const WEIGHTS: [(&str, Weight); 2] = [
    ("headline", Weight::Headline),
    ("secondary", Weight::Secondary),
];

/// A claim with its place; its tests and ablations stand beside it.
pub(super) struct ClaimDraft<'a> {
    pub(super) claim: Claim,
    pub(super) node: Node<'a>,
    pub(super) tests: Vec<TestDraft<'a>>,
    pub(super) ablations: Vec<AblationDraft<'a>>,
}

/// A test with its place, and whether what selects its cells was read without problems.
pub(super) struct TestDraft<'a> {
    pub(super) test: Test,
    pub(super) node: Node<'a>,
    pub(super) experiment: Node<'a>,
    pub(super) sound: bool,
}

/// An ablation with its place, and whether what it changes was read without problems.
pub(super) struct AblationDraft<'a> {
    pub(super) ablation: Ablation,
    pub(super) node: Node<'a>,
    pub(super) sound: bool,
}

/// Reads one claim.
pub(super) fn claim(table: Table<'_>) -> ClaimDraft<'_> {
    let node = table.node;
    let id = identifier(&table);
    let says = table.text("says");
    let source = table.text("source");
    let sheet = table.text("sheet");
    let weight = table.require("weight").and_then(|node| node.word(&WEIGHTS));
    let experiment = table.get("experiment");
    let untested = table.optional_text("untested");
    let no_ablation = table.optional_text("no-ablation").unwrap_or_default();
    let tested = !node.has("untested");
    let tolerance = if tested {
        table.text("tolerance")
    } else {
        table.optional_text("tolerance").unwrap_or_default()
    };
    let tests = table.tables("all", "[[claim.all]]").into_iter();
    let tests: Vec<TestDraft<'_>> = tests.map(|table| test(table, experiment)).collect();
    let ablations = table.tables("ablation", "[[claim.ablation]]").into_iter();
    let ablations: Vec<AblationDraft<'_>> = ablations.map(ablation).collect();
    table.finish();
    if tested {
        if tests.is_empty() {
            let problem = Problem::new(node.span, "a claim without tests");
            node.push(problem.note("give a [[claim.all]], or `untested = \"reason\"`"));
        }
        if ablations.is_empty() && !node.has("no-ablation") {
            let problem = Problem::new(node.span, "a claim without an ablation");
            node.push(problem.note("give a [[claim.ablation]], or `no-ablation = \"reason\"`"));
        }
        if !ablations.is_empty() && node.has("no-ablation") {
            let span = node.child("no-ablation").key_span;
            node.push(Problem::new(span, "`no-ablation` beside an ablation"));
        }
    } else {
        for key in ["all", "ablation", "no-ablation"] {
            if node.has(key) {
                let problem = Problem::new(
                    node.child(key).span,
                    format!("an untested claim cannot have `{key}`"),
                );
                node.push(problem);
            }
        }
    }
    ClaimDraft {
        claim: Claim {
            id,
            says,
            source,
            sheet,
            weight: weight.unwrap_or(Weight::Secondary),
            tolerance,
            tests: Vec::new(),
            ablations: Vec::new(),
            no_ablation,
            untested,
        },
        node,
        tests,
        ablations,
    }
}

/// The id of a claim or deviation: `C1`, `D2`, `C9b`.
fn identifier(table: &Table<'_>) -> String {
    let Some(node) = table.require("id") else {
        return String::new();
    };
    let text = node.text().unwrap_or_default();
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        let problem = Problem::new(node.span, format!("`{text}` is not an id"));
        node.push(problem.note("ids are letters, digits and hyphens"));
    }
    text.to_owned()
}

fn line(table: &Table<'_>, key: &'static str) -> String {
    let text = table.require(key).and_then(Node::line);
    text.unwrap_or_default().to_owned()
}

/// Reads one test. Which keys it has depends on its kind; without one, none is called unknown.
fn test<'a>(table: Table<'a>, default: Option<Node<'a>>) -> TestDraft<'a> {
    let node = table.node;
    let problems = node.problems;
    let name = line(&table, "name");
    let experiment = table.get("experiment").or(default);
    if experiment.is_none() {
        let problem = Problem::new(node.span, "a test without an experiment");
        node.push(problem.note("give `experiment` here or in the [[claim]]"));
    }
    let estimand = table.require("estimand").and_then(criterion::estimand);
    let kind = table
        .require("kind")
        .and_then(|node| node.word(&statistic::KINDS));
    let ((select, each, statistic), sound) = problems.watch(|| {
        (
            axes::selection(&table),
            table.names("each"),
            kind.and_then(|kind| statistic::statistic(&table, kind)),
        )
    });
    let criterion = kind.and_then(|kind| criterion::criterion(&table, kind));
    if kind.is_some() {
        table.finish();
    }
    let sound = sound && statistic.is_some();
    let test = Test {
        name,
        experiment: experiment
            .and_then(Node::name)
            .unwrap_or_default()
            .to_owned(),
        select,
        each,
        // These stand in for what was reported as wrong; such a manifest is never handed out.
        statistic: statistic.unwrap_or(Statistic::Custom {
            check: String::new(),
        }),
        criterion: criterion.unwrap_or(Criterion {
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            open: false,
        }),
        estimand: estimand.unwrap_or(Estimand::Deterministic),
    };
    if let (Some(criterion), true) = (criterion, sound) {
        criterion::possible(&test, criterion, node);
    }
    TestDraft {
        test,
        node,
        experiment: experiment.unwrap_or(node),
        sound,
    }
}

/// Reads one ablation.
fn ablation(table: Table<'_>) -> AblationDraft<'_> {
    let node = table.node;
    let name = line(&table, "name");
    let ((set, select), sound) = node.problems.watch(|| {
        let set = table.require("set").map(axes::point);
        (set.unwrap_or_default(), axes::selection(&table))
    });
    let experiment = table.get("experiment").and_then(Node::name);
    let ablation = Ablation {
        name,
        set,
        select,
        experiment: experiment.map(str::to_owned),
        because: table.text("because"),
        finding: table.optional_text("finding"),
    };
    table.finish();
    AblationDraft {
        ablation,
        node,
        sound,
    }
}

/// Reads one deviation.
pub(super) fn deviation(table: Table<'_>) -> (Deviation, Node<'_>) {
    let node = table.node;
    let claims = table.get("claims").map(Node::items).unwrap_or_default();
    let claims = claims.into_iter().filter_map(Node::text);
    let deviation = Deviation {
        id: identifier(&table),
        claims: claims.map(str::to_owned).collect(),
        says: table.text("says"),
    };
    table.finish();
    (deviation, node)
}
