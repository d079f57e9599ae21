//! What a setting is, as data: for lists, help, checks and JSON Schema.

use crate::{Area, Rgb, area, nearest};
use serde::Serialize;
use std::fmt;

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What it takes.
    #[serde(flatten)]
    pub kind: Kind,
    /// What it does, in one line.
    pub help: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// A number.
    Number {
        /// The least value.
        min: f64,
        /// The greatest value.
        max: f64,
        /// The value when none is given.
        default: f64,
        /// What one step on a slider is.
        step: f64,
        /// The unit, for example "px"; empty for a share.
        unit: &'static str,
        /// Words that stand for a value.
        #[serde(skip_serializing_if = "no_words")]
        words: &'static [(&'static str, f64)],
    },
    /// A whole number.
    Whole {
        /// The least value.
        min: u64,
        /// The greatest value.
        max: u64,
        /// The value when none is given.
        default: u64,
    },
    /// One of several words.
    Choice {
        /// The words.
        values: &'static [&'static str],
        /// The word when none is given.
        default: &'static str,
    },
    /// On or off.
    Switch {
        /// The state when none is given.
        default: bool,
    },
    /// A colour, or a word for one that is found by itself.
    Color {
        /// The word, which is also what holds when none is given.
        word: &'static str,
    },
    /// An area of the picture; none is covered when none is given.
    Area,
}

/// The checked value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a [`Kind::Number`], inside its range.
    Number(f64),
    /// Of a [`Kind::Whole`], inside its range.
    Whole(u64),
    /// Of a [`Kind::Choice`], one of its words.
    Choice(&'static str),
    /// Of a [`Kind::Switch`].
    Switch(bool),
    /// Of a [`Kind::Color`]; `None` stands for its word.
    Color(Option<Rgb>),
    /// Of a [`Kind::Area`].
    Area(Area),
}

fn no_words(words: &&[(&str, f64)]) -> bool {
    words.is_empty()
}

impl fmt::Display for Kind {
    /// What the setting takes, as it fits after "must be".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { min, max, unit, words, .. } => {
                write!(f, "{min} to {max}")?;
                let space = if unit.is_empty() { "" } else { " " };
                write!(f, "{space}{unit}")?;
                words.iter().try_for_each(|(word, _)| write!(f, " or {word}"))
            }
            Self::Whole { min, max: u64::MAX, .. } => write!(f, "a whole number from {min} on"),
            Self::Whole { min, max, .. } => write!(f, "a whole number from {min} to {max}"),
            Self::Choice { values, .. } => write!(f, "one of {}", values.join(", ")),
            Self::Switch { .. } => write!(f, "on or off"),
            Self::Color { word } => write!(f, "a colour like #00b140 or green, or {word}"),
            Self::Area => f.write_str(
                "corners in per cent of the picture like 10x20-30x20-30x80, strokes of a brush like \
                 4@50x50-60x55, or none",
            ),
        }
    }
}

impl Kind {
    /// The value when none is given.
    pub const fn default_value(&self) -> Value {
        match *self {
            Self::Number { default, .. } => Value::Number(default),
            Self::Whole { default, .. } => Value::Whole(default),
            Self::Choice { default, .. } => Value::Choice(default),
            Self::Switch { default } => Value::Switch(default),
            Self::Color { .. } => Value::Color(None),
            Self::Area => Value::Area(Area::NONE),
        }
    }

    /// Reads a value; `None` if the setting can't take it.
    pub fn read(&self, text: &str) -> Option<Value> {
        match *self {
            Self::Number { min, max, words, .. } => {
                let word = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
                let number = word.map_or_else(|| text.parse().ok(), |(_, value)| Some(*value))?;
                (min..=max).contains(&number).then_some(Value::Number(number))
            }
            Self::Whole { min, max, .. } => {
                let number = text.parse().ok()?;
                (min..=max).contains(&number).then_some(Value::Whole(number))
            }
            Self::Choice { values, .. } => {
                values.iter().find(|v| v.eq_ignore_ascii_case(text)).map(|v| Value::Choice(v))
            }
            Self::Switch { .. } => match text {
                "on" | "true" | "yes" | "1" => Some(Value::Switch(true)),
                "off" | "false" | "no" | "0" => Some(Value::Switch(false)),
                _ => None,
            },
            Self::Color { word } if word.eq_ignore_ascii_case(text) => Some(Value::Color(None)),
            Self::Color { .. } => text.parse().ok().map(|color| Value::Color(Some(color))),
            Self::Area => text.parse().ok().map(Value::Area),
        }
    }

    /// A value as it is written.
    pub fn write(&self, value: &Value) -> String {
        match (value, self) {
            (Value::Number(number), _) => number.to_string(),
            (Value::Whole(number), _) => number.to_string(),
            (Value::Choice(word), _) | (Value::Color(None), Self::Color { word }) => {
                (*word).to_owned()
            }
            (Value::Switch(on), _) => if *on { "on" } else { "off" }.to_owned(),
            (Value::Area(area), _) => area.to_string(),
            (Value::Color(color), _) => color.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// A word that the setting takes and that is similar to `text`.
    pub(crate) fn nearest_word(&self, text: &str) -> Option<&'static str> {
        match *self {
            Self::Choice { values, .. } => nearest(text, values.iter().copied()),
            Self::Number { words, .. } => nearest(text, words.iter().map(|(word, _)| *word)),
            Self::Area => nearest(text, [area::NONE]).map(|_| area::NONE),
            Self::Whole { .. } | Self::Switch { .. } | Self::Color { .. } => None,
        }
    }
}
