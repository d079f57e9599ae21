//! Opens and examines the files that users name, within limits.
//!
//! [`Intake`] is handed to everything that reads a file. It knows how much memory a file may take,
//! whether damage is an error, and where damage is reported.

mod budget;
mod damage;
mod demuxers;
mod folder;
mod home;
mod kind;
mod open;
pub(crate) mod sniff;
pub(crate) mod tool;
pub(crate) mod tools;

pub use budget::Budget;
pub use damage::{Damage, Report};
pub use folder::by_number;
pub use home::at_home;
pub use kind::InputKind;
pub use open::{open_file, read_file};
pub use tools::{Tool, Tools};

use crate::FilesError;

/// How files are read: with which programs, in how much memory, and how damage is handled.
///
/// Clones share one report of damage.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The programs that decode videos.
    pub tools: Tools,
    /// The memory that one file may take.
    pub budget: Budget,
    /// The most pixels of a still, which then is never made smaller to fit a frame; `None` leaves it to the
    /// budget.
    pub most_pixels: Option<u64>,
    /// Whether damage is an error instead of a warning.
    pub strict: bool,
    /// The damage so far.
    pub report: Report,
}

impl Intake {
    /// Reports damage to a file that can be used in part.
    ///
    /// # Errors
    /// The damage, if damage is an error.
    pub(crate) fn note(&self, damage: Damage) -> Result<(), FilesError> {
        if self.strict {
            return Err(damage.into());
        }
        self.report.add(damage);
        Ok(())
    }
}
