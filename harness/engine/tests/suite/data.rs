//! Optional data: fetched or imported whole and as declared, or the folder stays as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use harness_core::dataset::DatasetError;
use harness_engine::{Clients, Datasets, FetchError};
use harness_testkit::tempfile::{TempDir, tempdir};

use crate::server::{Answer, Entry, Server, bz2, gz, sha256, tar_gz, zip};

pub(crate) const TABLE: &str = "2,1,a,b\n1.5,0\n2.5,1\n";

/// A folder of data sets, one of them optional: `far`, with the table `t.csv`.
pub(crate) struct Far {
    folder: TempDir,
}

impl Far {
    /// `fetch` is the rest of the `[fetch]` table; the origin's digest and size are those of
    /// `download` if it does not give them.
    pub(crate) fn new(fetch: &str, download: &[u8]) -> Self {
        let files = "[[files]]\npath = \"t.csv\"\nformat = \"csv\"\nrows = 2\ncolumns = 2";
        Self::with_files(
            fetch,
            download,
            &format!("{files}\n{}", Self::digest(TABLE)),
        )
    }

    pub(crate) fn with_files(fetch: &str, download: &[u8], files: &str) -> Self {
        let folder = tempdir().expect("a folder");
        let far = folder.path().join("far");
        fs::create_dir(&far).expect("a new folder");
        let mut fetch = fetch.to_owned();
        if !fetch.contains("sha256") {
            fetch = format!("{fetch}\n{}", Self::digest(download));
        }
        if !fetch.starts_with("bytes") {
            fetch = format!("bytes = {}\n{fetch}", download.len());
        }
        let meta = format!(
            "name = \"far\"\ntitle = \"\"\nsource = \"\"\nlicence = \"\"\ncitation = \"\"\n\
             optional = true\n[fetch]\n{fetch}\n{files}\n"
        );
        fs::write(far.join("meta.toml"), meta).expect("a writable folder");
        Self { folder }
    }

    pub(crate) fn digest(content: impl AsRef<[u8]>) -> String {
        format!("sha256 = \"{}\"", sha256(content.as_ref()))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("far")
    }

    fn datasets(&self) -> Datasets {
        Datasets::new(self.folder.path())
    }

    pub(crate) fn fetch(&self) -> Result<(), FetchError> {
        self.fetch_with(&Clients::default())
    }

    fn fetch_with(&self, clients: &Clients) -> Result<(), FetchError> {
        self.datasets().fetch("far", clients).map(drop)
    }

    fn import(&self, file: &Path) -> Result<(), FetchError> {
        self.datasets().import("far", file).map(drop)
    }

    /// All files of all data sets, hidden ones too.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let root = self.folder.path();
        let (mut files, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("readable") {
                let path = entry.expect("readable").path();
                let name = path.strip_prefix(root).expect("below").to_string_lossy();
                if path.is_dir() {
                    files.insert(format!("{name}/"), Vec::new());
                    folders.push(path);
                } else {
                    files.insert(name.into_owned(), fs::read(&path).expect("readable"));
                }
            }
        }
        files
    }

    /// Fails to fetch, leaves everything as it was, and gives the message.
    pub(crate) fn refused(&self) -> String {
        let before = self.files();
        let message = self.fetch().expect_err("it is refused").to_string();
        assert_eq!(before, self.files(), "{message}");
        let absent = self.datasets().load("far").expect_err("it is not here");
        assert!(matches!(absent, DatasetError::Absent { .. }), "{absent}");
        message
    }
}

fn server(answer: Answer) -> (Server, String) {
    let server = Server::start(&[("/file", answer)]);
    let url = format!("url = \"{}\"", server.url("/file"));
    (server, url)
}

#[track_caller]
pub(crate) fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
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
    let texts = files.keys().filter(|name| name.ends_with(".txt"));
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

#[test]
fn a_missing_client_is_one_clear_message() {
    for manager in ["npm", "pip"] {
        let package = format!("{{ manager = \"{manager}\", name = \"p\", version = \"1.2\" }}");
        let far = Far::new(&format!("package = {package}"), b"");
        let none = PathBuf::from("/nowhere/client");
        let clients = Clients {
            npm: vec![none.clone()],
            pip: vec![none],
        };
        let before = far.files();
        let message = far
            .fetch_with(&clients)
            .expect_err("there is none")
            .to_string();
        assert_eq!(
            message,
            "data set `far` is in the package `p 1.2`, and `/nowhere/client` is not installed: \
             install it, or get the package in another way and run \
             `cargo reproduce data import far FILE`"
        );
        assert_eq!(before, far.files());
    }
}

#[cfg(unix)]
#[test]
fn a_client_is_asked_for_exactly_the_package() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempdir().expect("a folder");
    let script = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a writable folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        path
    };
    let packed = gz(TABLE.as_bytes());
    let source = place.path().join("source");
    fs::write(&source, &packed).expect("a writable folder");
    let (asked, source) = (place.path().join("asked"), source.display());
    let note = format!("echo \"$@\" > {}", asked.display());
    let good = script("good", &format!("{note}\ncp {source} p-1.2.tgz"));
    let bad = script("bad", "echo first >&2\necho 'no such package' >&2\nexit 3");
    let idle = script("idle", "exit 0");
    let clients = |path: &PathBuf| Clients {
        npm: vec!["/nowhere/client".into(), path.clone()],
        pip: vec![path.clone()],
    };
    for (manager, name, words) in [
        ("npm", "@a/p", "pack --silent --ignore-scripts @a/p@1.2"),
        (
            "pip",
            "p",
            "download --no-deps --only-binary :all: --no-input --disable-pip-version-check \
             --quiet --dest . p==1.2",
        ),
    ] {
        let package =
            format!("{{ manager = \"{manager}\", name = \"{name}\", version = \"1.2\" }}");
        let fetch = format!("package = {package}\narchive = \"gz\"\nunpacked-bytes = 20");
        let far = Far::new(&fetch, &packed);
        let before = far.files();
        let message = far
            .fetch_with(&clients(&bad))
            .expect_err("it fails")
            .to_string();
        assert_says(
            &message,
            &[words, "exit status: 3; first | no such package"],
        );
        let message = far
            .fetch_with(&clients(&idle))
            .expect_err("it does nothing")
            .to_string();
        assert_says(&message, &["it left no single file"]);
        assert_eq!(before, far.files());
        far.fetch_with(&clients(&good))
            .expect("the package is right");
        far.datasets().load("far").expect("it is here");
        let asked = fs::read_to_string(&asked).expect("it was run");
        assert_eq!(asked.trim(), words);
    }
}
