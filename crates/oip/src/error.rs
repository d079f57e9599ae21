//! Why something isn't a message of the protocol.

use std::fmt::{self, Write};

/// How much of what others wrote is repeated.
const QUOTED: usize = 60;

/// Why something isn't a message of the protocol: one sentence without control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OipError(String);

impl OipError {
    /// An error of these words.
    pub(crate) fn new(words: impl fmt::Display) -> Self {
        // What a parser says may repeat what it read.
        Self(words.to_string().replace(char::is_control, " "))
    }

    /// The same, about what others gave this name.
    pub(crate) fn named(self, name: &str) -> Self {
        let mut text = String::from("'");
        for char in name.chars().take(QUOTED) {
            // Writing to a string never fails.
            let _ = write!(text, "{}", if char.is_control() { ' ' } else { char });
        }
        if name.chars().nth(QUOTED).is_some() {
            text.push('…');
        }
        Self(format!("{text}': {}", self.0))
    }
}
