//! Random streams, keyed by names.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::cell::{Cell, hash_text};

/// The repository's one root seed. Every committed result is drawn from it; it never changes.
pub const ROOT_SEED: u64 = 20_261_124;

/// What a stream varies with, besides the root seed, the paper, its label and the replicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing else: all experiments of the paper see the same draws.
    Paper,
    /// The experiment: all its cells of one replicate see the same draws.
    Experiment,
    /// The experiment and the values of these axes.
    Axes(Vec<String>),
}

/// The streams that one cell may draw from.
#[derive(Clone, Debug)]
pub struct Streams<'a> {
    /// The seed from which everything is derived.
    pub root: u64,
    /// The cell that draws.
    pub cell: &'a Cell,
    /// The declared labels.
    pub scopes: &'a BTreeMap<String, Scope>,
}

impl Streams<'_> {
    /// The stream of a declared label, or `None` if it is not declared.
    ///
    /// `detail` tells apart several streams of one label, such as one for each node.
    pub fn stream(&self, label: &str, detail: &str) -> Option<ChaCha8Rng> {
        let text = self.path(label)?;
        let mut hasher = blake3::Hasher::new_derive_key("optimisation-claims stream v1");
        hasher.update(&self.root.to_le_bytes());
        hash_text(&mut hasher, &text);
        hash_text(&mut hasher, detail);
        Some(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// What the stream of a label is keyed by, as text; `None` if the label is not declared.
    pub fn path(&self, label: &str) -> Option<String> {
        let Cell {
            paper,
            experiment,
            axes,
            replicate,
        } = self.cell;
        let place = match self.scopes.get(label)? {
            Scope::Paper => String::new(),
            Scope::Experiment => format!("/{experiment}"),
            Scope::Axes(names) => {
                format!(
                    "/{experiment}[{}]",
                    axes.only(names.iter().map(String::as_str))
                )
            }
        };
        Some(format!("{paper}{place}:{label}#{replicate}"))
    }

    /// All paths, one a line: the part of a cell's key that says where its randomness comes from.
    pub fn paths(&self) -> String {
        let lines: Vec<String> = self
            .scopes
            .keys()
            .filter_map(|label| self.path(label))
            .collect();
        format!("{}\n{}", self.root, lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::axes::Axes;
    use rand::Rng;

    fn draw(axes: Axes, experiment: &str, scope: Scope, root: u64) -> u64 {
        let cell = Cell {
            paper: "p".into(),
            experiment: experiment.into(),
            axes,
            replicate: 0,
        };
        let scopes = BTreeMap::from([("noise".to_owned(), scope)]);
        let streams = Streams {
            root,
            cell: &cell,
            scopes: &scopes,
        };
        streams.stream("noise", "").expect("declared").next_u64()
    }

    #[test]
    fn scope_decides_who_shares() {
        let a = || Axes::new().with("n", 1).with("method", "a");
        let b = || Axes::new().with("n", 1).with("method", "b");
        let by_n = || Scope::Axes(vec!["n".into()]);
        assert_eq!(draw(a(), "e", by_n(), 1), draw(b(), "e", by_n(), 1));
        assert_ne!(draw(a(), "e", by_n(), 1), draw(a(), "f", by_n(), 1));
        assert_ne!(draw(a(), "e", by_n(), 1), draw(a(), "e", by_n(), 2));
        let both = || Scope::Axes(vec!["n".into(), "method".into()]);
        assert_ne!(draw(a(), "e", both(), 1), draw(b(), "e", both(), 1));
        assert_eq!(
            draw(a(), "e", Scope::Paper, 1),
            draw(b(), "f", Scope::Paper, 1)
        );
        assert_eq!(
            draw(a(), "e", Scope::Experiment, 1),
            draw(b(), "e", Scope::Experiment, 1)
        );
    }

    #[test]
    fn undeclared_labels_have_no_stream() {
        let cell = Cell {
            paper: "p".into(),
            experiment: "e".into(),
            axes: Axes::new(),
            replicate: 0,
        };
        let scopes = BTreeMap::new();
        assert!(
            Streams {
                root: 1,
                cell: &cell,
                scopes: &scopes
            }
            .stream("x", "")
            .is_none()
        );
    }

    #[test]
    fn the_first_draw_of_the_repository_is_golden() {
        let first = draw(Axes::new(), "e", Scope::Paper, ROOT_SEED);
        assert_eq!(
            first, 15_654_154_801_831_715_092,
            "a change here changes every committed result"
        );
    }
}
