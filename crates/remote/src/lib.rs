//! The running program as its user talks with it from a terminal: what is asked through its socket, and how
//! the answers are told.

#![forbid(unsafe_code)]

mod ask;
mod error;
mod preview;
mod record;
mod socket;
mod status;
mod watch;

pub use ask::{Ask, ask, explain, snapshot};
pub use error::RemoteError;
pub use preview::preview;
pub use record::{record, stop_recording};
pub use socket::{SOCKET, named_socket, socket};
pub use status::status;
pub use watch::{WatchForm, watch};
