//! Text for people: coloured on a terminal, and wrapped to its width.

use crate::stdio::{coloured, errors_are_on_terminal, output_is_terminal};

/// The longest line.
const COLUMNS: usize = 80;

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    colours: bool,
}

impl Paint {
    /// No colours.
    pub const PLAIN: Self = Self { colours: false };

    /// Colours, if standard output is a terminal and they are not turned off.
    pub fn for_stdout() -> Self {
        Self::choose(false)
    }

    /// The same for standard output or standard error.
    pub fn choose(for_errors: bool) -> Self {
        let minded = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = if for_errors { errors_are_on_terminal() } else { output_is_terminal() };
        Self { colours: is_terminal && !minded && !dumb }
    }

    /// Whether colours are used.
    pub const fn has_colours(self) -> bool {
        self.colours
    }

    fn paint(self, code: &str, text: &str) -> String {
        match self.colours {
            true => coloured(code, text),
            false => text.to_owned(),
        }
    }

    /// For headings, and for what is meant to be copied.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// For what works.
    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// For notes.
    pub fn blue(self, text: &str) -> String {
        self.paint("34", text)
    }

    /// For warnings.
    pub fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// For failures.
    pub fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }
}

/// Wraps a text: the first line starts at a column, the others are indented. Control characters,
/// which a device's name may contain, become spaces.
pub fn wrapped(text: &str, column: usize, indent: usize) -> String {
    let (mut lines, mut at) = (String::new(), column);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        let begins = at == column && lines.is_empty();
        if !begins && at + 1 + length > COLUMNS {
            lines += &format!("\n{:indent$}", "");
            at = indent;
        } else if !begins {
            lines.push(' ');
            at += 1;
        }
        lines += word;
        at += length;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let text = "word ".repeat(40);
        let lines = wrapped(&text, 10, 4);
        let lengths: Vec<_> = lines.lines().map(str::len).collect();
        assert_eq!(lines.split_whitespace().count(), 40);
        assert!(lengths[0] <= 70 && lengths.iter().all(|&n| n <= 80), "{lengths:?}");
        assert!(lines.lines().skip(1).all(|line| line.starts_with("    word")));
        assert_eq!(wrapped("a\u{1b}[31mb\nc", 0, 0), "a [31mb c\n");
        assert_eq!(wrapped(&"x".repeat(99), 0, 2).lines().count(), 1);
    }

    #[test]
    fn plain_paint_changes_nothing() {
        assert_eq!(Paint::PLAIN.red("x"), "x");
        assert_eq!(Paint { colours: true }.green("x"), coloured("32", "x"));
    }
}
