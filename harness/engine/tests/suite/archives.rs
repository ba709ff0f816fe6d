//! Archives that are not what they should be: refused whole, and nothing is written anywhere.

use crate::far::{Far, TABLE, assert_says};
use crate::server::{Answer, Entry, Server, bz2, gz, tar_gz, zip};

const GOOD: Entry<'_> = Entry::File("t.csv", TABLE.as_bytes());

/// The message by which a download is refused.
fn refused(kind: &str, limit: usize, packed: &[u8]) -> String {
    let server = Server::start(&[("/file", Answer::Whole(packed.to_vec()))]);
    let url = server.url("/file");
    let fetch = format!("url = \"{url}\"\narchive = \"{kind}\"\nunpacked-bytes = {limit}");
    Far::new(&fetch, packed).refused()
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for path in [
        "../far/t.csv",
        "../t.csv",
        "a/../../t.csv",
        "/t.csv",
        "/tmp/t.csv",
        "..",
        "a\\..\\..\\t.csv",
        "C:t.csv",
    ] {
        let hostile = [GOOD, Entry::File(path, b"evil")];
        for (kind, packed) in [("tar.gz", tar_gz(&hostile)), ("zip", zip(&hostile))] {
            let message = refused(kind, 99_999, &packed);
            assert_says(
                &message,
                &["data set `far`: the archive has the path", path, "leaves"],
            );
        }
    }
}

#[test]
fn links_and_special_files_are_refused() {
    for entry in [
        Entry::Symlink("l", "/etc"),
        Entry::Symlink("t.csv", "meta.toml"),
        Entry::Fifo("l"),
        Entry::Hardlink("l", "../../x"),
    ] {
        // A later entry would go through the link.
        let hostile = [entry, Entry::File("l/t.csv", b"evil"), GOOD];
        let said = if matches!(entry, Entry::Fifo(_)) {
            "has the special file `l`"
        } else {
            "has the link `"
        };
        assert_says(&refused("tar.gz", 99_999, &tar_gz(&hostile)), &[said]);
        if !matches!(entry, Entry::Hardlink(..)) {
            assert_says(&refused("zip", 99_999, &zip(&hostile)), &[said]);
        }
    }
}

#[test]
fn bombs_stop_at_the_limit() {
    let zeros = vec![0; 50_000_000];
    let bomb = [GOOD, Entry::File("t.csv", &zeros)];
    let unwanted = [GOOD, Entry::File("other", &zeros)];
    for (kind, packed) in [
        ("gz", gz(&zeros)),
        ("bz2", bz2(&zeros)),
        ("tar.gz", tar_gz(&bomb[1..])),
        // What is skipped has to be unpacked, too.
        ("tar.gz", tar_gz(&unwanted)),
        ("zip", zip(&bomb[1..])),
    ] {
        assert!(packed.len() < 100_000, "{kind} is small");
        let message = refused(kind, 1_000_000, &packed);
        assert_says(&message, &["unpacks to more than 1000000 bytes"]);
    }
    // One byte too many is enough.
    assert_says(
        &refused("gz", 19, &gz(TABLE.as_bytes())),
        &["more than 19 bytes"],
    );
    assert_says(&refused("zip", 19, &zip(&[GOOD])), &["more than 19 bytes"]);
}

#[test]
fn what_is_no_archive_or_lacks_the_file_is_refused() {
    for (kind, packed) in [
        ("zip", b"PK, but no more than that".to_vec()),
        ("tar.gz", b"not gzip".to_vec()),
        ("gz", b"not gzip".to_vec()),
        ("bz2", b"not bzip2".to_vec()),
    ] {
        assert_says(
            &refused(kind, 99_999, &packed),
            &["the archive", "cannot be read"],
        );
    }
    for (kind, whole) in [
        ("gz", gz(TABLE.as_bytes())),
        ("bz2", bz2(TABLE.as_bytes())),
        ("tar.gz", tar_gz(&[GOOD])),
        ("zip", zip(&[GOOD])),
    ] {
        let cut = &whole[..whole.len() - 9];
        assert_says(&refused(kind, 99_999, cut), &["the archive"]);
    }
    let without = [Entry::File("u.csv", b"")];
    for (kind, packed) in [("tar.gz", tar_gz(&without)), ("zip", zip(&without))] {
        assert_says(&refused(kind, 99_999, &packed), &["holds no `t.csv`"]);
    }
    let twice = [GOOD, GOOD];
    for (kind, packed) in [("tar.gz", tar_gz(&twice)), ("zip", zip(&twice))] {
        assert_says(&refused(kind, 99_999, &packed), &["holds `t.csv` twice"]);
    }
}

#[test]
fn a_damaged_entry_of_a_zip_archive_is_refused() {
    let mut packed = zip(&[Entry::File("t.csv", &[b'x'; 400])]);
    let place = packed.windows(4).position(|four| four == b"PK\x01\x02");
    let crc = place.expect("a central directory") + 16;
    packed[crc] ^= 1;
    assert_says(&refused("zip", 99_999, &packed), &["cannot be read"]);
}
