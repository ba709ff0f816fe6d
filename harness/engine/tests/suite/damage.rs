//! Damage is noticed and its cells are run again; nothing damaged is ever believed.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use harness_core::RunTable;
use harness_core::manifest::Manifest;
use harness_engine::{EngineError, Options, StoreError};
use harness_testkit::tempfile::{TempDir, tempdir};

use crate::support::{Ears, engine, manifest, only_segment, plan, run, run_with, split, walk};

/// Length of a segment's own header.
const SEGMENT_HEADER: usize = 16;

struct Stored {
    folder: TempDir,
    manifest: Manifest,
    table: RunTable,
    bytes: Vec<u8>,
    /// Where each record begins, and where the last one ends.
    bounds: Vec<usize>,
}

fn stored() -> Stored {
    let folder = tempdir().expect("a folder");
    let manifest = manifest(vec![walk()]);
    let (table, _) = run(folder.path(), &manifest);
    let bytes = std::fs::read(only_segment(folder.path())).expect("it was written");
    let magic = &bytes[SEGMENT_HEADER..SEGMENT_HEADER + 8];
    let mut bounds: Vec<usize> = (SEGMENT_HEADER..bytes.len())
        .filter(|place| bytes[*place..].starts_with(magic))
        .collect();
    bounds.push(bytes.len());
    assert_eq!(bounds.len(), 5, "four cells");
    Stored {
        folder,
        manifest,
        table,
        bytes,
        bounds,
    }
}

impl Stored {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the paper on a store of nothing but these bytes: (damages seen, table, cells run).
    fn run_on(&self, bytes: &[u8]) -> (Vec<harness_engine::Damage>, RunTable, usize) {
        let segments = self.path().join("runs/segments");
        std::fs::remove_dir_all(&segments).expect("it was there");
        std::fs::create_dir(&segments).expect("it can be made");
        std::fs::write(only_segment(self.path()), bytes).expect("it can be written");
        let engine = engine(self.path());
        let damages = engine.store().damages().to_vec();
        let (table, summary) = run_with(&engine, &self.manifest);
        (damages, table, summary.ran)
    }
}

#[test]
fn a_small_cell_takes_less_than_a_kilobyte() {
    let stored = stored();
    let length = stored.bounds[1] - stored.bounds[0];
    assert!(length < 500, "{length} bytes");
}

#[test]
fn every_flipped_byte_is_noticed_and_its_cell_alone_is_run_again() {
    let stored = stored();
    for place in 0..stored.bytes.len() {
        let mut bytes = stored.bytes.clone();
        bytes[place] ^= if place % 2 == 0 { 0x01 } else { 0xff };
        let (damages, table, ran) = stored.run_on(&bytes);
        assert_eq!(damages.len(), 1, "byte {place}");
        let begins = stored.bounds.iter().rfind(|begin| **begin <= place);
        assert_eq!(
            damages[0].offset,
            *begins.unwrap_or(&0) as u64,
            "byte {place}"
        );
        assert_eq!(ran, usize::from(place >= SEGMENT_HEADER), "byte {place}");
        assert_eq!(table, stored.table, "byte {place}");
    }
}

#[test]
fn a_torn_tail_of_any_length_is_dropped_without_alarm() {
    let stored = stored();
    for length in 0..=stored.bytes.len() {
        let (damages, table, ran) = stored.run_on(&stored.bytes[..length]);
        let whole = stored.bounds[1..].iter().filter(|end| **end <= length);
        assert_eq!(ran, 4 - whole.count(), "{length} bytes");
        assert!(
            damages.iter().all(|damage| damage.torn_tail),
            "{length} bytes"
        );
        let clean_end = length == 0 || stored.bounds.contains(&length);
        assert_eq!(damages.is_empty(), clean_end, "{length} bytes");
        assert_eq!(table, stored.table, "{length} bytes");
    }
}

