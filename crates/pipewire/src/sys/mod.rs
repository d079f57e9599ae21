//! The little that takes unsafe code: buffers with their headers.

mod buffer;

pub(crate) use buffer::{Header, Incoming, Outgoing};
