//! The test's own PipeWire session, and the programs that talk to it.

mod provider;
mod session;
mod wait;
mod watch;

pub use provider::{JPEG, Provider};
pub use session::{Child, Session};
pub use wait::{PATIENCE, eventually};
pub use watch::{Pattern, Watcher};
