//! What the program remembers on its own, as text.

use super::{Controls, MOST_BYTES};
use crate::Exposure;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the program remembers from one start to the next. It works without it, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The scene used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// What of the camera that scene showed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shows: Option<Exposure>,
    /// Cameras and virtual cameras that existed when the command line named them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub seen: BTreeSet<String>,
    /// The controls that the user set, by the camera's stable name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cameras: BTreeMap<String, Controls>,
}

/// The most names in `seen`.
const MOST_SEEN: usize = 64;

const HEAD: &str = "# Written by Backlot; changes are lost. Settings belong in settings.toml.\n";

impl State {
    /// Reads a state file's text. Unknown keys are skipped: another version may have written them.
    ///
    /// # Errors
    /// Returns one sentence; the caller then starts with an empty state.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MOST_BYTES {
            return Err(format!("it has {} bytes, {MOST_BYTES} at most are read", text.len()));
        }
        toml::from_str(text).map_err(|error| crate::form::one_line(error.message()))
    }

    /// Remembers that things existed.
    pub fn note_seen(&mut self, names: impl IntoIterator<Item = String>) {
        self.seen.extend(names);
        while self.seen.len() > MOST_SEEN {
            self.seen.pop_first();
        }
    }

    /// The text to write.
    pub fn text(&self) -> String {
        // Plain maps of plain values can always be written.
        HEAD.to_owned() + &toml::to_string(self).unwrap_or_default()
    }
}
