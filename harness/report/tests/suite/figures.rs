//! Figures: small, well-formed, the same bytes, and sound on awkward numbers.

use harness_core::manifest::Manifest;
use harness_report::{FigureKind, FigureRow, LARGEST_SVG, Report, Summary, render};
use harness_testkit::insta;
use harness_testkit::proptest::prelude::*;

use crate::synthetic::{SIZE, made, paper};

/// The figure `rates/loss` drawn from these rows.
fn drawn(manifest: &Manifest, rows: Vec<FigureRow>) -> String {
    let mut report = Report::default();
    report.figures.insert("rates-loss".into(), rows);
    let files = render(manifest, SIZE, &report, &[]).expect("the templates fit");
    String::from_utf8(files["figures/rates-loss.svg"].clone()).expect("UTF-8")
}

fn row(panel: &str, series: usize, x: f64, y: [f64; 3]) -> FigureRow {
    FigureRow {
        panel: panel.into(),
        series: format!("method=m{series}"),
        kind: FigureKind::Measured,
        metric: "loss".into(),
        x,
        y: Summary {
            n: 10,
            median: y[1],
            low: y[0],
            high: y[2],
        },
    }
}

/// Series that fall at different powers, with a band.
fn falling(panels: &[&str], series: usize, points: usize) -> Vec<FigureRow> {
    let mut rows = Vec::new();
    for panel in panels {
        for number in 0..series {
            for index in 0..points {
                let x = libm::pow(10.0, 6.0 * index as f64 / points as f64);
                let y = libm::pow(x, -0.2 - 0.15 * number as f64) * (1.0 + 0.1 * number as f64);
                rows.push(row(panel, number, x, [0.8 * y, y, 1.3 * y]));
            }
        }
    }
    rows
}

/// Asserts that tags nest and that no bare `<` or `&` stands anywhere.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "stray `>` before {}", &rest[start..]);
        let end = start + rest[start..].find('>').expect("a tag closes");
        let tag = &rest[start + 1..end];
        assert!(!tag.contains('<'), "stray `<` in {tag}");
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in {tag}");
        let name = tag.trim_matches('/').split(' ').next().expect("a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    for (place, _) in svg.match_indices('&') {
        let entity = svg[place..].split(';').next().unwrap_or_default();
        assert!(
            ["&amp", "&lt", "&gt", "&quot"].contains(&entity),
            "bare `&`: {entity}"
        );
    }
    for word in ["NaN", "inf", "none\"/>"] {
        assert!(
            !svg.replace("fill=\"none\"", "").contains(word),
            "`{word}` in the drawing"
        );
    }
}

#[test]
fn a_small_figure() {
    let files = made().files;
    let svg = std::str::from_utf8(&files["figures/batches-rate.svg"]).expect("UTF-8");
    assert_well_formed(svg);
    insta::assert_snapshot!("figure", svg);
}

#[test]
fn predictions_that_agree_are_drawn_once() {
    let files = made().files;
    let svg = std::str::from_utf8(&files["figures/rates-loss.svg"]).expect("UTF-8");
    assert_well_formed(svg);
    // Once in each of the two panels and once in the legend.
    assert_eq!(svg.matches("stroke-dasharray").count(), 3);
    assert_eq!(svg.matches(">predicted, 1/(s E γ²)<").count(), 1);
}

#[test]
fn figures_stay_small() {
    let manifest = paper();
    let usual = drawn(&manifest, falling(&["asym"], 8, 60));
    assert_well_formed(&usual);
    assert!(usual.len() < 40_000, "{} bytes", usual.len());
    let panels = drawn(&manifest, falling(&["a", "b", "c", "d", "e"], 8, 60));
    assert!(panels.len() < LARGEST_SVG, "{} bytes", panels.len());
    let dense = drawn(&manifest, falling(&["a", "b", "c"], 8, 2000));
    assert!(dense.len() < LARGEST_SVG, "{} bytes", dense.len());
}

#[test]
fn values_without_a_place_are_gaps() {
    let nothing = [f64::NAN; 3];
    let y = [1.0, 2.0, 3.0];
    let rows = vec![
        row("a", 0, 0.0, y),
        row("a", 0, 1.0, y),
        row("a", 0, 2.0, [0.5, 1.0, f64::INFINITY]),
        row("a", 0, 3.0, nothing),
        row("a", 0, 4.0, [-1.0, 0.0, 1.0]),
        row("a", 0, 5.0, [0.0, 0.1, f64::NAN]),
        row("a", 0, 6.0, [0.1, 0.2, 0.3]),
        row("a", 0, 7.0, [0.1, f64::INFINITY, f64::INFINITY]),
    ];
    let svg = drawn(&paper(), rows);
    assert_well_formed(&svg);
    let lines = svg
        .lines()
        .find(|line| line.contains("stroke-width=\"2\""))
        .expect("a line");
    // Two pieces: x = 1 to 2 and x = 5 to 6; the step 0 has no place on a logarithmic axis.
    assert_eq!(lines.matches('M').count(), 2, "{lines}");
    assert_eq!(lines.matches('L').count(), 2, "{lines}");
}

#[test]
fn names_are_text_whatever_they_hold() {
    let mut manifest = paper();
    manifest.experiments[0].figures[0].y_label = "a < b & \"c\" > d".into();
    manifest.experiments[0].figures[0].title = "<script>".into();
    let svg = drawn(&manifest, falling(&["x=<&>"], 3, 5));
    assert_well_formed(&svg);
    assert!(svg.contains("a &lt; b &amp; &quot;c&quot; &gt; d"));
}

#[test]
fn long_names_of_axes_take_several_lines() {
    let mut manifest = paper();
    let name = "root mean square distance from the same network without noise, over all seeds";
    manifest.experiments[0].figures[0].y_label = name.into();
    let svg = drawn(&manifest, falling(&["a", "b", "c"], 2, 5));
    assert_well_formed(&svg);
    let mut lines: Vec<&str> = svg
        .lines()
        .filter(|line| line.contains("rotate(-90"))
        .filter_map(|line| line.split(['<', '>']).nth(2))
        .collect();
    lines.reverse();
    assert!(lines.len() > 1, "{lines:?}");
    assert_eq!(lines.join(" "), name);
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        -10.0..10.0,
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(1.0),
    ]
}

proptest! {
    #[test]
    fn any_numbers_give_a_drawing(
        points in prop::collection::vec(
            (0usize..3, 0usize..2, number(), [number(), number(), number()]), 0..40
        ),
        x_log in any::<bool>(),
        y_log in any::<bool>(),
    ) {
        let mut manifest = paper();
        let figure = &mut manifest.experiments[0].figures[0];
        figure.x_log = x_log;
        figure.y_log = y_log;
        let rows = points
            .into_iter()
            .map(|(series, panel, x, y)| row(["a", "b"][panel], series, x, y))
            .collect();
        let svg = drawn(&manifest, rows);
        assert_well_formed(&svg);
        prop_assert!(svg.len() < LARGEST_SVG);
    }
}
