//! How requests and answers are written.

use backlot_media::Size;
use bytes::Bytes;

/// How a request is written, and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A picture, answered by 0 and 1 or in grey.
    Plain { grey: bool },
    /// The protocol over REST, with so many bytes of JSON before others.
    Rest { header_length: Option<usize> },
    /// The protocol over gRPC, which names its model itself.
    Rpc,
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct Made {
    pub content_type: &'static str,
    /// How many bytes of JSON there are before others.
    pub header_length: Option<usize>,
    /// The size of the only picture.
    pub size: Option<Size>,
    pub bytes: Bytes,
}
