//! Connections whose other end may not let us wait for ever.

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// A connection that fails when nothing could be sent, or nothing came, for too long.
pub(crate) struct Patient {
    stream: TokioIo<TcpStream>,
    reading: Option<Wait>,
    writing: Wait,
}

/// How long is waited, and since when.
struct Wait {
    longest: Duration,
    under_way: Option<Pin<Box<Sleep>>>,
}

impl Wait {
    const fn new(longest: Duration) -> Self {
        Self { longest, under_way: None }
    }

    fn pass<T>(
        &mut self,
        result: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.under_way = None;
            return result;
        }
        let longest = self.longest;
        let wait = self.under_way.get_or_insert_with(|| Box::pin(sleep(longest)));
        wait.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Patient {
    /// Waits `writing` for room to send, and `reading` for something to come, if that is limited.
    pub fn new(stream: TcpStream, writing: Duration, reading: Option<Duration>) -> Self {
        let stream = TokioIo::new(stream);
        Self { stream, reading: reading.map(Wait::new), writing: Wait::new(writing) }
    }
}

impl Read for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        to: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_read(context, to);
        match &mut self.reading {
            Some(wait) => wait.pass(result, context),
            None => result,
        }
    }
}

impl Write for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.writing.pass(result, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.writing.pass(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
