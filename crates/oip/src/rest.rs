//! The protocol over REST: JSON, and the extension for tensors as bytes behind it.
//!
//! What is read twice is the JSON's text: first what the tensors are like, then their elements, each straight
//! into the bytes that its datatype takes, and no more than its shape says.

mod data;
mod read;
mod write;

/// The header, in the words of HTTP, that says how long the JSON before the bytes is.
pub const HEADER_LENGTH: &str = "inference-header-content-length";

/// A request or an answer as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestBody {
    /// How many bytes of JSON there are before tensors as bytes; `None` if all of it is JSON.
    pub header_length: Option<usize>,
    /// All of it.
    pub bytes: Vec<u8>,
}
