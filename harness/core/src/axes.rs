//! Named parameter values, and how they become a paper's own struct.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};

use crate::value::Value;

/// Axis names with one value each, in alphabetical order: one point of a grid.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Axes(BTreeMap<String, Value>);

impl Axes {
    /// No axes.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The value of one axis.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Sets the value of one axis.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// The same axes with one value replaced or added.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// The same axes with every value of `other` replaced or added.
    #[must_use]
    pub fn overlaid(&self, other: &Self) -> Self {
        let mut axes = self.clone();
        axes.0.extend(
            other
                .0
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        axes
    }

    /// Only the named axes; a name that is not here is left out.
    #[must_use]
    pub fn only<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Self {
        names
            .into_iter()
            .filter_map(|name| self.0.get_key_value(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// All but the named axes.
    #[must_use]
    pub fn without(&self, names: &[String]) -> Self {
        self.iter()
            .filter(|(name, _)| !names.iter().any(|other| other == name))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    /// Names and values in alphabetical order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The names in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there are no axes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Fills a paper's struct, whose fields are named after the axes.
    ///
    /// # Errors
    /// The axis at fault and what it may be.
    pub fn fill<T: DeserializeOwned>(&self) -> Result<T, AxisError> {
        T::deserialize(AxesDeserializer(self))
    }
}

impl FromIterator<(String, Value)> for Axes {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Canonical text `a=1 b=wr`; the identity of a grid point.
impl fmt::Display for Axes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{name}={value}")?;
        }
        Ok(())
    }
}

/// Why a grid point does not fit a paper's struct.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", axis.as_ref().map(|axis| format!("axis `{axis}`: ")).unwrap_or_default())]
pub struct AxisError {
    /// The axis at fault, where one is.
    pub axis: Option<String>,
    /// What is wrong with it.
    pub problem: AxisProblem,
}

impl AxisError {
    /// A value that has the right type but is not possible, such as a batch that does not divide N.
    pub fn invalid(axis: &str, message: impl Into<String>) -> Self {
        Self {
            axis: Some(axis.to_owned()),
            problem: AxisProblem::Invalid(message.into()),
        }
    }
}

/// The kinds of misfit between a grid point and a paper's struct.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AxisProblem {
    /// The experiment has no such axis.
    #[error("the experiment has no such axis")]
    UnknownAxis {
        /// The axes that it has.
        allowed: Vec<String>,
    },
    /// The experiment needs this axis and the grid lacks it.
    #[error("the experiment needs this axis")]
    MissingAxis,
    /// A word that names nothing.
    #[error("`{given}` is unknown")]
    UnknownValue {
        /// The word given.
        given: String,
        /// The words that mean something.
        allowed: Vec<String>,
    },
    /// Another kind of value, or one that is not possible.
    #[error("{0}")]
    Invalid(String),
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl de::Error for AxisError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            axis: None,
            problem: AxisProblem::Invalid(message.to_string()),
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let problem = AxisProblem::UnknownValue {
            given: variant.to_owned(),
            allowed: owned(expected),
        };
        Self {
            axis: None,
            problem,
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let problem = AxisProblem::UnknownAxis {
            allowed: owned(expected),
        };
        Self {
            axis: Some(field.to_owned()),
            problem,
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            axis: Some(field.to_owned()),
            problem: AxisProblem::MissingAxis,
        }
    }
}

struct AxesDeserializer<'a>(&'a Axes);

impl<'de> de::Deserializer<'de> for AxesDeserializer<'_> {
    type Error = AxisError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, AxisError> {
        visitor.visit_map(AxesAccess {
            rest: self.0.0.iter(),
            value: None,
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct AxesAccess<'a> {
    rest: std::collections::btree_map::Iter<'a, String, Value>,
    value: Option<(&'a String, &'a Value)>,
}

impl<'de> de::MapAccess<'de> for AxesAccess<'_> {
    type Error = AxisError;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, AxisError> {
        self.value = self.rest.next();
        let Some((name, _)) = self.value else {
            return Ok(None);
        };
        let key: StringDeserializer<AxisError> = name.clone().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, AxisError> {
        let (name, value) = self
            .value
            .take()
            .ok_or_else(|| de::Error::custom("a value without its axis"))?;
        seed.deserialize(ValueDeserializer(value))
            .map_err(|error| AxisError {
                axis: error.axis.or_else(|| Some(name.clone())),
                problem: error.problem,
            })
    }
}

struct ValueDeserializer<'a>(&'a Value);

impl<'de> de::Deserializer<'de> for ValueDeserializer<'_> {
    type Error = AxisError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, AxisError> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => visitor.visit_i64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(value) => visitor.visit_str(value),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, AxisError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, AxisError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, AxisError> {
        match self.0 {
            Value::Text(word) => {
                let word: StringDeserializer<AxisError> = word.clone().into_deserializer();
                de::Deserializer::deserialize_enum(word, name, variants, visitor)
            }
            other => Err(de::Error::unknown_variant(&other.to_string(), variants)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Sampler {
        WithReplacement,
        Cyclic,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Point {
        batch_size: usize,
        step_size: f64,
        sampler: Sampler,
    }

    fn axes() -> Axes {
        Axes::new()
            .with("batch-size", 4)
            .with("step-size", 1.0)
            .with("sampler", "cyclic")
    }

    #[test]
    fn fills_a_struct() {
        let point: Point = axes().fill().expect("the axes fit");
        assert_eq!(
            point,
            Point {
                batch_size: 4,
                step_size: 1.0,
                sampler: Sampler::Cyclic
            }
        );
    }

    #[test]
    fn says_which_axis_and_what_is_allowed() {
        let error = axes()
            .with("sampler", "cyclc")
            .fill::<Point>()
            .expect_err("a typo");
        assert_eq!(error.axis.as_deref(), Some("sampler"));
        assert!(
            matches!(&error.problem, AxisProblem::UnknownValue { allowed, .. }
            if allowed == &["with-replacement", "cyclic"])
        );
        let error = axes()
            .with("batch", 4)
            .fill::<Point>()
            .expect_err("no such axis");
        assert_eq!(error.axis.as_deref(), Some("batch"));
        assert!(matches!(error.problem, AxisProblem::UnknownAxis { .. }));
        let error = axes()
            .without(&["sampler".to_owned()])
            .fill::<Point>()
            .expect_err("missing");
        assert_eq!(error.axis.as_deref(), Some("sampler"));
        let error = axes()
            .with("batch-size", -1)
            .fill::<Point>()
            .expect_err("negative");
        assert_eq!(error.axis.as_deref(), Some("batch-size"));
        let error = axes()
            .with("sampler", 3)
            .fill::<Point>()
            .expect_err("not a word");
        assert_eq!(error.axis.as_deref(), Some("sampler"));
    }

    #[test]
    fn text_is_sorted_by_name() {
        assert_eq!(
            axes().to_string(),
            "batch-size=4 sampler=cyclic step-size=1"
        );
    }
}
