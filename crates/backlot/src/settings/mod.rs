//! The settings file on the disk: where it lies, whether it is right, and when it changes; and
//! what the program remembers by itself.

mod check;
mod file;
mod places;
mod state;
mod validate;
mod watch;

pub use file::SettingsFile;
pub use places::{Places, at_home};
pub use state::StateFile;
pub use validate::{ValidateArgs, run};
