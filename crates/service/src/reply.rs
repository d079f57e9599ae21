//! The bodies of answers.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of an answer: at most two pieces, and what follows them.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pieces: [Bytes; 2],
    trailers: Option<HeaderMap>,
}

impl Reply {
    /// These bytes.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self { pieces: [Bytes::new(), bytes.into()], trailers: None }
    }

    /// A message behind its head, and what follows it.
    pub fn framed(head: Bytes, message: Bytes, trailers: HeaderMap) -> Self {
        Self { pieces: [head, message], trailers: Some(trailers) }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.pieces.iter_mut().find(|piece| !piece.is_empty()).map(std::mem::take);
        let data = next.map(Frame::data);
        let frame = data.or_else(|| self.trailers.take().map(Frame::trailers));
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.trailers.is_none() && self.pieces.iter().all(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pieces.iter().map(|piece| piece.len() as u64).sum())
    }
}
