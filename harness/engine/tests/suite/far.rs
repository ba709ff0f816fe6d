//! A folder of data sets, one of which has to be fetched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use harness_core::dataset::DatasetError;
use harness_engine::{Clients, Datasets, FetchError};
use harness_testkit::tempfile::{TempDir, tempdir};

use crate::server::sha256;

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

    pub(crate) fn datasets(&self) -> Datasets {
        Datasets::new(self.folder.path())
    }

    pub(crate) fn fetch(&self) -> Result<(), FetchError> {
        self.fetch_with(&Clients::default())
    }

    pub(crate) fn fetch_with(&self, clients: &Clients) -> Result<(), FetchError> {
        self.datasets().fetch("far", clients).map(drop)
    }

    pub(crate) fn import(&self, file: &Path) -> Result<(), FetchError> {
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

#[track_caller]
pub(crate) fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
}