#[test]
fn a_hole_and_foreign_bytes_lose_only_what_they_cover() {
    let stored = stored();
    let (second, third) = (stored.bounds[1], stored.bounds[2]);
    let mut without_second = stored.bytes.clone();
    without_second.drain(second..third);
    let (damages, table, ran) = stored.run_on(&without_second);
    assert_eq!((damages.len(), ran), (0, 1));
    assert_eq!(table, stored.table);

    let mut zeroed = stored.bytes.clone();
    zeroed[second + 50..third + 50].fill(0);
    let (damages, table, ran) = stored.run_on(&zeroed);
    assert_eq!((damages.len(), ran), (1, 2));
    assert_eq!(damages[0].offset, second as u64);
    assert_eq!(table, stored.table);

    let mut longer = stored.bytes.clone();
    longer.splice(
        second..second,
        (0..100_000).map(|number| (number % 251) as u8),
    );
    longer.extend([0; 5_000]);
    let (damages, table, ran) = stored.run_on(&longer);
    assert_eq!((damages.len(), ran), (2, 0));
    assert_eq!(damages[0].length, 100_000);
    assert!(!damages[1].torn_tail);
    assert_eq!(table, stored.table);
}

#[test]
fn damage_after_opening_is_noticed_when_reading() {
    let stored = stored();
    let engine = engine(stored.path());
    let planned = plan(&engine, &stored.manifest);
    let mut bytes = stored.bytes.clone();
    let last = bytes.len() - 1;
    bytes[last] ^= 4;
    std::fs::write(only_segment(stored.path()), bytes).expect("it can be written");
    let (stop, ears) = (AtomicBool::new(false), Ears::default());
    let options = Options {
        progress: &ears,
        ..Options::new(&stop)
    };
    let (table, summary) = split(engine.execute(&planned, &options).expect("it runs"));
    assert_eq!((summary.cached, summary.ran, summary.damaged), (3, 1, 1));
    assert_eq!(table, stored.table);
    let notices = ears.notices.into_inner().expect("no panic");
    assert!(notices[0].contains("000001.log") && notices[0].contains("run again"));
}

#[test]
fn a_segment_that_vanishes_after_opening_is_run_again() {
    let stored = stored();
    let engine = engine(stored.path());
    let planned = plan(&engine, &stored.manifest);
    std::fs::remove_file(only_segment(stored.path())).expect("it was there");
    let stop = AtomicBool::new(false);
    let executed = engine.execute(&planned, &Options::new(&stop));
    let (table, summary) = split(executed.expect("it runs"));
    assert_eq!((summary.ran, summary.damaged), (4, 4));
    assert_eq!(table, stored.table);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_clear_error_and_damages_nothing() {
    let stored = stored();
    let full = stored.path().join("runs/segments/000002.log");
    std::os::unix::fs::symlink("/dev/full", &full).expect("it can be made");
    let mut more = stored.manifest.clone();
    more.experiments[0].replicates = harness_core::size::PerSize::same(3);
    let engine = engine(stored.path());
    let stop = AtomicBool::new(false);
    let error = engine.execute(&plan(&engine, &more), &Options::new(&stop));
    let error = error.expect_err("there is no space");
    assert!(
        matches!(error, EngineError::Store(StoreError::Full { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("000002.log"), "{error}");
    drop(engine);
    let kept = std::fs::read(only_segment(stored.path())).expect("it is there");
    assert_eq!(kept, stored.bytes);
    std::fs::remove_file(full).expect("it is there");
    assert_eq!(run(stored.path(), &more).1.cached, 4);
}

/// Run as another user by the test below, in a folder that this user may not write.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "run by another test, as another user"]
fn read_only_child() {
    let folder = std::env::var_os("READ_ONLY_FOLDER").expect("the other test says where");
    let folder = Path::new(&folder);
    let stored = manifest(vec![walk()]);
    assert_eq!(
        run(folder, &stored).1.cached,
        4,
        "what is stored can be read"
    );
    let mut more = stored;
    more.experiments[0].replicates = harness_core::size::PerSize::same(3);
    let engine = engine(folder);
    let stop = AtomicBool::new(false);
    let error = engine.execute(&plan(&engine, &more), &Options::new(&stop));
    let error = error.expect_err("it may not be written");
    let read_only = matches!(error, EngineError::Store(StoreError::ReadOnly { .. }));
    assert!(read_only, "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_one_clear_error_and_damages_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let stored = stored();
    let readable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(stored.path(), readable).expect("it is ours");
    let this = std::env::current_exe().expect("it runs");
    let ids = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let output = std::process::Command::new("setpriv")
        .args(ids)
        .arg(this)
        .args(["--exact", "damage::read_only_child", "--ignored"])
        .env("READ_ONLY_FOLDER", stored.path())
        .output()
        .expect("setpriv (util-linux) is installed");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    let kept = std::fs::read(only_segment(stored.path())).expect("it is there");
    assert_eq!(kept, stored.bytes);
}
