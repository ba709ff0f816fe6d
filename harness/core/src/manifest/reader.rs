//! The spanned document as typed reads: every read that fails leaves a problem with its place.

use std::cell::RefCell;

use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Problem, Span};

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    pub(super) fn push(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Does some work and says whether it found no problem.
    pub(super) fn watch<T>(&self, work: impl FnOnce() -> T) -> (T, bool) {
        let before = self.0.borrow().len();
        let result = work();
        (result, self.0.borrow().len() == before)
    }

    pub(super) fn take(&self) -> Vec<Problem> {
        self.0.take()
    }
}

/// A value with its place and the key under which it stands.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) key: &'a str,
    pub(super) key_span: Span,
    pub(super) span: Span,
    pub(super) value: &'a DeValue<'a>,
    pub(super) problems: &'a Problems,
}

impl<'a> Node<'a> {
    pub(super) fn push(&self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Reports a problem with this value.
    pub(super) fn problem(&self, message: impl Into<String>) {
        self.push(Problem::new(self.span, message));
    }

    /// Reports that this value is of the wrong kind.
    pub(super) fn mismatch(&self, wanted: &str) {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let message = format!("`{}` must be {wanted}", self.key);
        self.push(Problem::new(self.span, message).label(format!("this is {found}")));
    }

    /// The value under a key; itself where there is none, so that a place is always at hand.
    pub(super) fn child(self, key: &str) -> Self {
        let table = self.value.as_table();
        let found = table.and_then(|table| table.get_key_value(key));
        found.map_or(self, |(name, value)| Self {
            key: name.get_ref(),
            key_span: name.span().into(),
            span: value.span().into(),
            value: value.get_ref(),
            problems: self.problems,
        })
    }

    /// Whether a key is given.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value
            .as_table()
            .is_some_and(|table| table.contains_key(key))
    }

    /// An element of an array; itself where it is none.
    pub(super) fn nth(self, index: usize) -> Self {
        let element = self.value.as_array().and_then(|array| array.get(index));
        element.map_or(self, |value| Self {
            span: value.span().into(),
            value: value.get_ref(),
            ..self
        })
    }

    /// The elements of an array, or the value alone.
    pub(super) fn items(self) -> Vec<Self> {
        match self.value.as_array() {
            Some(array) => (0..array.len()).map(|index| self.nth(index)).collect(),
            None => vec![self],
        }
    }

    /// The elements of an array.
    pub(super) fn array(self, of: &str) -> Option<Vec<Self>> {
        if self.value.is_array() {
            return Some(self.items());
        }
        self.mismatch(&format!("an array of {of}"));
        None
    }

    /// A table whose keys are names that the author chose, in the order of the file.
    pub(super) fn entries(self, of: &str) -> Vec<Self> {
        let Some(table) = self.value.as_table() else {
            self.mismatch(&format!("a table of {of}"));
            return Vec::new();
        };
        let mut entries: Vec<Self> = table.keys().map(|key| self.child(key.get_ref())).collect();
        entries.sort_by_key(|entry| entry.key_span);
        entries
    }

    /// A table with known keys.
    pub(super) fn table(self, title: &'static str) -> Option<Table<'a>> {
        if let Some(entries) = self.value.as_table() {
            return Some(Table {
                title,
                node: self,
                entries,
                asked: RefCell::default(),
            });
        }
        self.mismatch("a table");
        None
    }
}

/// A table with known keys: whatever was not asked for is unknown.
pub(super) struct Table<'a> {
    title: &'static str,
    pub(super) node: Node<'a>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    /// The value under a key, if it is given.
    pub(super) fn get(&self, key: &'static str) -> Option<Node<'a>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.node.has(key).then(|| self.node.child(key))
    }

    /// The value under a key that must be given.
    pub(super) fn require(&self, key: &'static str) -> Option<Node<'a>> {
        let value = self.get(key);
        if value.is_none() {
            let message = format!("missing key `{key}` in {}", self.title);
            self.node.problem(message);
        }
        value
    }

    /// A text that must be given and not be empty; empty where it is not.
    pub(super) fn text(&self, key: &'static str) -> String {
        self.require(key)
            .and_then(Node::text)
            .unwrap_or_default()
            .to_owned()
    }

    /// A text that may be left out.
    pub(super) fn optional_text(&self, key: &'static str) -> Option<String> {
        self.get(key).and_then(Node::text).map(str::to_owned)
    }

    /// A name that must be given; empty where it is not.
    pub(super) fn name(&self, key: &'static str) -> String {
        self.require(key)
            .and_then(Node::name)
            .unwrap_or_default()
            .to_owned()
    }

    /// Names that may be left out, one or an array, each once.
    pub(super) fn names(&self, key: &'static str) -> Vec<String> {
        let items = self.get(key).map(Node::items).unwrap_or_default();
        let mut names: Vec<String> = Vec::new();
        for item in items {
            let Some(name) = item.name() else { continue };
            if names.iter().any(|other| other == name) {
                item.problem(format!("`{name}` stands twice in `{key}`"));
            } else {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The tables of an array of tables that may be left out.
    pub(super) fn tables(&self, key: &'static str, title: &'static str) -> Vec<Table<'a>> {
        let items = self.get(key).and_then(|node| node.array("tables"));
        let tables = items.unwrap_or_default().into_iter();
        tables.filter_map(|item| item.table(title)).collect()
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for key in self.entries.keys() {
            if !asked.iter().any(|known| known == key.get_ref()) {
                let message = format!("unknown key `{}` in {}", key.get_ref(), self.title);
                let problem = Problem::new(key.span().into(), message);
                let problem = problem.choose(key.get_ref(), asked.iter().copied());
                self.node.push(problem);
            }
        }
    }
}
