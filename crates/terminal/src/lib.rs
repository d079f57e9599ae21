//! The program's talk with whoever started it: output, messages, the log, progress, Ctrl-C, and how
//! a command ended.

#![forbid(unsafe_code)]

mod error;
pub mod interrupt;
mod outcome;
mod progress;
pub mod stdio;
pub mod text;
mod times;

pub use error::TerminalError;
pub use outcome::{Outcome, sentence};
pub use progress::Progress;
pub use times::{TimeError, duration, time};
