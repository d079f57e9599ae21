//! The settings file on disk: its location, its checks and its changes; and the state that the
//! program saves.

mod check;
mod file;
mod places;
mod state;
mod validate;
mod watch;

pub use file::SettingsFile;
pub use places::Places;
pub use state::{StateFile, saved_controls};
pub use validate::{ValidateArgs, run};
