//! The committed tree: the registry, README's links, and what stands where.

use std::fs;

use crate::world::{World, json, repository, slugs};

#[test]
fn the_registry_is_the_sorted_list_of_folders() {
    let listed = json(&World::new().succeed(&["list", "--json"]));
    let listed: Vec<&str> = listed["papers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|paper| paper["slug"].as_str().expect("a slug"))
        .collect();
    assert_eq!(listed, slugs());
}

#[test]
fn links_in_written_pages_lead_somewhere() {
    let root = repository();
    let pages = [
        "README.md",
        "ARCHITECTURE.md",
        "ARTIFACT.md",
        "CONTRIBUTING.md",
        "METHODOLOGY.md",
        "GLOSSARY.md",
        "harness/README.md",
        "datasets/README.md",
        "reports/README.md",
    ];
    for page in pages {
        let path = root.join(page);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let place = path.parent().expect("a folder").join(file);
            assert!(
                place.exists(),
                "{page} links to {target}, which is not there"
            );
        }
    }
}
