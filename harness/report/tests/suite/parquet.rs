//! The tables for other tools.

use std::fs::{self, File};
use std::path::Path;

use harness_core::run::RunTable;
use harness_report::{CELLS_FILE, VALUES_FILE, write_parquet};
use harness_testkit::tempfile::tempdir;
use polars_core::prelude::{DataFrame, DataType};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use crate::synthetic::{paper, runs};

fn frame(path: &Path) -> DataFrame {
    let file = File::open(path).expect("the file");
    ParquetReader::new(file).finish().expect("a table")
}

#[test]
fn holds_every_number_in_the_order_of_the_runs() {
    let table = RunTable::new(runs(&paper()));
    let folder = tempdir().expect("a folder");
    write_parquet(folder.path(), &table).expect("written");
    let cells = frame(&folder.path().join(CELLS_FILE));
    assert_eq!(cells.height(), table.runs().len());
    let types = |name: &str| cells.column(name).expect("a column").dtype().clone();
    assert_eq!(types("axis.batch"), DataType::Int64);
    assert_eq!(types("axis.method"), DataType::String);
    assert_eq!(types("step"), DataType::UInt64);
    let diverged = cells.column("step").expect("a column");
    assert_eq!(diverged.len() - diverged.null_count(), 8);

    let values = frame(&folder.path().join(VALUES_FILE));
    let column = values.column("value").expect("a column");
    let read: Vec<u64> = column
        .f64()
        .expect("numbers")
        .into_no_null_iter()
        .map(f64::to_bits)
        .collect();
    let expected: Vec<u64> = table
        .runs()
        .iter()
        .flat_map(|run| {
            let scalars = run.records.scalars.values().copied();
            let curves = run.records.curves.values();
            scalars.chain(curves.flat_map(|curve| curve.values.clone()))
        })
        .map(f64::to_bits)
        .collect();
    assert_eq!(read, expected);
}

#[test]
fn same_runs_give_the_same_bytes() {
    let mut turned = runs(&paper());
    turned.reverse();
    let folders = [runs(&paper()), turned].map(|runs| {
        let folder = tempdir().expect("a folder");
        write_parquet(folder.path(), &RunTable::new(runs)).expect("written");
        folder
    });
    for name in [CELLS_FILE, VALUES_FILE] {
        let [a, b] = [0, 1].map(|i: usize| fs::read(folders[i].path().join(name)).expect("read"));
        assert!(a == b, "{name} differs");
    }
}
