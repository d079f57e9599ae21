//! Settings as constants: each is defined once, and reads its own value.

use crate::{Area, Kind, Rgb, Setting, Value, Values};
use std::marker::PhantomData;
use std::ops::RangeInclusive;

/// A setting that is a number.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    name: &'static str,
    min: f64,
    max: f64,
    default: f64,
    step: f64,
    unit: &'static str,
    words: &'static [(&'static str, f64)],
    help: &'static str,
}

impl Number {
    /// A number without a unit, in steps of 0.05.
    pub const fn new(
        name: &'static str,
        range: RangeInclusive<f64>,
        default: f64,
        help: &'static str,
    ) -> Self {
        let (min, max) = (*range.start(), *range.end());
        Self { name, min, max, default, step: 0.05, unit: "", words: &[], help }
    }

    /// With a unit, and what one step on a slider is.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str, step: f64) -> Self {
        (self.unit, self.step) = (unit, step);
        self
    }

    /// With words that stand for a value.
    #[must_use]
    pub const fn words(mut self, words: &'static [(&'static str, f64)]) -> Self {
        self.words = words;
        self
    }

    /// The definition.
    pub const fn setting(&self) -> Setting {
        let Self { name, min, max, default, step, unit, words, help } = *self;
        Setting { name, kind: Kind::Number { min, max, default, step, unit, words }, help }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its value.
    pub fn of(&self, values: &Values) -> f64 {
        match values.given(self.name) {
            Some(Value::Number(number)) => *number,
            _ => self.default,
        }
    }

    /// Gives it a value, or the end of its range that is nearest.
    pub fn put(&self, values: &mut Values, value: f64) {
        let value = if value.is_nan() { self.default } else { value.clamp(self.min, self.max) };
        values.put(&self.setting(), Value::Number(value));
    }
}

/// A setting that is a whole number.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    name: &'static str,
    min: u64,
    max: u64,
    default: u64,
    help: &'static str,
}

impl Whole {
    /// A whole number of a range.
    pub const fn new(
        name: &'static str,
        range: RangeInclusive<u64>,
        default: u64,
        help: &'static str,
    ) -> Self {
        Self { name, min: *range.start(), max: *range.end(), default, help }
    }

    /// The definition.
    pub const fn setting(&self) -> Setting {
        let Self { name, min, max, default, help } = *self;
        Setting { name, kind: Kind::Whole { min, max, default }, help }
    }

    /// Its value.
    pub fn of(&self, values: &Values) -> u64 {
        match values.given(self.name) {
            Some(Value::Whole(number)) => *number,
            _ => self.default,
        }
    }

    /// Gives it a value, or the end of its range that is nearest.
    pub fn put(&self, values: &mut Values, value: u64) {
        values.put(&self.setting(), Value::Whole(value.clamp(self.min, self.max)));
    }
}

/// Things that each have a word, as an enumeration has.
pub trait Words: Copy + PartialEq + 'static {
    /// All of them, in the order in which people see them.
    const ALL: &'static [Self];
    /// Their words, in the same order.
    const WORDS: &'static [&'static str];
}

/// A setting that is one of several things.
#[derive(Clone, Copy, Debug)]
pub struct Choice<T> {
    name: &'static str,
    default: T,
    word: &'static str,
    help: &'static str,
    kind: PhantomData<T>,
}

impl<T: Words> Choice<T> {
    /// One of all `T`; `word` is the default's.
    pub const fn new(
        name: &'static str,
        default: T,
        word: &'static str,
        help: &'static str,
    ) -> Self {
        Self { name, default, word, help, kind: PhantomData }
    }

    /// The definition.
    pub const fn setting(&self) -> Setting {
        let kind = Kind::Choice { values: T::WORDS, default: self.word };
        Setting { name: self.name, kind, help: self.help }
    }

    /// Its value.
    pub fn of(&self, values: &Values) -> T {
        let given = match values.given(self.name) {
            Some(Value::Choice(word)) => T::WORDS.iter().position(|known| known == word),
            _ => None,
        };
        given.and_then(|at| T::ALL.get(at)).copied().unwrap_or(self.default)
    }

    /// Gives it a value.
    pub fn put(&self, values: &mut Values, value: T) {
        let at = T::ALL.iter().position(|known| *known == value);
        if let Some(word) = at.and_then(|at| T::WORDS.get(at)) {
            values.put(&self.setting(), Value::Choice(word));
        }
    }
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    name: &'static str,
    default: bool,
    help: &'static str,
}

impl Switch {
    /// On or off.
    pub const fn new(name: &'static str, default: bool, help: &'static str) -> Self {
        Self { name, default, help }
    }

    /// The definition.
    pub const fn setting(&self) -> Setting {
        let Self { name, default, help } = *self;
        Setting { name, kind: Kind::Switch { default }, help }
    }

    /// Its value.
    pub fn of(&self, values: &Values) -> bool {
        match values.given(self.name) {
            Some(Value::Switch(on)) => *on,
            _ => self.default,
        }
    }

    /// Gives it a value.
    pub fn put(&self, values: &mut Values, value: bool) {
        values.put(&self.setting(), Value::Switch(value));
    }
}

/// A setting that is a colour, or found by itself.
#[derive(Clone, Copy, Debug)]
pub struct Color {
    name: &'static str,
    word: &'static str,
    help: &'static str,
}

impl Color {
    /// A colour; `word` stands for none given.
    pub const fn new(name: &'static str, word: &'static str, help: &'static str) -> Self {
        Self { name, word, help }
    }

    /// The definition.
    pub const fn setting(&self) -> Setting {
        let Self { name, word, help } = *self;
        Setting { name, kind: Kind::Color { word }, help }
    }

    /// Its value, if one was given.
    pub fn of(&self, values: &Values) -> Option<Rgb> {
        match values.given(self.name) {
            Some(Value::Color(color)) => color.clone(),
            _ => None,
        }
    }

    /// Gives it a value, or none.
    pub fn put(&self, values: &mut Values, value: Option<Rgb>) {
        values.put(&self.setting(), Value::Color(value));
    }
}

/// A setting that is an area of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Areas {
    name: &'static str,
    help: &'static str,
}

impl Areas {
    /// An area; nothing is covered without one.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help }
    }

    /// The definition.
    pub const fn setting(&self) -> Setting {
        Setting { name: self.name, kind: Kind::Area, help: self.help }
    }

    /// Its value, if it covers anything.
    pub fn of<'a>(&self, values: &'a Values) -> Option<&'a Area> {
        match values.given(self.name) {
            Some(Value::Area(area)) => Some(area),
            _ => None,
        }
    }
}
