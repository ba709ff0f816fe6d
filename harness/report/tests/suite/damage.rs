//! Damaged CSV files are named with line and reason, never believed.

use std::fs;
use std::path::Path;

use harness_report::Report;
use harness_testkit::insta;
use harness_testkit::tempfile::tempdir;

use crate::synthetic::made;

/// The message for one file whose text was changed.
fn message(file: &str, change: impl Fn(&str) -> String) -> String {
    let folder = tempdir().expect("a folder");
    made().report.write(folder.path()).expect("written");
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).expect("readable");
    let changed = change(&text);
    assert_ne!(changed, text, "{file} was to be changed");
    fs::write(&path, changed).expect("written");
    shown(folder.path())
}

fn shown(folder: &Path) -> String {
    let error = Report::read(folder).expect_err("damaged");
    error
        .to_string()
        .replace(&folder.display().to_string(), "REPORT")
}

/// The text with its line of this number (from 1) changed.
fn line(number: usize, change: impl Fn(&str) -> String) -> impl Fn(&str) -> String {
    move |text| {
        let lines = text.lines().enumerate().map(|(place, line)| {
            if place + 1 == number {
                change(line)
            } else {
                line.to_owned()
            }
        });
        lines.map(|line| line + "\n").collect()
    }
}

#[test]
fn messages() {
    let figure = "figures/rates-loss.csv";
    let table = "tables/rates-last.csv";
    let messages = [
        message("claims.csv", line(3, |row| row.replace("number", "nubmer"))),
        message("claims.csv", line(4, |row| row.replace("-0.", "-0.x"))),
        message(
            "claims.csv",
            line(2, |row| row.replace("method=gd", "method")),
        ),
        message("claims.csv", line(1, |row| row.replace("claim,", ""))),
        message("claims.csv", |text| text[..text.len() - 9].to_owned()),
        message("claims.csv", |text| text.replacen("number", "\"number", 1)),
        message("claims.csv", |_| String::new()),
        message(
            "cells.csv",
            line(5, |row| row.replace(",done,", ",finished,")),
        ),
        message("cells.csv", line(6, |row| row.to_owned() + ",more")),
        message(
            "cells.csv",
            line(7, |row| row.replace("batch=1", "batch=1 batch=2")),
        ),
        message(figure, line(9, |row| row.replace("measured", "guessed"))),
        message(
            figure,
            line(9, |row| row.rsplit_once(',').expect("fields").0.to_owned()),
        ),
        message(figure, line(2, |row| row.to_owned() + ".5")),
        message(table, line(1, |row| row.replace("replicates", "n"))),
        message(table, line(2, |row| row.replace("asym", "\"\"\"asym"))),
    ];
    insta::assert_snapshot!("damage", messages.join("\n"));
}

#[test]
fn files_that_are_missing_or_not_text() {
    let folder = tempdir().expect("a folder");
    made().report.write(folder.path()).expect("written");
    let path = folder.path().join("cells.csv");
    let mut bytes = fs::read(&path).expect("readable");
    let last = bytes.len() - 3;
    bytes[last] = 0xff;
    let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
    fs::write(&path, bytes).expect("written");
    assert_eq!(
        shown(folder.path()),
        format!("REPORT/cells.csv:{lines}: not UTF-8 text; run the paper again to rewrite it")
    );
    fs::remove_file(&path).expect("removed");
    assert!(shown(folder.path()).starts_with("cannot read REPORT/cells.csv: "));
}
