//! A PipeWire session of the test's own, and the programs that talk to it.

mod session;
mod wait;
mod watch;

pub use session::{Child, Session};
pub use wait::{PATIENCE, eventually};
pub use watch::{Pattern, Watcher};
