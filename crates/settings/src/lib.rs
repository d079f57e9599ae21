//! The settings on disk: where they are, what is wrong in them, and when they change; and what the
//! program remembers by itself.

#![forbid(unsafe_code)]

mod check;
mod error;
mod file;
mod judged;
mod places;
mod state;
mod watch;

pub use error::SettingsError;
pub use file::{SettingsFile, bytes};
pub use judged::{Judged, begin};
pub use places::Places;
pub use state::{StateFile, saved_controls};
