//! The settings on disk: where they are, what is wrong in them, and when they change; and what the
//! program remembers by itself.

#![forbid(unsafe_code)]

mod archive;
mod check;
mod error;
mod file;
mod judged;
mod places;
mod scenes;
mod state;
mod text;
mod watch;

pub use archive::{Bundle, opened};
pub use error::SettingsError;
pub use file::SettingsFile;
pub use judged::{Judged, begin};
pub use places::Places;
pub use scenes::{SceneFolder, SceneNote};
pub use state::{StateFile, saved_controls};
pub use text::bytes;
