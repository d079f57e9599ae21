//! What is agreed on: the protocol's version, and how much is taken.

/// The protocol's version. It grows when something that was there changes or goes; what is new
/// is ignored by whoever doesn't know it.
pub const VERSION: u32 = 1;
/// The longest line that is taken as a request, in bytes.
pub const REQUEST_BYTES: usize = 64 * 1024;
/// The most values that a request may consist of, all that lie in one another counted.
pub const MOST_VALUES: usize = 4096;
/// How many clients may be connected at once.
pub const MOST_CLIENTS: usize = 256;
/// How many requests of one client may be without an answer; the next ones wait.
pub const MOST_IN_FLIGHT: usize = 8;
/// How many bytes may wait for a client that doesn't read, before it is dropped.
pub const BACKLOG_BYTES: usize = 1024 * 1024;
