//! Values as they are written.

use super::refusal::{Refusal, Step};
use backlot_media::FrameRate;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// A value of a settings file, of an edit, or of whatever else is written down.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Switch(bool),
    /// A date, which nothing takes.
    Date,
    /// Several.
    List(Vec<Value>),
    /// Several with names, in their order.
    Table(Vec<(String, Value)>),
}

impl Value {
    /// What kind of value it is, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Switch(_) => "true or false",
            Self::Date => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a section",
        }
    }

    /// A rate as a number, if it is one that people write like that.
    pub fn rate(rate: FrameRate) -> Self {
        let (text, fps) = (rate.to_string(), rate.fps());
        let decimals = (0..=3).map(|digits| format!("{fps:.digits$}"));
        let decimal = decimals.filter(|text| text.parse() == Ok(rate)).find_map(|t| t.parse().ok());
        decimal.map_or(Self::Text(text), Self::Number)
    }

    /// The text of anything that has a written form.
    pub fn text(of: &impl fmt::Display) -> Self {
        Self::Text(of.to_string())
    }

    /// The text of a file's name.
    pub fn path(path: &Path) -> Self {
        Self::Text(path.to_string_lossy().into_owned())
    }

    /// A number as it was written, not as the nearest one of double precision.
    pub fn single(number: f32) -> Self {
        Self::Number(number.to_string().parse().unwrap_or_else(|_| f64::from(number)))
    }

    /// A table of what there is.
    pub fn table<const N: usize>(entries: [(&str, Option<Self>); N]) -> Self {
        let given = entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self::Table(given.collect())
    }

    /// A list of texts.
    pub fn texts<T: fmt::Display>(of: &[T]) -> Self {
        Self::List(of.iter().map(Self::text).collect())
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub const fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number of what takes one, which has been checked.
    pub fn share(&self) -> f32 {
        self.as_number().unwrap_or_default() as f32
    }

    /// The state, if it is one.
    pub const fn as_switch(&self) -> Option<bool> {
        match self {
            Self::Switch(on) => Some(*on),
            _ => None,
        }
    }

    /// The value of a name, if it is a table with that.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Table(entries) => entries.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// What its text, or the text of its number, means.
    ///
    /// # Errors
    /// In the sentence of whatever is read.
    pub fn parsed<T: FromStr<Err: fmt::Display>>(&self) -> Result<T, Refusal> {
        let number = self.as_number().map(|number| number.to_string());
        let text = self.as_text().map(str::to_owned).or(number).unwrap_or_default();
        text.parse().map_err(|error| Refusal::says(&error))
    }

    /// What the texts of a list mean.
    ///
    /// # Errors
    /// In the sentence of whatever is read, for each part that is wrong.
    pub fn all_parsed<T: FromStr<Err: fmt::Display>>(&self) -> Result<Vec<T>, Refusal> {
        let is_list = matches!(self, Self::List(_));
        let (mut all, mut refusals) = (Vec::new(), Vec::new());
        for (index, item) in self.items().iter().enumerate() {
            match item.parsed() {
                Ok(parsed) => all.push(parsed),
                Err(refusal) if is_list => refusals.push(refusal.within(Step::Index(index))),
                Err(refusal) => refusals.push(refusal),
            }
        }
        Refusal::of_all(refusals).map_or(Ok(all), Err)
    }

    /// The parts of a list; anything else is a list of one.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            one => std::slice::from_ref(one),
        }
    }
}

/// As TOML, on one line.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(f, text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Switch(on) => write!(f, "{on}"),
            Self::Date => f.write_str("1970-01-01"),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Table(entries) if entries.is_empty() => f.write_str("{}"),
            Self::Table(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    let before = if index == 0 { "{ " } else { ", " };
                    write!(f, "{before}{} = {value}", Key(key))?;
                }
                f.write_str(" }")
            }
        }
    }
}

/// A key of TOML, in quotes if it needs them.
pub struct Key<'a>(pub &'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if !self.0.is_empty() && self.0.chars().all(is_bare) {
            return f.write_str(self.0);
        }
        quoted(f, self.0)
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

/// Text for messages: short, and on one line.
pub fn shown(text: &str) -> String {
    limited(text, 60)
}

/// A message on one line.
pub fn one_line(message: &str) -> String {
    limited(message, 400)
}

fn limited(text: &str, most: usize) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let start: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_toml() {
        let value = Value::Table(vec![
            ("a".into(), Value::List(vec![Value::single(0.1), Value::Number(3.0)])),
            ("ä b".into(), Value::Text("\"\\\n\u{1}é".into())),
            ("c".into(), Value::Table(vec![])),
            ("d".into(), Value::Switch(true)),
        ]);
        let text = r#"{ a = [0.1, 3], "ä b" = "\"\\\n\u0001é", c = {}, d = true }"#;
        assert_eq!(value.to_string(), text);
        let read: toml::Table = format!("x = {text}").parse().unwrap();
        assert_eq!(read["x"]["ä b"].as_str(), Some("\"\\\n\u{1}é"));
    }
}
