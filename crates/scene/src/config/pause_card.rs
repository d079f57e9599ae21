//! What viewers see during a break.

use crate::form::shown;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The most letters of a text.
const LONGEST: usize = 200;

/// The card of a break, if it is not the built-in one.
///
/// What begins like a path (`/`, `./`, `../`, `~/`) or ends like a picture's name (`break.png`) is a
/// file; all else is text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PauseCard {
    /// A few words.
    Text(String),
    /// A picture's file.
    Picture(PathBuf),
}

impl FromStr for PauseCard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if is_file(text) {
            return Ok(Self::Picture(text.into()));
        }
        if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            let there = shown(text);
            return Err(format!(
                "'{there}' does not fit on a card: write up to {LONGEST} letters on one line, or a picture's file"
            ));
        }
        Ok(Self::Text(text.trim().to_owned()))
    }
}

fn is_file(text: &str) -> bool {
    let begins = ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start));
    let ending = Path::new(text).extension().and_then(|ending| ending.to_str());
    begins
        || ending.is_some_and(|ending| {
            (2..=5).contains(&ending.len())
                && ending.starts_with(|c: char| c.is_ascii_alphabetic())
                && ending.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

impl fmt::Display for PauseCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Picture(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_texts_are_told_apart_and_written_back() {
        for file in ["/a/b", "~/break.png", "card.jpeg", "my card.webp", "../x", "./back soon"] {
            let card: PauseCard = file.parse().unwrap();
            assert_eq!(card, PauseCard::Picture(file.into()));
            assert_eq!(card.to_string(), file);
        }
        for text in ["Back in five minutes", "Back at 3.30", "At 5 p.m.", "Tea… and/or cake", "brb"]
        {
            let card: PauseCard = text.parse().unwrap();
            assert_eq!(card, PauseCard::Text(text.into()));
            assert_eq!(card.to_string(), text);
        }
        for bad in ["a\nb".to_owned(), "x".repeat(LONGEST + 1)] {
            let error = bad.parse::<PauseCard>().unwrap_err();
            assert!(error.contains("does not fit on a card"), "{error}");
        }
    }
}
