//! Why a network elsewhere can't be used, in one sentence.

use backlot_segmenter::{EngineError, SegmenterError};
use std::fmt;

/// Why a network elsewhere can't be used, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DistantError(String);

/// The most characters of what a server said that are told.
const MOST_TOLD: usize = 200;
/// The most bytes of it that are looked at.
const LONGEST: usize = 4096;

impl DistantError {
    pub(crate) fn new(words: impl fmt::Display) -> Self {
        Self(words.to_string())
    }

    /// With the address that it is about, if it doesn't say so itself.
    pub(crate) fn at(self, address: &impl fmt::Display, authority: &str) -> Self {
        match self.0.contains(authority) {
            true => self,
            false => Self(format!("{address}: {}", self.0)),
        }
    }

    /// What was given is no address.
    pub(crate) fn address(text: &str, why: &str) -> Self {
        // What stands before an '@' may be a password.
        let shown = text.rsplit_once('@').map_or(text, |(_, behind)| behind);
        let shown: String = shown.chars().filter(|c| !c.is_control()).take(MOST_TOLD).collect();
        Self(format!(
            "'{shown}' is no address of a network: {why} (http://HOST:PORT or oip+http://HOST:PORT/v2/models/NAME)"
        ))
    }
}

/// The beginning of what a server said, on one line; of JSON its 'error'.
pub(crate) fn told(bytes: &[u8]) -> String {
    let json = serde_json::from_slice::<serde_json::Value>(&bytes[..bytes.len().min(LONGEST)]);
    if let Some(error) = json.ok().as_ref().and_then(|json| json.get("error")?.as_str()) {
        return line(error);
    }
    line(&String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]))
}

/// The beginning of a text, on one line.
fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(MOST_TOLD).collect()
}

impl From<DistantError> for EngineError {
    fn from(error: DistantError) -> Self {
        Self(error.0)
    }
}

impl From<DistantError> for SegmenterError {
    fn from(error: DistantError) -> Self {
        Self::Second(error.0)
    }
}
