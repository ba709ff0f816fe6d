//! Optional data: fetched or imported whole and as declared, or the folder stays as it was.

use std::fs;

use harness_engine::Clients;
use harness_testkit::tempfile::tempdir;

use crate::far::{Far, TABLE, assert_says};
use crate::server::{Answer, Entry, Server, bz2, gz, sha256, tar_gz, zip};

fn server(answer: Answer) -> (Server, String) {
    let server = Server::start(&[("/file", answer)]);
    let url = format!("url = \"{}\"", server.url("/file"));
    (server, url)
}

#[test]
fn every_kind_of_archive_ends_as_the_declared_file() {
    let table = TABLE.as_bytes();
    let entries = [
        Entry::Folder("a/"),
        Entry::File("a/other", b"x"),
        Entry::File("t.csv", table),
    ];
    for (kind, packed) in [
        ("", table.to_vec()),
        ("archive = \"gz\"\nunpacked-bytes = 20", gz(table)),
        ("archive = \"bz2\"\nunpacked-bytes = 20", bz2(table)),
        ("archive = \"zip\"\nunpacked-bytes = 21", zip(&entries)),
        (
            "archive = \"tar.gz\"\nunpacked-bytes = 9999",
            tar_gz(&entries),
        ),
    ] {
        for answer in [
            Answer::Whole(packed.clone()),
            Answer::Unannounced(packed.clone()),
        ] {
            let (_server, url) = server(answer);
            let far = Far::new(&format!("{url}\n{kind}"), &packed);
            let datasets = far.datasets();
            let absent = datasets
                .load("far")
                .expect_err("not yet fetched")
                .to_string();
            assert_says(&absent, &["fetch it with `cargo reproduce data fetch far`"]);
            datasets.fetch("far", &Clients::default()).expect(kind);
            let data = datasets.load("far").expect("it is here now");
            assert_eq!(data.values, [1.5, 0.0, 2.5, 1.0]);
            let files: Vec<String> = far.files().into_keys().collect();
            assert_eq!(files, ["far/", "far/meta.toml", "far/t.csv"], "{kind}");
        }
    }
}

#[test]
fn another_digest_or_size_is_refused() {
    let table = TABLE.as_bytes();
    let (_server, url) = server(Answer::Whole(table.to_vec()));
    let zeros = "0".repeat(64);
    let wrong = Far::new(&format!("{url}\nsha256 = \"{zeros}\""), table);
    assert_says(
        &wrong.refused(),
        &["SHA-256", &sha256(table), &zeros, "not used"],
    );
    let (length, digest) = (table.len(), Far::digest(table));
    for (bytes, said) in [(length - 1, "more than 19 bytes"), (length + 1, "20 bytes")] {
        let other = Far::new(&format!("bytes = {bytes}\n{url}\n{digest}"), table);
        assert_says(
            &other.refused(),
            &[said, &format!("expected {bytes} bytes")],
        );
    }
    // Right as an archive, with another file inside.
    let packed = gz(b"2,1,a,b\n1.5,0\n2.5,9\n");
    let (_server, url) = server(Answer::Whole(packed.clone()));
    let other = Far::new(
        &format!("{url}\narchive = \"gz\"\nunpacked-bytes = 99"),
        &packed,
    );
    assert_says(&other.refused(), &["t.csv", "has SHA-256", &sha256(table)]);
    // Right by digest, but not laid out as declared.
    let files =
        format!("[[files]]\npath = \"t.csv\"\nformat = \"csv\"\nrows = 3\ncolumns = 2\n{digest}");
    let (_server, url) = server(Answer::Whole(table.to_vec()));
    let other = Far::with_files(&url, table, &files);
    assert_says(&other.refused(), &["2 rows, expected 3"]);
}

#[test]
fn a_download_that_breaks_off_is_refused() {
    let table = TABLE.as_bytes();
    let (_server, url) = server(Answer::Half(table.to_vec()));
    let far = Far::new(&url, table);
    assert_says(
        &far.refused(),
        &[&url[7..url.len() - 1], "after 10 of 20 bytes"],
    );
    let (_server, url) = server(Answer::Unannounced(table[..10].to_vec()));
    let far = Far::new(&url, table);
    assert_says(&far.refused(), &["has 10 bytes, expected 20 bytes"]);
}

#[test]
fn errors_and_detours_of_a_server_are_refused() {
    let table = TABLE.as_bytes();
    let server = Server::start(&[
        ("/file", Answer::Whole(table.to_vec())),
        ("/moved", Answer::Moved("/file".to_owned())),
    ]);
    for (path, said) in [("/none", "404"), ("/moved", "302")] {
        let far = Far::new(&format!("url = \"{}\"", server.url(path)), table);
        assert_says(&far.refused(), &["cannot fetch", path, said]);
    }
    // A server that does not speak TLS.
    let url = server.url("/file").replace("http:", "https:");
    let far = Far::new(&format!("url = \"{url}\""), table);
    assert_says(&far.refused(), &[&format!("cannot fetch {url}: ")]);
    // Nobody listens on port 1.
    let far = Far::new("url = \"http://127.0.0.1:1/file\"", table);
    assert_says(&far.refused(), &["cannot fetch http://127.0.0.1:1/file: "]);
}

