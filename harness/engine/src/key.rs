//! The key under which a finished cell is kept: everything that its result depends on.

use std::fmt;

use harness_core::Axes;
use serde::{Deserialize, Serialize};

/// What the running program was built from, as digests or plain words. Computed when the command
/// is built, never read at run time.
#[derive(Clone, Copy, Debug)]
pub struct BuildFacts {
    /// Each paper's own sources.
    pub papers: &'static [PaperFacts],
    /// A digest of the sources that every paper's results depend on.
    pub shared_sources: &'static str,
    /// A digest of the lock file.
    pub lockfile: &'static str,
    /// The compiler's version.
    pub toolchain: &'static str,
    /// The profile and the compiler's flags.
    pub profile: &'static str,
}

/// One paper's own sources.
#[derive(Clone, Copy, Debug)]
pub struct PaperFacts {
    /// The paper.
    pub slug: &'static str,
    /// A digest of all its sources but the method files below.
    pub sources: &'static str,
    /// Name and digest of each method file; cells depend on it if an axis has that value.
    pub methods: &'static [(&'static str, &'static str)],
}

impl BuildFacts {
    /// Says nothing about the program: for tests, which keep their runs in a folder of their own.
    pub const UNSTATED: Self = Self {
        papers: &[],
        shared_sources: "unstated",
        lockfile: "unstated",
        toolchain: "unstated",
        profile: "unstated",
    };

    /// The digest of those of a paper's own sources that a grid point depends on.
    pub(crate) fn paper_digest(&self, slug: &str, axes: &Axes) -> Digest {
        let Some(paper) = self.papers.iter().find(|paper| paper.slug == slug) else {
            return digest(["unstated"]);
        };
        let is_used = |name: &str| axes.iter().any(|(_, value)| value.as_text() == Some(name));
        let used = paper.methods.iter().filter(|(name, _)| is_used(name));
        let used = used.flat_map(|(name, digest)| [*name, *digest]);
        digest([paper.sources].into_iter().chain(used))
    }
}

/// One of the things that a result depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// Paper, experiment, axis values and replicate.
    Parameters,
    /// The steps at which curves are recorded.
    Schedule,
    /// The metrics that are declared.
    Metrics,
    /// The root seed and the paths of all random streams.
    Seeds,
    /// The digests and shapes of the data sets read.
    Datasets,
    /// The paper's own sources.
    PaperSources,
    /// The sources shared by all papers.
    SharedSources,
    /// The versions of all dependencies.
    LockFile,
    /// The compiler.
    Toolchain,
    /// The profile and the compiler's flags.
    Profile,
}

impl Component {
    /// All components, in the order in which they enter the key.
    pub const ALL: [Self; 10] = [
        Self::Parameters,
        Self::Schedule,
        Self::Metrics,
        Self::Seeds,
        Self::Datasets,
        Self::PaperSources,
        Self::SharedSources,
        Self::LockFile,
        Self::Toolchain,
        Self::Profile,
    ];

    /// What it is called in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Schedule => "recording schedule",
            Self::Metrics => "declared metrics",
            Self::Seeds => "seed paths",
            Self::Datasets => "data sets",
            Self::PaperSources => "the paper's sources",
            Self::SharedSources => "shared sources",
            Self::LockFile => "lock file",
            Self::Toolchain => "toolchain",
            Self::Profile => "profile and flags",
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The digest of one component's content.
pub(crate) type Digest = [u8; 32];

/// Hashes texts so that no two lists of them run together to the same bytes.
pub(crate) fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// A digest of the files that axes name as `file:PATH`, the user's own data; `None` if there are none.
pub(crate) fn named_files(axes: &Axes) -> Option<Digest> {
    let mut contents = Vec::new();
    for (name, value) in axes.iter() {
        if let Some(path) = value.as_text().and_then(|text| text.strip_prefix("file:")) {
            let content = std::fs::read(path).map(|bytes| blake3::hash(&bytes).to_string());
            contents.push(name.to_owned());
            // The cell will say what is wrong; a failed cell is never stored.
            contents.push(content.unwrap_or_else(|_| "unreadable".to_owned()));
        }
    }
    (!contents.is_empty()).then(|| digest(contents.iter().map(String::as_str)))
}

/// A digest of texts that is short enough to stand in every record.
pub(crate) fn short_digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    u64::from_le_bytes(first_eight(&digest(texts)))
}

