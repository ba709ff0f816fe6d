//! Digests of sources: what a stored result says that it was made from.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::methods::method_files;

/// What one paper's results are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperSources {
    /// The name of its folder.
    pub slug: String,
    /// A digest of all its sources but the method files listed below.
    pub digest: String,
    /// Name and digest of each method file that nothing else in the paper mentions. Only cells
    /// with an axis of that value depend on it.
    pub methods: Vec<(String, String)>,
}

/// The sources of every paper under `papers/`, sorted by slug.
///
/// # Errors
/// A file or folder that cannot be read.
pub fn paper_sources(papers: &Path) -> io::Result<Vec<PaperSources>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(papers)? {
        let path = entry?.path();
        if path.join("Cargo.toml").is_file() {
            all.push(sources_of(&path)?);
        }
    }
    all.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(all)
}

fn sources_of(paper: &Path) -> io::Result<PaperSources> {
    let mut files = Vec::new();
    for part in ["src", "Cargo.toml", "build.rs"] {
        collect(&paper.join(part), &mut files)?;
    }
    files.sort();
    let all = files.clone();
    let mut methods = Vec::new();
    for (stem, path) in method_files(&paper.join("src/methods"))? {
        if !is_mentioned(&stem, &path, &all)? {
            files.retain(|file| *file != path);
            methods.push((stem.replace('_', "-"), digest(paper, &[path])?));
        }
    }
    let slug = paper
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(PaperSources {
        slug,
        digest: digest(paper, &files)?,
        methods,
    })
}

/// Whether another file uses a method file's items, `stem::…`.
fn is_mentioned(stem: &str, own: &Path, files: &[PathBuf]) -> io::Result<bool> {
    let needle = format!("{stem}::");
    for file in files.iter().filter(|file| *file != own) {
        let text = fs::read_to_string(file)?;
        let mentioned = text.match_indices(&needle).any(|(place, _)| {
            let before = text[..place].chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
        });
        if mentioned {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A digest of files and whole folders, over names and contents in the order of the names.
///
/// # Errors
/// A file or folder that cannot be read.
pub fn digest_of(base: &Path, parts: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for part in parts {
        collect(&base.join(part), &mut files)?;
    }
    files.sort();
    digest(base, &files)
}

fn digest(base: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let name = file
            .strip_prefix(base)
            .unwrap_or(file)
            .to_string_lossy()
            .replace('\\', "/");
        let content = fs::read(file)?;
        for part in [name.as_bytes(), &content] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
