//! Where things are, and the papers with their manifests as they stand on disk.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use harness_core::manifest::{self, Manifest};
use harness_core::{Diagnostics, Paper, Size};
use harness_engine::each;

use crate::registry::PAPERS;

/// An error in what the user gave: exit code 2.
#[derive(Debug)]
pub(crate) struct WrongInput(pub(crate) String);

impl fmt::Display for WrongInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongInput {}

/// Fails with a [`WrongInput`].
pub(crate) fn wrong<T>(message: impl Into<String>) -> Result<T> {
    Err(WrongInput(message.into()).into())
}

/// The repository's folder.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    /// Papers whose manifests have been read and are valid, by slug.
    loaded: Mutex<BTreeMap<&'static str, LoadedPaper>>,
}

/// A paper and its validated manifest.
#[derive(Clone, Debug)]
pub(crate) struct LoadedPaper {
    /// The code, with the text of `paper.toml` as it stands on disk.
    pub(crate) paper: Paper,
    pub(crate) manifest: Manifest,
}

impl Project {
    /// The folder given, or the nearest one above the current folder with `papers/` and `datasets/`.
    pub(crate) fn find(given: Option<&Path>) -> Result<Self> {
        let is_root = |path: &Path| path.join("papers").is_dir() && path.join("datasets").is_dir();
        if let Some(root) = given {
            if is_root(root) {
                return Ok(Self::new(root));
            }
            return wrong(format!(
                "--root {}: no papers/ and datasets/ there",
                root.display()
            ));
        }
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        match here.ancestors().find(|path| is_root(path)) {
            Some(root) => Ok(Self::new(root)),
            None => wrong(format!(
                "no papers/ and datasets/ in {} or above it; run inside the repository or give --root",
                here.display()
            )),
        }
    }

    fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            loaded: Mutex::default(),
        }
    }

    /// The folder of the data sets.
    pub(crate) fn datasets(&self) -> PathBuf {
        self.root.join("datasets")
    }

    /// The folder of the committed reports of one size.
    pub(crate) fn reports(&self, size: Size) -> PathBuf {
        self.root.join("reports").join(size.name())
    }

    /// The names of the folders under `datasets/`, sorted.
    pub(crate) fn dataset_names(&self) -> Result<Vec<String>> {
        folder_names(&self.datasets(), "meta.toml")
    }

    /// Papers by slug (all if none is named), in the registry's order, with valid manifests.
    pub(crate) fn load(&self, slugs: &[String]) -> Result<Vec<LoadedPaper>> {
        for slug in slugs {
            if !PAPERS.iter().any(|paper| paper.slug == slug) {
                return wrong(unknown_paper(slug));
            }
        }
        let datasets = self.dataset_names()?;
        let wanted =
            |paper: &&Paper| slugs.is_empty() || slugs.iter().any(|slug| slug == paper.slug);
        let wanted: Vec<&Paper> = PAPERS.iter().copied().filter(wanted).collect();
        let mut loaded = Vec::new();
        let mut problems = Vec::new();
        for paper in each(wanted, |paper| self.read(paper, &datasets)) {
            match paper? {
                Ok(paper) => loaded.push(paper),
                Err(diagnostics) => problems.push(diagnostics.to_string()),
            }
        }
        if problems.is_empty() {
            Ok(loaded)
        } else {
            wrong(problems.join("\n"))
        }
    }

    /// One paper's manifest from the disk, or what is wrong with it. Read once in the life of the
    /// process: all that is said of one run is said of one manifest.
    fn read(
        &self,
        paper: &Paper,
        datasets: &[String],
    ) -> Result<Result<LoadedPaper, Diagnostics>, WrongInput> {
        let known = |papers: &BTreeMap<_, LoadedPaper>| papers.get(paper.slug).cloned();
        if let Some(loaded) = known(&self.loaded.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(Ok(loaded));
        }
        let file = format!("papers/{}/paper.toml", paper.slug);
        let text = fs::read_to_string(self.root.join(&file))
            .map_err(|error| WrongInput(format!("{file}: {error}")))?;
        let paper = Paper {
            // Nothing is gained by giving it back.
            manifest: text.leak(),
            ..*paper
        };
        Ok(manifest::check(&paper, &file, datasets).map(|manifest| {
            let loaded = LoadedPaper { paper, manifest };
            let mut known = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(paper.slug, loaded.clone());
            loaded
        }))
    }

    /// The one paper of a slug.
    pub(crate) fn load_one(&self, slug: &str) -> Result<LoadedPaper> {
        let mut loaded = self.load(&[slug.to_owned()])?;
        loaded
            .pop()
            .ok_or_else(|| WrongInput(unknown_paper(slug)).into())
    }
}

/// The names of the folders in `folder` that hold a file of this name, sorted.
pub(crate) fn folder_names(folder: &Path, marker: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder)
        .map_err(|error| WrongInput(format!("{}: {error}", folder.display())))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        if path.join(marker).is_file() {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}

fn unknown_paper(slug: &str) -> String {
    let known: Vec<&str> = PAPERS.iter().map(|paper| paper.slug).collect();
    unknown("paper", slug, &known)
}

/// `unknown paper `x`; did you mean `y`? allowed: …`.
pub(crate) fn unknown(kind: &str, given: &str, allowed: &[&str]) -> String {
    let near = harness_core::diagnostics::nearest(given, allowed.iter().copied());
    let hint = near
        .map(|name| format!("did you mean `{name}`? "))
        .unwrap_or_default();
    format!(
        "unknown {kind} `{given}`; {hint}allowed: {}",
        allowed.join(", ")
    )
}
