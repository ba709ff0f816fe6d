//! The page as a function of the files beside it.

use harness_performance::estimates::{Estimate, Interval};
use harness_performance::harness_figures::{HarnessFigures, OverheadPoint};
use harness_performance::history::{History, Point};
use harness_performance::instructions::Counts;
use harness_performance::notes::{NOT_MEASURED, Note};
use harness_performance::page::{Input, PAGE_FILE, render};

fn about(seconds: f64) -> Interval {
    Interval {
        value: seconds,
        low: 0.99 * seconds,
        high: 1.01 * seconds,
    }
}

fn estimate(bench: &str, seconds: f64, elements: u64, work: &str) -> Estimate {
    Estimate {
        bench: bench.into(),
        elements,
        work: work.into(),
        mean: about(seconds),
        median: about(seconds),
    }
}

fn point(name: &str, cpu: &str) -> Point {
    Point {
        name: name.into(),
        saved: true,
        date: "2026-01-31".into(),
        revision: "0123456789".into(),
        toolchain: "rustc".into(),
        cpu: cpu.into(),
    }
}

fn page(history: &History, harness: Option<&HarnessFigures>, notes: &[Note]) -> String {
    let files = render(&Input {
        history,
        harness,
        instructions: &Counts::new(),
        notes,
        bar: 0.1,
    });
    let page = files.expect("a page").remove(PAGE_FILE).expect("its file");
    String::from_utf8(page).expect("text")
}

fn note(text: &str) -> [Note; 1] {
    [Note {
        path: "papers/toy/benches/notes.md".into(),
        text: text.into(),
    }]
}

#[test]
fn shares_are_of_the_limit_that_applies() {
    let mut history = History::default();
    let estimates = [
        estimate("machine/triad/small", 1e-6, 1000, "24 B"),
        estimate("machine/triad/large", 1e-2, 1_000_000, "24 B"),
        estimate(
            "machine/operations/multiply-add-f64",
            1e-6,
            40_000,
            "1 flop",
        ),
        estimate("machine/functions/exp", 1e-6, 1000, "1 value"),
        // 12 kB in 1 µs beside 24 GB/s; 12 MB in 10 ms beside 2.4 GB/s.
        estimate("toy/copy/near", 1e-6, 1500, "8 B"),
        estimate("toy/copy/far", 1e-2, 1_500_000, "8 B"),
        estimate("toy/sums", 1e-6, 5000, "2 flop"),
        estimate("toy/exponentials", 4e-6, 1000, "1 exp"),
        estimate("toy/other", 1.0, 0, ""),
    ];
    history.add(&point("first", "cpu"), &estimates);
    let page = page(&history, None, &[]);
    for row in [
        "| copy/near | 1.00 µs | 990 ns–1.01 µs | 0.667 ns | 12.0 GB/s | 50 % |",
        "| copy/far | 10.0 ms | 9.90 ms–10.1 ms | 6.67 ns | 1.20 GB/s | 50 % |",
        "| sums | 1.00 µs | 990 ns–1.01 µs | 0.200 ns | 10.0 Gflop/s | 25 % |",
        "| exponentials | 4.00 µs | 3.96 µs–4.04 µs | 4.00 ns | 250 Mexp/s | 25 % |",
        "| other | 1.00 s | 990 ms–1.01 s |  |  |  |  | ▅ |",
    ] {
        assert!(page.contains(row), "{row}\n{page}");
    }
}

#[test]
fn only_points_of_one_processor_are_compared() {
    let mut history = History::default();
    history.add(&point("old", "slow"), &[estimate("toy/a", 2.0, 0, "")]);
    history.add(&point("new", "fast"), &[estimate("toy/a", 1.0, 0, "")]);
    let text = page(&history, None, &[]);
    assert!(text.contains("1 point of this processor"), "{text}");
    assert!(!text.contains("faster"), "{text}");
    history.add(&point("newest", "slow"), &[estimate("toy/a", 1.0, 0, "")]);
    let text = page(&history, None, &[]);
    assert!(text.contains("-50.0 % faster"), "{text}");
    assert!(text.contains("against `old`"), "{text}");
}

#[test]
fn steps_name_the_point_where_they_began() {
    let mut history = History::default();
    for (index, seconds) in [1.0, 1.01, 0.99, 1.0, 1.5, 1.51, 1.49]
        .into_iter()
        .enumerate()
    {
        let name = format!("p{index}");
        history.add(&point(&name, "cpu"), &[estimate("toy/a", seconds, 0, "")]);
    }
    let text = page(&history, None, &[]);
    assert!(text.contains("- `toy/a`: +50.0 % from `p4` on"), "{text}");
}

#[test]
fn notes_are_filled_with_what_was_measured() {
    let mut history = History::default();
    let estimates = [
        estimate("toy/a", 3e-6, 1000, ""),
        estimate("toy/b", 1e-6, 0, ""),
    ];
    history.add(&point("first", "cpu"), &estimates);
    let text = r#"{{ time("toy/a") }}, {{ per_element("toy/a") }}, {{ ratio("toy/a", "toy/b") }}"#;
    assert!(page(&history, None, &note(text)).contains("3.00 µs, 3.00 ns, 3.00"));
    let unknown = page(&history, None, &note(r#"{{ time("toy/c") }}"#));
    assert!(unknown.contains(NOT_MEASURED), "{unknown}");
}

#[test]
fn a_broken_note_is_named_with_its_line() {
    let mut history = History::default();
    history.add(&point("first", "cpu"), &[estimate("toy/a", 1.0, 0, "")]);
    let error = render(&Input {
        history: &history,
        harness: None,
        instructions: &Counts::new(),
        notes: &note("fine\n{{ tme(\"toy/a\") }}\n"),
        bar: 0.1,
    });
    let message = error.expect_err("an unknown function").to_string();
    assert!(
        message.contains("papers/toy/benches/notes.md: line 2"),
        "{message}"
    );
    assert!(message.contains("tme"), "{message}");
}

#[test]
fn the_overhead_curve_is_drawn_and_listed() {
    let harness = HarnessFigures {
        schema: 1,
        figures: Vec::new(),
        overhead_curve: vec![
            OverheadPoint {
                cells: 100,
                seconds_per_cell: 2e-5,
                peak_bytes: Some(10 << 20),
            },
            OverheadPoint {
                cells: 10_000,
                seconds_per_cell: 1e-5,
                peak_bytes: None,
            },
        ],
    };
    let files = render(&Input {
        history: &History::default(),
        harness: Some(&harness),
        instructions: &Counts::new(),
        notes: &[],
        bar: 0.1,
    })
    .expect("a page");
    assert!(files.contains_key("overhead.svg"));
    let page = String::from_utf8(files[PAGE_FILE].clone()).expect("text");
    assert!(page.contains("| 100 | 20.0 µs | 10.0 MiB |"), "{page}");
}
