//! `meta.toml`: where a data set comes from, what one may do with it and what its files hold.

use serde::Deserialize;

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
    /// How to get the files; required of optional data.
    #[serde(default)]
    pub remedy: Option<String>,
    /// Parts of one table, to be read one after another.
    pub files: Vec<DataFile>,
}

/// One file of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataFile {
    /// Its name in the data set's folder.
    pub path: String,
    /// Its SHA-256 as 64 hexadecimal digits; may be left out for optional data only.
    #[serde(default)]
    pub sha256: Option<String>,
    /// How it is laid out.
    pub format: Format,
    /// Rows of numbers.
    pub rows: usize,
    /// Columns, label included.
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
        if meta.optional && meta.remedy.is_none() {
            return Err("optional data needs a `remedy`".to_owned());
        }
        for file in &meta.files {
            let path = &file.path;
            if path.contains(['/', '\\']) || path.starts_with('.') {
                return Err(format!("`{path}` is not a file of this folder"));
            }
            if file.rows == 0 || file.columns == 0 || file.columns != first.columns {
                return Err(format!(
                    "`{path}`: rows and columns must be positive and columns equal in all files"
                ));
            }
            match &file.sha256 {
                Some(digits) if !is_sha256(digits) => {
                    return Err(format!(
                        "`{path}`: `sha256` must be 64 digits of 0-9 and a-f"
                    ));
                }
                None if !meta.optional => {
                    return Err(format!("`{path}` needs its `sha256`"));
                }
                _ => {}
            }
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
    pub(crate) fn remedy(&self) -> String {
        self.remedy
            .clone()
            .unwrap_or_else(|| format!("restore it with `git checkout -- datasets/{}`", self.name))
    }
}

fn is_sha256(digits: &str) -> bool {
    digits.len() == 64
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