#[test]
fn what_a_killed_fetch_left_is_cleared_and_old_files_are_replaced() {
    let packed = tar_gz(&[
        Entry::File("b/c/1.txt", b"one two"),
        Entry::File("b/d/2.txt", b"Two."),
    ]);
    let (_server, url) = server(Answer::Whole(packed.clone()));
    let lines = format!(
        "{}  c/1.txt\n{}  d/2.txt\n",
        sha256(b"one two"),
        sha256(b"Two.")
    );
    let files = format!(
        "[[files]]\npath = \"texts\"\nmember = \"b\"\nformat = \"documents\"\nrows = 2\n\
         columns = 4\n{}",
        Far::digest(lines)
    );
    let fetch = format!("{url}\narchive = \"tar.gz\"\nunpacked-bytes = 99999");
    let far = Far::with_files(&fetch, &packed, &files);
    for left in [
        ".incoming/unpacked/texts/c",
        ".incoming/scratch",
        "texts/old",
    ] {
        fs::create_dir_all(far.path().join(left)).expect("a new folder");
    }
    for left in [
        ".incoming/download",
        ".incoming/unpacked/texts/c/1.txt",
        "texts/old/3.txt",
    ] {
        fs::write(far.path().join(left), "rubbish").expect("a writable folder");
    }
    far.fetch().expect("it is fetched");
    let data = far.datasets().load("far").expect("it is whole");
    // Only `two` is in both documents.
    assert_eq!(data.values, [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    let files = far.files();
    let texts = files
        .keys()
        .filter(|name| name.contains("texts/") && !name.ends_with('/'));
    assert_eq!(
        texts.collect::<Vec<_>>(),
        ["far/texts/c/1.txt", "far/texts/d/2.txt"]
    );
    assert!(!far.path().join(".incoming").exists());
    // A file too many is noticed.
    fs::write(far.path().join("texts/d/3.txt"), "two").expect("a writable folder");
    let damaged = far
        .datasets()
        .load("far")
        .expect_err("it is changed")
        .to_string();
    assert_says(&damaged, &["has SHA-256", "data fetch far"]);
}

#[test]
fn two_processes_do_not_fetch_the_same_data() {
    let table = TABLE.as_bytes();
    let (_server, url) = server(Answer::Whole(table.to_vec()));
    let far = Far::new(&url, table);
    fs::create_dir(far.path().join(".incoming")).expect("a new folder");
    let lock = fs::File::create(far.path().join(".incoming/lock")).expect("a new file");
    lock.lock().expect("nobody else has it");
    assert_says(&far.refused(), &["being fetched by another process"]);
    drop(lock);
    far.fetch().expect("nobody else fetches now");
}

#[test]
fn a_file_is_imported_if_it_is_what_would_be_fetched() {
    let packed = gz(TABLE.as_bytes());
    let fetch = "url = \"https://example.org/t.gz\"\narchive = \"gz\"\nunpacked-bytes = 20";
    let far = Far::new(fetch, &packed);
    let place = tempdir().expect("a folder");
    let (right, wrong) = (place.path().join("right"), place.path().join("wrong"));
    fs::write(&right, &packed).expect("a writable folder");
    fs::write(&wrong, gz(b"other")).expect("a writable folder");
    let before = far.files();
    for (file, said) in [
        (&wrong, "it was not used"),
        (&place.path().join("none"), "cannot read"),
    ] {
        let message = far.import(file).expect_err("not it").to_string();
        assert_says(&message, &[said, &file.display().to_string()]);
        assert_eq!(before, far.files());
    }
    far.import(&right).expect("it is what would be fetched");
    far.datasets().load("far").expect("it is here");
    assert_eq!(fs::read(&right).expect("still there"), packed);

    let meta = fs::read_to_string(far.path().join("meta.toml")).expect("readable");
    let (head, _) = meta.split_once("[fetch]").expect("one table");
    let (_, files) = meta.split_once("[[files]]").expect("one file");
    let by_hand = format!("{head}remedy = \"ask for it\"\n[[files]]{files}");
    fs::write(far.path().join("meta.toml"), by_hand).expect("a writable folder");
    fs::remove_file(far.path().join("t.csv")).expect("it is there");
    assert_says(&far.refused(), &["cannot be fetched; ask for it"]);
    assert!(far.import(&right).is_err(), "still packed");
    fs::write(&right, TABLE).expect("a writable folder");
    far.import(&right).expect("it has the digest of the file");
    far.datasets().load("far").expect("it is here");

    let vendored = by_hand_vendored(&far);
    assert_says(
        &vendored,
        &["part of the repository", "git checkout -- datasets/far"],
    );
}

fn by_hand_vendored(far: &Far) -> String {
    let path = far.path().join("meta.toml");
    let meta = fs::read_to_string(&path).expect("readable");
    let vendored = meta.replace("optional = true\nremedy = \"ask for it\"\n", "");
    fs::write(&path, vendored).expect("a writable folder");
    far.fetch().expect_err("it is not optional").to_string()
}
