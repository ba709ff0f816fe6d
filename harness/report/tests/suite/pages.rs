//! What pages say.

use harness_core::claims::{Verdict, judge};
use harness_core::run::{Outcome, RunTable};
use harness_core::size::Size;
use harness_report::{
    IndexEntry, Origin, Report, collect, index, render, render_with, verdict_table,
};
use harness_testkit::insta;

use crate::synthetic::{SIZE, made, made_from, paper, runs};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn page_of_a_paper() {
    insta::assert_snapshot!("page", text(&made().files["README.md"]));
}

#[test]
fn verdicts_for_machines() {
    insta::assert_snapshot!("claims_json", text(&made().files["claims.json"]));
}

#[test]
fn verdict_table_of_the_front_page_links_into_the_report() {
    let made = made();
    let table = verdict_table(&made.manifest, &made.findings, "reports/quick/descent")
        .expect("the template fits");
    insta::assert_snapshot!("verdict_table", table);
}

#[test]
fn the_index_has_a_row_per_paper_and_a_mark_per_claim() {
    let made = made();
    let entry = |quick, paper| IndexEntry {
        manifest: &made.manifest,
        quick,
        paper,
    };
    let all = Some(made.findings.as_slice());
    let page = index(&[entry(all, None), entry(all, all)]).expect("the template fits");
    insta::assert_snapshot!("index", page);
    let empty = index(&[]).expect("the template fits");
    assert!(empty.contains("There are no reports yet."), "{empty}");
}

#[test]
fn failed_cells_are_said_first_and_make_their_claims_untested() {
    let mut runs = runs(&paper());
    let failed = runs
        .iter_mut()
        .find(|run| run.cell.experiment == "batches")
        .expect("a run");
    failed.outcome = Outcome::Failed {
        message: "index out of bounds".into(),
    };
    failed.records = harness_core::run::Records::default();
    let made = made_from(runs);
    let page = text(&made.files["README.md"]);
    let warning = page.find("**1 cell failed.**");
    let table = page.find("## Verdicts").expect("a verdict table");
    assert!(warning.is_some_and(|place| place < table), "{page}");
    assert_eq!(made.findings[2].verdict, Verdict::Untested);
    assert!(page.contains("untested: failed"), "{page}");
}

#[test]
fn a_report_without_runs_still_renders() {
    let manifest = paper();
    let report = collect(&manifest, SIZE, &RunTable::default(), &[]);
    let findings = judge(&manifest, &report.measurements);
    let files = render(&manifest, SIZE, &report, &findings).expect("the templates fit");
    let page = text(&files["README.md"]);
    assert!(page.contains("no cells"), "{page}");
    assert!(text(&files["figures/rates-loss.svg"]).contains("no data"));
    let files = render(&manifest, Size::Paper, &Report::default(), &[]).expect("they fit");
    assert!(text(&files["README.md"]).contains("untested: it was not judged"));
}

#[test]
fn another_origin_changes_what_the_page_says_of_itself() {
    let made = made();
    let origin = Origin {
        command: "cargo reproduce run descent --seed 5".into(),
        root_seed: 5,
    };
    let files = render_with(&made.manifest, SIZE, &origin, &made.report, &made.findings)
        .expect("the templates fit");
    let page = text(&files["README.md"]);
    assert!(page.contains("```sh\ncargo reproduce run descent --seed 5\n```"));
    assert!(page.contains("Root seed 5;"));
}
