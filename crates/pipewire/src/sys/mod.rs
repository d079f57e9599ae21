//! The parts that need unsafe code: buffers with their headers, and the library's log.

mod buffer;
mod log;
mod memory;

pub(crate) use buffer::{Header, Incoming, Outgoing};
pub(crate) use log::init;
