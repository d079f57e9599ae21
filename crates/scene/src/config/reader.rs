//! Tables of a settings file, read key by key. Mistakes are noted, and reading goes on.

use super::define::Section;
use crate::form::{Property, Refusal, Step, Value, one_line, unknown};
use crate::issue::{Issue, Issues, Lines, Place};
use std::ops::Range;
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
            let found = value(node).kind();
            self.note(&node.span(), format!("{path} must be a section, not {found}"));
        }
        table
    }

    /// Notes every key that is not one of `known`.
    pub fn check_keys(&mut self, path: &str, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let has = if path.is_empty() { "settings have" } else { &format!("{path} has") };
                self.note(&key.span(), format!("{has} {}", unknown(name, known)));
            }
        }
    }

    /// Reads a section into a thing. Unknown keys are noted.
    pub fn section<T>(
        &mut self,
        section: &Section<T>,
        path: &str,
        table: Option<&DeTable<'_>>,
        thing: &mut T,
    ) {
        if let Some(table) = table {
            self.check_keys(path, table, &section.names());
            self.keys(section, path, table, thing);
        }
    }

    /// The same, where other keys have been looked at already.
    pub fn keys<T>(
        &mut self,
        section: &Section<T>,
        path: &str,
        table: &DeTable<'_>,
        thing: &mut T,
    ) {
        for property in section.properties {
            let Some(node) = table.get(property.name) else { continue };
            if let Err(refusal) = property.put(thing, &value(node)) {
                self.refuse(&format!("{path}.{}", property.name), node, &refusal);
            }
        }
    }

    /// Notes what is wrong with a value, at the part that is wrong.
    pub fn refuse(&mut self, key: &str, node: Node<'_>, refusal: &Refusal) {
        for refusal in refusal.all() {
            let span = span(node, &refusal.path);
            self.note(&span, refusal.sentence(key));
        }
    }
}

/// Reads a text that is nothing but the keys of one thing, like the file that describes a network.
///
/// # Errors
/// Returns every mistake, each with line, column and what was expected; `what` is what the thing is called.
pub fn read_thing<T>(
    text: &str,
    what: &str,
    properties: &'static [Property<T>],
    thing: &mut T,
) -> Result<(), Issues> {
    let (mut reader, root) = Reader::open(text);
    let section = Section { head: "", help: "", properties };
    reader.check_keys(what, root.get_ref(), &section.names());
    for property in properties {
        let Some(node) = root.get_ref().get(property.name) else { continue };
        if let Err(refusal) = property.put(thing, &value(node)) {
            reader.refuse(property.name, node, &refusal);
        }
    }
    reader.finish().map_or(Ok(()), Err)
}

/// Where a part of a value stands.
fn span(node: Node<'_>, path: &[Step]) -> Range<usize> {
    let Some((step, rest)) = path.split_first() else { return node.span() };
    let table = node.get_ref().as_table();
    let inner = match step {
        Step::KeyItself(name) => {
            let key = table.and_then(|table| table.get_key_value(&**name));
            return key.map_or_else(|| node.span(), |(key, _)| key.span());
        }
        Step::Key(name) => table.and_then(|table| table.get(&**name)),
        Step::Index(index) => node.get_ref().as_array().and_then(|array| array.get(*index)),
    };
    inner.map_or_else(|| node.span(), |inner| span(inner, rest))
}

/// A value of the file without its places.
pub(super) fn value(node: Node<'_>) -> Value {
    match node.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(n) => {
            Value::Number(i64::from_str_radix(n.as_str(), n.radix()).map_or(f64::NAN, |n| n as f64))
        }
        DeValue::Float(n) => Value::Number(n.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(on) => Value::Switch(*on),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => Value::List(items.iter().map(value).collect()),
        DeValue::Table(table) => {
            let entries = table.iter().map(|(key, node)| (key.get_ref().to_string(), value(node)));
            Value::Table(entries.collect())
        }
    }
}