fn first_eight(digest: &Digest) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(&digest[..8]);
    short
}

/// The digests of all components of one cell, in the order of [`Component::ALL`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ingredients([Digest; Component::ALL.len()]);

impl Ingredients {
    pub(crate) const fn set(&mut self, component: Component, digest: Digest) {
        self.0[component as usize] = digest;
    }

    /// The key: a hash over all components with their names.
    pub(crate) fn key(&self) -> Key {
        let mut hasher = blake3::Hasher::new_derive_key("optimisation-claims store key v1");
        for (component, digest) in Component::ALL.iter().zip(&self.0) {
            hasher.update(component.name().as_bytes());
            hasher.update(&[0]);
            hasher.update(digest);
        }
        Key(*hasher.finalize().as_bytes())
    }

    /// What is kept beside a result so that a later difference can be named.
    pub(crate) fn parts(&self) -> KeyParts {
        KeyParts(self.0.map(|digest| first_eight(&digest)))
    }
}

/// The key of a finished cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub(crate) [u8; 32]);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", &self.to_string()[..12])
    }
}

/// The first eight bytes of every component's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyParts([[u8; 8]; Component::ALL.len()]);

impl KeyParts {
    /// The components in which two cells differ.
    pub fn differences(&self, other: &Self) -> Vec<Component> {
        Component::ALL
            .into_iter()
            .filter(|component| self.0[*component as usize] != other.0[*component as usize])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_changes_the_key_and_is_named() {
        let plain = Ingredients::default();
        for component in Component::ALL {
            let mut changed = plain;
            changed.set(component, digest(["changed"]));
            assert_ne!(changed.key(), plain.key(), "{component}");
            assert_eq!(changed.parts().differences(&plain.parts()), [component]);
        }
    }

    #[test]
    fn a_method_file_matters_to_its_own_cells_only() {
        const ONE: PaperFacts = PaperFacts {
            slug: "p",
            sources: "s",
            methods: &[("a", "1")],
        };
        const MORE: PaperFacts = PaperFacts {
            slug: "p",
            sources: "s",
            methods: &[("a", "1"), ("b", "2")],
        };
        const OTHER: PaperFacts = PaperFacts {
            slug: "p",
            sources: "s",
            methods: &[("a", "3")],
        };
        let facts = |papers| BuildFacts {
            papers,
            ..BuildFacts::UNSTATED
        };
        let cell = |method: &str| Axes::new().with("method", method);
        let one = facts(&[ONE]);
        let (a, b) = (
            one.paper_digest("p", &cell("a")),
            one.paper_digest("p", &cell("b")),
        );
        assert_eq!(facts(&[MORE]).paper_digest("p", &cell("a")), a);
        assert_ne!(facts(&[MORE]).paper_digest("p", &cell("b")), b);
        assert_ne!(facts(&[OTHER]).paper_digest("p", &cell("a")), a);
        assert_eq!(facts(&[OTHER]).paper_digest("p", &cell("b")), b);
    }

    #[test]
    fn a_file_of_the_users_own_is_known_by_its_content() {
        let folder = harness_testkit::tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.csv");
        let axes = Axes::new()
            .with("data", format!("file:{}", path.display()))
            .with("n", 3);
        let absent = named_files(&axes);
        std::fs::write(&path, "1,2").expect("a writable folder");
        let first = named_files(&axes);
        std::fs::write(&path, "1,3").expect("a writable folder");
        let second = named_files(&axes);
        assert!(absent != first && first != second && second.is_some());
        assert_eq!(named_files(&Axes::new().with("data", "iris")), None);
    }

    #[test]
    fn texts_do_not_run_together() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_ne!(digest(["a"]), digest(["a", ""]));
    }
}
