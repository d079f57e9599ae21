//! Tables of a settings file, read key by key. Mistakes are noted, and reading goes on.

use super::define::{KeyDef, SectionDef};
use super::issue::{Issue, Issues, Lines, Place};
use backlot_schema::nearest;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most issues to note: nobody reads more.
const MOST_ISSUES: usize = 100;

/// A value in the file.
pub(super) type Node<'d> = &'d Spanned<DeValue<'d>>;

/// The text, and the mistakes found so far.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    lines: Lines<'a>,
    issues: Vec<Issue>,
}

impl<'a> Reader<'a> {
    /// Parses the text; errors in TOML's grammar are noted.
    pub fn open(text: &'a str) -> (Self, Spanned<DeTable<'a>>) {
        let mut reader = Self { lines: Lines::new(text), issues: Vec::new() };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            reader.note(&error.span().unwrap_or_default(), one_line(error.message()));
        }
        (reader, table)
    }

    pub fn place(&self, span: &Range<usize>) -> Place {
        self.lines.start(span)
    }

    pub fn note(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let place = self.place(span);
        self.note_at(place, message);
    }

    pub fn note_at(&mut self, place: Place, message: impl Into<String>) {
        if self.issues.len() < MOST_ISSUES {
            self.issues.push(Issue::new(place, message));
        }
    }

    /// Everything that was noted.
    pub fn finish(self) -> Option<Issues> {
        Issues::of(self.issues)
    }

    /// A value as a table; notes it if it isn't one.
    pub fn table<'d>(&mut self, path: &str, node: Node<'d>) -> Option<&'d DeTable<'d>> {
        let table = node.get_ref().as_table();
        if table.is_none() {
            let found = kind(node.get_ref());
            self.note(&node.span(), format!("{path} must be a section, not {found}"));
        }
        table
    }

    /// Notes every key that is not one of `known`.
    pub fn check_keys(&mut self, path: &str, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.note(&key.span(), unknown(path, name, known));
            }
        }
    }
}

fn unknown(path: &str, name: &str, known: &[&str]) -> String {
    let place = if path.is_empty() { "settings have".to_owned() } else { format!("{path} has") };
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("{place} no '{}': did you mean '{near}'?", shown(name)),
        None => format!("{place} no '{}': it has {}", shown(name), known.join(", ")),
    }
}

/// A table of the file with its definition.
pub(super) struct Section<'r, 'a, 'd> {
    pub reader: &'r mut Reader<'a>,
    def: &'static SectionDef,
    path: String,
    table: Option<&'d DeTable<'d>>,
}

impl<'r, 'a, 'd> Section<'r, 'a, 'd> {
    /// A section, or the defaults if the file doesn't have it. Unknown keys are noted.
    pub fn open(
        reader: &'r mut Reader<'a>,
        def: &'static SectionDef,
        path: &str,
        table: Option<&'d DeTable<'d>>,
    ) -> Self {
        let known: Vec<_> = def.keys.iter().map(|key| key.name).collect();
        if let Some(table) = table {
            reader.check_keys(path, table, &known);
        }
        Self { reader, def, path: path.to_owned(), table }
    }

    /// A section of which only some keys are read, and the others ignored.
    pub fn part(
        reader: &'r mut Reader<'a>,
        def: &'static SectionDef,
        path: &str,
        table: &'d DeTable<'d>,
    ) -> Self {
        Self { reader, def, path: path.to_owned(), table: Some(table) }
    }

    /// The value of a key, if it was given.
    pub fn given(&self, name: &str) -> Option<Node<'d>> {
        self.table?.get(name)
    }

    fn def(&self, name: &str) -> &'static KeyDef {
        self.def.key(name).unwrap_or_else(|| panic!("{} defines no '{name}'", self.def.head))
    }

    /// Notes what is wrong with a key's value, at the value.
    pub fn wrong(&mut self, name: &str, node: Node<'_>, what: &str) {
        self.reader.note(&node.span(), format!("{}.{name}: {what}", self.path));
    }

    /// Notes that a key's value is of another type than it takes.
    pub fn wrong_type(&mut self, name: &str, node: Node<'_>) {
        let (takes, found) = (self.def(name).takes, kind(node.get_ref()));
        self.reader
            .note(&node.span(), format!("{}.{name} must be {takes}, not {found}", self.path));
    }

    /// The text of a key, if one was given.
    pub fn text(&mut self, name: &str) -> Option<(String, Node<'d>)> {
        let node = self.given(name)?;
        match node.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                let (path, takes) = (&self.path, self.def(name).takes);
                let message = format!("{path}.{name} must be {takes}, not empty");
                self.reader.note(&node.span(), message);
                None
            }
            DeValue::String(text) => Some((text.clone().into_owned(), node)),
            _ => {
                self.wrong_type(name, node);
                None
            }
        }
    }

    /// The text of a key, or its default.
    pub fn text_or_default(&mut self, name: &str) -> String {
        let default = self.def(name).text();
        self.text(name).map_or(default.to_owned(), |(text, _)| text)
    }

    /// The value that the text of a key means, if one was given. Numbers count as their text where
    /// the definition takes numbers.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let node = self.given(name)?;
        let number = match node.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str().replace('_', "")),
            DeValue::Float(n) => Some(n.as_str().replace('_', "")),
            _ => None,
        };
        let text = match number {
            Some(text) if !self.def(name).takes.starts_with("text") => text,
            _ => self.text(name)?.0,
        };
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(name, node, &one_line(&error.to_string()));
                None
            }
        }
    }

    /// The value that the text of a key means, or its default.
    pub fn parsed_or_default<T: FromStr<Err: Display>>(&mut self, name: &str) -> T {
        let default = self.def(name).text();
        self.parsed(name).unwrap_or_else(|| {
            default.parse().unwrap_or_else(|e| panic!("the default of {name} is wrong: {e}"))
        })
    }

    /// A number of a range, or the key's default.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<f64>) -> f64 {
        let default = self.def(name).value.parse().unwrap_or_default();
        let Some(node) = self.given(name) else { return default };
        let Some(number) = number(node.get_ref()) else {
            self.wrong_type(name, node);
            return default;
        };
        if range.contains(&number) {
            return number;
        }
        let (takes, path) = (self.def(name).takes, &self.path);
        let message = format!("{path}.{name} must be {takes}, not {number}");
        self.reader.note(&node.span(), message);
        default
    }

    /// One of the words that the definition lists, or the default.
    pub fn word(&mut self, name: &str) -> &'static str {
        let def = self.def(name);
        let words = def.words();
        let Some((text, node)) = self.text(name) else { return def.text() };
        let found = words.iter().find(|word| word.eq_ignore_ascii_case(&text));
        found.copied().unwrap_or_else(|| {
            let near = nearest(&text, words.iter().copied());
            let hint = near.map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
            let (path, takes) = (&self.path, def.takes);
            let message = format!("{path}.{name} must be {takes}, not '{}'{hint}", shown(&text));
            self.reader.note(&node.span(), message);
            def.text()
        })
    }
}

/// A value as a number.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse().ok(),
        _ => None,
    }
}

/// The kind of a value, for messages.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// Text of the file for messages: short, and on one line.
pub(super) fn shown(text: &str) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let start: String = chars.by_ref().take(60).collect();
    if chars.next().is_some() { start + "…" } else { start }
}

pub(super) fn one_line(message: &str) -> String {
    let mut chars = message.chars().map(|c| if c.is_control() { ' ' } else { c });
    let start: String = chars.by_ref().take(400).collect();
    if chars.next().is_some() { start + "…" } else { start }
}
