//! The parts that need unsafe code: buffers with their headers, the library and its log.

mod buffer;
mod library;
mod log;
mod memory;

pub(crate) use buffer::{Header, Incoming, Outgoing};
pub(crate) use library::load;
pub(crate) use log::init;
