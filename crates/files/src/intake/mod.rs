//! What users name becomes something that can be read: opened, looked at, and held to limits.
//!
//! [`Intake`] is handed to everything that reads a file. It knows how much memory a file may take,
//! whether damage is an error, and where damage is reported.

mod budget;
mod damage;
mod demuxers;
mod folder;
pub(crate) mod kind;
mod open;
pub(crate) mod tools;

pub use budget::Budget;
pub use damage::{Damage, Report};
pub use folder::by_number;
pub use kind::InputKind;
pub use open::{open_file, read_file};
pub use tools::{Program, Tools};

use crate::FilesError;
use std::path::Path;

/// How files are read: with which programs, in how much memory, and what becomes of damage.
///
/// Clones share one report of damage.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The programs that decode videos.
    pub tools: Tools,
    /// What one file may take.
    pub budget: Budget,
    /// Whether damage is an error, rather than a warning.
    pub strict: bool,
    /// What was damaged so far.
    pub report: Report,
}

impl Intake {
    /// Says what `path` is, and that it is something that can be opened.
    ///
    /// # Errors
    /// One sentence for what is missing, can't be read, or is neither a picture nor a video.
    pub fn probe(&self, path: &Path) -> Result<InputKind, FilesError> {
        kind::probe(path, self)
    }

    /// Reports damage to what could be used all the same.
    ///
    /// # Errors
    /// The damage, where damage is an error.
    pub(crate) fn note(&self, damage: Damage) -> Result<(), FilesError> {
        if self.strict {
            return Err(damage.into());
        }
        self.report.add(damage);
        Ok(())
    }
}
