//! Why a value isn't taken, and which part of it.

use super::value::{one_line, shown};
use std::fmt::Display;

/// Why a value isn't taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The way from the whole value to the part that is wrong.
    pub path: Vec<Step>,
    /// Why.
    why: Why,
    /// What else is wrong with the value.
    others: Vec<Self>,
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// To the key of a table itself.
    KeyItself(String),
    /// Into a list.
    Index(usize),
}

#[derive(Clone, Debug, PartialEq)]
enum Why {
    MustBe { expected: String, found: String },
    Says(String),
    Has(String),
}

impl Refusal {
    /// It must be `expected`, not `found`.
    pub fn must_be(expected: &impl Display, found: &impl Display) -> Self {
        let why = Why::MustBe { expected: expected.to_string(), found: found.to_string() };
        Self::whole(why)
    }

    /// It must be `expected`, not this text.
    pub fn not_text(expected: &impl Display, text: &str) -> Self {
        Self::must_be(expected, &format_args!("'{}'", shown(text)))
    }

    /// A sentence of its own.
    pub fn says(message: &impl Display) -> Self {
        Self::whole(Why::Says(one_line(&message.to_string())))
    }

    /// A table has a key that it must not have.
    pub(super) fn unknown(key: &str, known: &[&str]) -> Self {
        let has = unknown(key, known);
        Self { path: vec![Step::KeyItself(key.to_owned())], ..Self::whole(Why::Has(has)) }
    }

    const fn whole(why: Why) -> Self {
        Self { path: Vec::new(), why, others: Vec::new() }
    }

    /// The same, for a part of a value.
    #[must_use]
    pub fn within(mut self, step: Step) -> Self {
        self.others = self.others.into_iter().map(|other| other.within(step.clone())).collect();
        self.path.insert(0, step);
        self
    }

    /// All of several; `None` if there are none.
    pub(super) fn of_all(refusals: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut refusals = refusals.into_iter();
        let mut first = refusals.next()?;
        first.others.extend(refusals);
        Some(first)
    }

    /// Everything that is wrong, this first.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// The sentence; `key` is what the whole value is called.
    pub fn sentence(&self, key: &str) -> String {
        let steps = self.path.iter().map(|step| match step {
            Step::Key(name) => format!(".{}", shown(name)),
            Step::KeyItself(_) | Step::Index(_) => String::new(),
        });
        let key: String = std::iter::once(key.to_owned()).chain(steps).collect();
        match &self.why {
            Why::MustBe { expected, found } => format!("{key} must be {expected}, not {found}"),
            Why::Says(message) => format!("{key}: {message}"),
            Why::Has(message) => format!("{key} has {message}"),
        }
    }
}

/// `no 'x': did you mean 'y'?`
pub fn unknown(name: &str, known: &[&str]) -> String {
    match backlot_schema::nearest(name, known.iter().copied()) {
        Some(near) => format!("no '{}': did you mean '{near}'?", shown(name)),
        None => format!("no '{}': it has {}", shown(name), known.join(", ")),
    }
}
