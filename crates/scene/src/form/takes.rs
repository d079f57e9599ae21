//! What keys take.

use super::refusal::{Refusal, Step};
use super::value::{Value, shown};
use crate::{Length, Rgb};
use backlot_schema::nearest;
use std::fmt;

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// Any text but an empty one.
    Text,
    /// Text of a form; an example of it.
    Like(&'static [&'static str]),
    /// A name that people read: up to that many characters, none of which controls anything.
    Name(usize),
    /// One of several words.
    Words(&'static [&'static str]),
    /// A number of a range; its unit, or nothing for a mere number.
    Number {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
        /// What is counted.
        unit: Option<&'static str>,
    },
    /// One of several numbers.
    Numbers(&'static [f64]),
    /// True or false.
    Switch,
    /// A length: the least and greatest in per cent, and in pixels of 720 lines.
    Length([f32; 2], [f32; 2]),
    /// A colour.
    Color,
    /// Frames per second.
    Rate,
    /// One of what the other takes, or a list of two.
    Pair(&'static Takes),
    /// A list of what the other takes: at least and at most so many.
    List(&'static Takes, [usize; 2]),
    /// A key.
    Key,
    /// A list of effects, or one alone: at most so many.
    Effects(usize),
    /// One or the other.
    Either(&'static [Takes]),
    /// A table with these keys.
    Table(&'static [Field]),
    /// A table of any names, with numbers, texts and switches.
    Values,
}

/// A key of a table within a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it does, in a sentence.
    pub help: &'static str,
}

impl Takes {
    /// A size of pictures.
    pub const SIZE: Self = Self::Like(&["1280x720"]);

    /// A number from 0 to 1.
    pub const SHARE: Self = Self::Number { min: 0.0, max: 1.0, unit: None };

    /// Checks a value.
    ///
    /// # Errors
    /// Says which part of it is wrong, and what was expected there.
    pub fn check(&self, value: &Value) -> Result<(), Refusal> {
        let is_fine = match (self, value) {
            (Self::Text | Self::Like(_) | Self::Key, Value::Text(text))
                if text.trim().is_empty() =>
            {
                return Err(Refusal::must_be(self, &"empty"));
            }
            (Self::Text | Self::Like(_) | Self::Key | Self::Rate, Value::Text(_))
            | (Self::Rate, Value::Number(_))
            | (Self::Switch, Value::Switch(_)) => true,
            (Self::Name(longest), Value::Text(text)) => return self.name(*longest, text),
            (Self::Words(words), Value::Text(text)) => return self.word(words, text),
            (Self::Number { min, max, .. }, Value::Number(number)) => {
                return self.ranged((*min..=*max).contains(number), number);
            }
            (Self::Numbers(known), Value::Number(number)) => {
                return self.ranged(known.contains(number), number);
            }
            (Self::Length(..), Value::Text(text)) => return self.length(text),
            (Self::Length(..), Value::Number(number)) => return self.length(&number.to_string()),
            (Self::Color, Value::Text(text)) => {
                return text.parse::<Rgb>().map(drop).map_err(|error| Refusal::says(&error));
            }
            (Self::Pair(of), _) => return self.pair(of, value),
            (Self::List(of, [least, most]), Value::List(items)) => {
                if !(*least..=*most).contains(&items.len()) {
                    return Err(Refusal::must_be(self, &format_args!("one of {}", items.len())));
                }
                return each(of, items);
            }
            (Self::Effects(most), _) => return self.effects(*most, value),
            (Self::Either(several), _) => return self.either(several, value),
            (Self::Table(fields), Value::Table(entries)) => return table(fields, entries),
            (Self::Values, Value::Table(_)) => true,
            _ => false,
        };
        if is_fine { Ok(()) } else { Err(Refusal::must_be(self, &value.kind())) }
    }

    fn ranged(&self, is_in: bool, number: &f64) -> Result<(), Refusal> {
        if is_in { Ok(()) } else { Err(Refusal::must_be(self, number)) }
    }

    fn name(&self, longest: usize, text: &str) -> Result<(), Refusal> {
        let fits = !text.trim().is_empty() && text.chars().count() <= longest;
        let is_fine = fits && !text.chars().any(char::is_control);
        if is_fine { Ok(()) } else { Err(Refusal::not_text(self, text)) }
    }

    fn word(&self, words: &[&str], text: &str) -> Result<(), Refusal> {
        if words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Ok(());
        }
        if text.trim().is_empty() {
            return Err(Refusal::must_be(self, &"empty"));
        }
        let near = nearest(text, words.iter().copied());
        let hint = near.map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
        Err(Refusal::must_be(self, &format_args!("'{}'{hint}", shown(text))))
    }

    fn length(&self, text: &str) -> Result<(), Refusal> {
        let Self::Length(shares, pixels) = self else { return Ok(()) };
        let length: Length = text.parse().map_err(|_| Refusal::not_text(self, text))?;
        let [least, most] = if matches!(length, Length::Percent(_)) { shares } else { pixels };
        let is_in = (least..=most).contains(&&length.number());
        if is_in { Ok(()) } else { Err(Refusal::must_be(self, &length)) }
    }

    fn pair(&self, of: &Takes, value: &Value) -> Result<(), Refusal> {
        let Value::List(items) = value else { return of.check(value) };
        if items.len() != 2 {
            return Err(Refusal::must_be(self, &format_args!("a list of {}", items.len())));
        }
        each(of, items)
    }

    fn effects(&self, most: usize, value: &Value) -> Result<(), Refusal> {
        if !matches!(value, Value::Text(_) | Value::List(_)) {
            return Err(Refusal::must_be(self, &value.kind()));
        }
        if value.items().len() > most {
            return Err(Refusal::says(&format_args!("there may be at most {most} effects")));
        }
        let wrong = value.items().iter().position(|item| item.as_text().is_none());
        wrong.map_or(Ok(()), |index| {
            let refusal = Refusal::must_be(self, &value.items()[index].kind());
            Err(refusal.within(Step::Index(index)))
        })
    }

    fn either(&self, several: &[Takes], value: &Value) -> Result<(), Refusal> {
        let refusals = several.iter().map(|takes| takes.check(value).err());
        let refusals: Option<Vec<_>> = refusals.collect();
        // A mistake inside of one of them says more than that it is none of them.
        let Some(refusals) = refusals else { return Ok(()) };
        let inner = refusals.into_iter().find(|refusal| !refusal.path.is_empty());
        Err(inner.unwrap_or_else(|| match value.as_text() {
            Some(text) => Refusal::not_text(self, text),
            None => Refusal::must_be(self, &value.kind()),
        }))
    }
}

fn each(of: &Takes, items: &[Value]) -> Result<(), Refusal> {
    let checked = items
        .iter()
        .enumerate()
        .map(|(index, item)| of.check(item).map_err(|refusal| refusal.within(Step::Index(index))));
    checked.collect()
}

fn table(fields: &[Field], entries: &[(String, Value)]) -> Result<(), Refusal> {
    for (key, value) in entries {
        let Some(field) = fields.iter().find(|field| field.name == key) else {
            let known: Vec<_> = fields.iter().map(|field| field.name).collect();
            return Err(Refusal::unknown(key, &known));
        };
        let checked = field.takes.check(value);
        checked.map_err(|refusal| refusal.within(Step::Key(key.clone())))?;
    }
    Ok(())
}

/// As it fits after "must be".
impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key => f.write_str("a key like \"person\" or \"chroma:lime\""),
            Self::Text => f.write_str("text in quotes"),
            Self::Like(examples) => {
                let examples: Vec<_> = examples.iter().map(|e| format!("\"{e}\"")).collect();
                write!(f, "text like {}", examples.join(" or "))
            }
            Self::Name(longest) => write!(f, "text of 1 to {longest} letters"),
            Self::Words(words) => write!(f, "one of {}", words.join(", ")),
            Self::Number { min, max, unit } => {
                write!(f, "{} from {min} to {max}", unit.unwrap_or("a number"))
            }
            Self::Numbers(known) => {
                let known: Vec<_> = known.iter().map(ToString::to_string).collect();
                write!(f, "one of {}", known.join(", "))
            }
            Self::Switch => f.write_str("true or false"),
            Self::Length([least, most], [lowest, highest]) => {
                write!(f, "a length from {least}% to {most}%, or from {lowest}px to {highest}px")
            }
            Self::Color => f.write_str("a colour like \"#204060\" or \"navy\""),
            Self::Rate => f.write_str("frames per second, like 30 or 29.97"),
            Self::Pair(of) => write!(f, "{of}, or a list of two"),
            Self::List(of, [least, most]) if least == most => {
                write!(f, "a list of {least}, each {of}")
            }
            Self::List(of, [least, most]) => write!(f, "a list of {least} to {most}, each {of}"),
            Self::Effects(_) => f.write_str("a list of texts like [\"hologram\", \"mirror\"]"),
            Self::Either(several) => {
                let several: Vec<_> = several.iter().map(ToString::to_string).collect();
                f.write_str(&several.join(", or "))
            }
            Self::Table(fields) => {
                let names: Vec<_> = fields.iter().map(|field| field.name).collect();
                write!(f, "a table {{ … }} of {}", names.join(", "))
            }
            Self::Values => f.write_str("a table of names and values, like { brightness = 128 }"),
        }
    }
}
