//! The user's own network: `graph = "file:PATH"`, an edge list with one edge a line.
//!
//! A line holds two node names; empty lines and what follows `#` are skipped. If all names are
//! whole numbers, nodes are taken in the order of the numbers, else in the order of appearance.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, GraphError};

/// Reads and checks a network.
///
/// # Errors
/// A file that cannot be read, or does not hold an undirected, simple, connected graph.
pub fn read(path: &str) -> Result<Graph, GraphError> {
    let fail = |problem: String| GraphError::File {
        path: path.to_owned(),
        problem,
    };
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    parse(&text).map_err(fail)
}

/// Checks the text of a network.
///
/// # Errors
/// What is wrong, with the line.
pub fn parse(text: &str) -> Result<Graph, String> {
    let mut names: Vec<&str> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut edges: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let content = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = content.split_whitespace().collect();
        let (a, b) = match words[..] {
            [] => continue,
            [a, b] => (a, b),
            _ => {
                let count = words.len();
                return Err(format!(
                    "line {number}: expected two node names, found {count}"
                ));
            }
        };
        if a == b {
            return Err(format!("line {number}: node `{a}` is joined to itself"));
        }
        if let Some(first) = edges.insert((a.min(b), a.max(b)), number) {
            return Err(format!(
                "line {number}: the edge between `{a}` and `{b}` stands in line {first} already; \
                 edges have no direction, so each is given once"
            ));
        }
        for name in [a, b] {
            if seen.insert(name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() {
        return Err("there is no edge in it".to_owned());
    }
    let numbers: Option<Vec<u64>> = names.iter().map(|name| name.parse().ok()).collect();
    if let Some(numbers) = numbers {
        let mut order: Vec<(u64, &str)> = numbers.into_iter().zip(names).collect();
        order.sort_unstable();
        names = order.into_iter().map(|(_, name)| name).collect();
    }
    let places: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let pairs = edges.keys().map(|(a, b)| (places[a], places[b]));
    Graph::from_edges(names.len(), pairs).map_err(|error| match error {
        GraphError::Disconnected(lost) => format!(
            "the network is not connected: node `{}` cannot be reached from node `{}`",
            names[lost], names[0]
        ),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use harness_testkit::proptest::prelude::*;

    #[test]
    fn reads_an_edge_list_in_the_order_of_its_numbers() {
        let graph = parse("# a path\n10 2\n\n2 7  # middle\n").expect("a path");
        assert_eq!(graph.nodes(), 3);
        assert_eq!(graph.neighbours(0), [1, 2]);
        assert_eq!(graph.neighbours(1), [0]);
        let graph = parse("oslo rome\nrome bonn").expect("a path");
        assert_eq!(graph.neighbours(1), [0, 2]);
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let message = |text| parse(text).expect_err("not a network");
        assert_eq!(
            message("1 2\n3\n"),
            "line 2: expected two node names, found 1"
        );
        assert_eq!(message("1 2\n2 2"), "line 2: node `2` is joined to itself");
        assert_eq!(
            message("1 2\n2 3\n2 1"),
            "line 3: the edge between `2` and `1` stands in line 1 already; edges have no \
             direction, so each is given once"
        );
        assert_eq!(
            message("1 2\n3 4"),
            "the network is not connected: node `3` cannot be reached from node `1`"
        );
        assert_eq!(message("# nothing\n"), "there is no edge in it");
        let error = read("no/such/file").expect_err("absent").to_string();
        assert!(error.starts_with("no/such/file: "), "{error}");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9a-c #\n]{0,60}") {
            let _ = parse(&text);
        }
    }
}
