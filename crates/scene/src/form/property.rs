//! One key of a thing: its name, what it takes, and how it is read and written.

use super::refusal::Refusal;
use super::takes::Takes;
use super::value::Value;
use std::fmt;

/// One key of a `T`.
#[derive(Clone, Copy)]
pub struct Property<T: 'static> {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it does, in a sentence or two.
    pub help: &'static str,
    /// What stands in the commented file where there is no default that says enough, as TOML.
    pub example: Option<&'static str>,
    /// Puts a value, which the key takes, into a thing.
    pub read: fn(&mut T, &Value) -> Result<(), Refusal>,
    /// The value in a thing; none where nothing need be written.
    pub write: fn(&T) -> Option<Value>,
}

impl<T> fmt::Debug for Property<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property").field("name", &self.name).field("takes", &self.takes).finish()
    }
}

/// A property without the thing that it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it does.
    pub help: &'static str,
    /// The value when none is given.
    pub default: Option<Value>,
    /// What stands in the commented file instead of the default.
    pub example: Option<&'static str>,
}

impl<T> Property<T> {
    /// Checks a value and puts it into a thing.
    ///
    /// # Errors
    /// Says what was expected; the thing stays as it was.
    pub fn put(&self, thing: &mut T, value: &Value) -> Result<(), Refusal> {
        self.takes.check(value)?;
        (self.read)(thing, value)
    }

    /// The property, with its value in a plain thing as the default.
    pub fn described(&self, plain: &T) -> Described {
        let Self { name, takes, help, example, .. } = *self;
        Described { name, takes, help, default: (self.write)(plain), example }
    }
}

/// What of a thing differs from a plain one, as it is written.
pub fn differing<T>(
    properties: &[Property<T>],
    thing: &T,
    plain: &T,
) -> Vec<(&'static str, Value)> {
    let values = properties.iter().filter_map(|property| {
        let value = (property.write)(thing)?;
        let is_default = (property.write)(plain).is_some_and(|plain| plain == value);
        (!is_default).then_some((property.name, value))
    });
    values.collect()
}
