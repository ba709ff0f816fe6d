//! Values of the cells of one millisecond.

use std::collections::BTreeMap;

use harness_core::seeds::{ROOT_SEED, Streams};
use harness_core::{RunTable, Size, Value, grid};
use harness_demo::{PAPER, manifest};
use harness_engine::Order;
use harness_testkit::conformance::smoke_table;

fn table() -> RunTable {
    let mut manifest = manifest().expect("it is valid");
    manifest.experiments.retain(|spec| spec.name == "tiny");
    manifest.claims.clear();
    smoke_table(&PAPER, &manifest, 2, Order::LongestFirst)
}

#[test]
fn there_are_as_many_cells_as_in_the_other_program() {
    let manifest = manifest().expect("it is valid");
    let count = |name: &str, size| {
        let spec = manifest.experiment(name).expect("declared");
        grid::experiment_cells(&manifest, spec, size).len()
    };
    assert_eq!(count("tiny", Size::Smoke), 40);
    assert_eq!(count("tiny", Size::Quick), 200);
    assert_eq!(count("ols", Size::Quick), 12);
}

#[test]
fn the_value_is_the_seeds_share_plus_k_plus_n() {
    let manifest = manifest().expect("it is valid");
    let scopes = &manifest.experiment("tiny").expect("declared").streams;
    let mut seen = BTreeMap::new();
    for run in table().runs() {
        let cell = &run.cell;
        let streams = Streams {
            root: ROOT_SEED,
            cell,
            scopes,
        };
        let seed = streams.stream("seed", "").expect("declared").get_seed();
        let bytes = seed[..8].try_into().expect("eight bytes");
        let thousandths = u64::from_le_bytes(bytes) % 1000;
        let axis = |name: &str| cell.axes.get(name).and_then(Value::as_f64).expect("whole");
        let expected = thousandths as f64 / 1000.0 + axis("k") + axis("n");
        let value = run.records.scalars["value"];
        assert_eq!(value.to_bits(), expected.to_bits(), "{cell}");
        *seen.entry(thousandths).or_insert(0) += 1;
    }
    let most = seen.values().max().copied().unwrap_or(0);
    assert!(
        seen.len() > 30 && most < 4,
        "40 seeds of a thousand: {seen:?}"
    );
}
