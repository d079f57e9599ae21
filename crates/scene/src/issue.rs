//! Mistakes in a settings file, and their places.

use std::fmt;
use std::ops::Range;

/// A place in a text, as editors count: line and column from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Issue {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What, and what was expected, in one sentence.
    pub message: String,
}

impl Issue {
    /// An issue at a place. What would control a terminal becomes spaces.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if message.contains(char::is_control) {
            message = message.replace(char::is_control, " ");
        }
        Self { place, message }
    }
}

/// `12:8: camera.size: 'big' is not a size: …`; the file's name goes before it.
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Everything that is wrong with a text, in its order; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", .0[0], Others(.0.len() - 1))]
pub struct Issues(Vec<Issue>);

impl Issues {
    /// Puts issues in order. `None` if there are none.
    pub fn of(mut issues: Vec<Issue>) -> Option<Self> {
        issues.sort();
        issues.dedup();
        (!issues.is_empty()).then_some(Self(issues))
    }

    /// A single issue.
    pub fn one(issue: Issue) -> Self {
        Self(vec![issue])
    }

    /// All of them, at least one.
    pub fn all(&self) -> &[Issue] {
        &self.0
    }
}

struct Others(usize);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => f.write_str(" (and one more)"),
            n => write!(f, " (and {n} more)"),
        }
    }
}

/// Finds lines and columns in a text.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// Columns farther right are counted in bytes, so that a very long line costs little.
const COUNTED: usize = 4096;

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The place of a byte.
    pub fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let before = self.text.get(self.starts[line - 1]..offset).unwrap_or_default();
        let column = if before.len() > COUNTED { before.len() } else { before.chars().count() };
        Place { line: line as u32, column: column as u32 + 1 }
    }

    /// The place at which a range of bytes begins.
    pub fn start(&self, span: &Range<usize>) -> Place {
        self.place(span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_as_editors_count_them() {
        let lines = Lines::new("ä = 1\r\n\nöö = 2\n");
        let places = [0, 3, 8, 9, 14, 99].map(|at| lines.place(at).to_string());
        assert_eq!(places, ["1:1", "1:3", "2:1", "3:1", "3:4", "4:1"]);
    }

    #[test]
    fn issues_are_in_order_and_the_first_speaks_for_all() {
        let issue = |line, text| Issue::new(Place { line, column: 1 }, text);
        assert_eq!(Issues::of(vec![]), None);
        let issues = Issues::of(vec![issue(3, "b"), issue(1, "a"), issue(3, "b")]).unwrap();
        assert_eq!(issues.to_string(), "1:1: a (and one more)");
        assert_eq!(issues.all().len(), 2);
    }
}
