//! `meta.toml`: where a data set comes from, what one may do with it and what its files hold.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::origin::{Origin, is_sha256};

/// A whole `meta.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Meta {
    /// The name of its folder.
    pub name: String,
    /// What it is called in print.
    pub title: String,
    /// Where its files were taken from.
    pub source: String,
    /// What one may do with it.
    pub licence: String,
    /// Whom to cite.
    pub citation: String,
    /// Whether its files may be absent; cells that read it are then skipped.
    #[serde(default)]
    pub optional: bool,
    /// How to get the files of optional data, where it cannot be fetched.
    #[serde(default)]
    pub remedy: Option<String>,
    /// Where optional data are fetched from.
    #[serde(default)]
    pub fetch: Option<Origin>,
    /// Parts of one table, to be read one after another.
    pub files: Vec<DataFile>,
}

/// One file of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataFile {
    /// Its name in the data set's folder.
    pub path: String,
    /// Its path inside the archive that is fetched; `path` by default.
    #[serde(default)]
    pub member: Option<String>,
    /// Its SHA-256 as 64 hexadecimal digits; may be left out for optional data only. Of a folder:
    /// the SHA-256 of what `sha256sum` prints for its files in the order of their names.
    #[serde(default)]
    pub sha256: Option<String>,
    /// How it is laid out.
    pub format: Format,
    /// The label of all its rows, where the file itself holds none.
    #[serde(default)]
    pub label: Option<u32>,
    /// Rows of the table that is read from it.
    pub rows: usize,
    /// Columns of that table, label included.
    pub columns: usize,
}

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Format {
    /// Comma-separated numbers below one header line, which is skipped.
    #[serde(rename = "csv")]
    Csv,
    /// Comma-separated numbers without a header, compressed by gzip.
    #[serde(rename = "csv.gz")]
    CsvGz,
    /// A JSON object whose only key `data` is a flat list of numbers, row by row.
    #[serde(rename = "json")]
    Json,
    /// A folder with one folder of text files for each class: read as word counts in coordinate
    /// form, (document, term, count, class).
    #[serde(rename = "documents")]
    Documents,
}

impl Meta {
    /// Parses and validates; `name` is the name of the folder.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, String> {
        let meta: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if meta.name != name {
            return Err(format!(
                "says `name = \"{}\"` in the folder `{name}`",
                meta.name
            ));
        }
        let Some(first) = meta.files.first() else {
            return Err("`files` is empty".to_owned());
        };
        if meta.optional && meta.remedy.is_none() && meta.fetch.is_none() {
            return Err("optional data needs a `remedy` or a `[fetch]` table".to_owned());
        }
        if let Some(problem) = meta.fetch.as_ref().and_then(Origin::problem) {
            return Err(problem);
        }
        if meta.fetch.is_some() && !meta.optional {
            return Err("only optional data is fetched; add `optional = true`".to_owned());
        }
        let packed = meta.fetch.as_ref().and_then(|origin| origin.archive);
        let has_members = packed.is_some_and(super::origin::Archive::has_members);
        if meta.fetch.is_some() && !has_members && meta.files.len() > 1 {
            return Err("what is fetched is one file, so `files` must have one entry".to_owned());
        }
        let mut paths = BTreeSet::new();
        for file in &meta.files {
            let path = &file.path;
            if !paths.insert(path.to_lowercase()) {
                return Err(format!("`{path}` stands twice in `files`"));
            }
            if file.rows == 0 || file.columns == 0 || file.columns != first.columns {
                return Err(format!(
                    "`{path}`: rows and columns must be positive and columns equal in all files"
                ));
            }
            file.check(meta.optional, has_members)
                .map_err(|problem| format!("`{path}`{problem}"))?;
        }
        Ok(meta)
    }

    /// Rows of the whole table.
    pub fn rows(&self) -> usize {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Columns of the table, label included.
    pub fn columns(&self) -> usize {
        self.files.first().map_or(0, |file| file.columns)
    }

    /// How to get the files back.
    pub fn remedy(&self) -> String {
        let name = &self.name;
        match &self.remedy {
            Some(remedy) => remedy.clone(),
            None if self.fetch.is_some() => {
                format!("fetch it with `cargo reproduce data fetch {name}`")
            }
            None => format!("restore it with `git checkout -- datasets/{name}`"),
        }
    }
}

impl DataFile {
    /// Where it lies in the archive that is fetched.
    pub(crate) fn member(&self) -> &str {
        self.member.as_deref().unwrap_or(&self.path)
    }

    fn check(&self, optional: bool, has_members: bool) -> Result<(), String> {
        let (path, format) = (&self.path, self.format);
        // Names with a leading dot are for what lies beside the data.
        if path.contains(['/', '\\', ':']) || path.starts_with('.') || path == "meta.toml" {
            return Err(" is not a file of this folder".to_owned());
        }
        match &self.sha256 {
            Some(digits) if !is_sha256(digits) => {
                return Err(": `sha256` must be 64 digits of 0-9 and a-f".to_owned());
            }
            None if !optional || format == Format::Documents => {
                return Err(" needs its `sha256`".to_owned());
            }
            _ => {}
        }
        if self.member.is_some() && !has_members {
            return Err(": `member` needs `archive = \"zip\"` or `\"tar.gz\"`".to_owned());
        }
        if self.label.is_some() && format != Format::Json {
            return Err(": `label` is for `format = \"json\"`".to_owned());
        }
        if format == Format::Documents && self.columns != 4 {
            return Err(": documents have 4 columns: document, term, count, class".to_owned());
        }
        Ok(())
    }
}
